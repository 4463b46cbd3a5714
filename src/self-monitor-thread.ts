import { Worker } from 'node:worker_threads';
import { type Budget, type MonitorMessage, monitorRound } from './sealing';

/** What the thread is started with. */
export interface MonitorThreadData {
  readonly folder: string;
  readonly budget: Budget;
}

/** To the thread: a whole round now and without its budget, or the end. */
export type ToMonitor = 'round' | 'end';

export interface MonitorLink {
  start(): void;
  close(): Promise<void>;
}

/** Starts the thread that re-reads the ledger round after round; a thread that dies is said as a failure. */
export function startMonitorThread(
  file: string,
  data: MonitorThreadData,
  tell: (message: MonitorMessage) => void,
): MonitorLink {
  const worker = new Worker(file, { workerData: data });
  worker.on('message', tell);
  worker.on('error', (error) => tell({ kind: 'failed', detail: error.message }));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const send = (message: ToMonitor): void => worker.postMessage(message);
  return {
    start: () => send('round'),
    close: () => {
      send('end');
      return exited;
    },
  };
}

/** Without threads nothing is re-read by itself: a round is made when it is asked for. */
export function inlineMonitor(
  folder: string,
  tell: (message: MonitorMessage) => void,
): MonitorLink {
  const ended = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    start: () => {
      running = running.then(() => inlineRound(folder, tell, ended.signal));
    },
    close: () => {
      ended.abort();
      return running;
    },
  };
}

async function inlineRound(
  folder: string,
  tell: (message: MonitorMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const begun = performance.now();
  try {
    const onProgress = (done: number, total: number): void =>
      tell({ kind: 'progress', done, total });
    const pace = (): Promise<void> => Promise.resolve();
    const report = await monitorRound({ folder, pace, onProgress, signal });
    tell({ kind: 'round', report, seconds: (performance.now() - begun) / 1_000 });
  } catch (error) {
    tell({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
  }
}
