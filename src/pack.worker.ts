import { parentPort, workerData } from 'node:worker_threads';
import { buildPack } from '../evidence/pack/build-pack';
import { type BuilderReply } from '../evidence/pack/pack-builder';
import { type PackInput } from '../evidence/pack/pack-input';
import { isTieoutError } from './kernel/errors';

/** The thread that lays out one pack and ends. */
async function run(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the entry of a worker thread');
  port.postMessage(await reply(workerData as PackInput));
}

async function reply(input: PackInput): Promise<BuilderReply> {
  try {
    return { built: await buildPack(input) };
  } catch (error) {
    // Errors cross threads as plain objects. What is not ours ends the thread, and the job learns of it there.
    if (!isTieoutError(error)) throw error;
    const { code, message, members } = error;
    return { failed: { code, message, members } };
  }
}

void run();
