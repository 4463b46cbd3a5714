import { parentPort, workerData } from 'node:worker_threads';
import { readGeneration } from '../projections/read-model';
import { populationOf } from '../projections/reconciliation-board/population.view';
import { openBlobFolder } from './blob-store';
import { isTieoutError } from './kernel/errors';
import {
  type MatchingThreadData,
  type MatchingThreadMessage,
} from './reconciliation/runs/matching-engine';
import { computeRun } from './reconciliation/runs/run-computation';

/** The thread that reads one population, matches it, stores the result and ends. */
async function run(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('this file is the entry of a worker thread');
  const say = (message: MatchingThreadMessage): void => port.postMessage(message);
  const { modelPath, blobFolder, task } = workerData as MatchingThreadData;
  try {
    say({ step: 'reading', done: 0, total: 1 });
    const { definition, cutoff } = task;
    const seen = readGeneration(modelPath, (db) => populationOf(db, definition, cutoff));
    const onStep = (step: string, done: number, total: number): void => say({ step, done, total });
    say({ computed: await computeRun(task, seen, openBlobFolder(blobFolder), onStep) });
  } catch (error) {
    // Errors cross threads as plain objects. What is not ours ends the thread, and the run learns of it there.
    if (!isTieoutError(error)) throw error;
    const { code, message, members } = error;
    say({ failed: { code, message, members } });
  }
}

void run();
