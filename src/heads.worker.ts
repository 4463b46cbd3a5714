import { setImmediate } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openSqliteReader } from './event-store/sqlite';
import { giveWay } from './give-way';
import { type FromHeads, type HeadsThreadData, type ToHeads } from './heads-thread';
import { isTieoutError } from './kernel/errors';
import { HeadsKeeper } from './sealing';

/** The thread that keeps the heads map of one ledger. */
async function run(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the entry of a worker thread');
  giveWay();
  const { ledgerFolder, committed, size } = workerData as HeadsThreadData;
  const log = openSqliteReader(ledgerFolder);
  const keeper = new HeadsKeeper(log.sql, committed);
  let ended = false;
  port.on('message', (message: ToHeads) => {
    if (message.ask === 'end') {
      ended = true;
      log.close();
      port.close();
    } else {
      answer(port, message, keeper);
    }
  });
  // Page by page, so that a question or the end does not wait for the whole log. A finding is told when somebody asks.
  try {
    while (!ended && keeper.read(size)) await setImmediate();
  } catch (error) {
    if (!isTieoutError(error)) throw error;
  }
  if (!ended) port.postMessage({ ready: true } satisfies FromHeads);
}

function answer(
  port: MessagePort,
  message: Exclude<ToHeads, { ask: 'end' }>,
  keeper: HeadsKeeper,
): void {
  const { id, size } = message;
  try {
    const found = message.ask === 'at' ? keeper.at(size) : keeper.paths(size, message.streams);
    port.postMessage({ id, answer: found } satisfies FromHeads);
  } catch (error) {
    // What is not ours ends the thread, and whoever waits learns of it there.
    if (!isTieoutError(error)) throw error;
    const { code, message: text, members } = error;
    port.postMessage({ id, failed: { code, message: text, members } } satisfies FromHeads);
  }
}

void run();
