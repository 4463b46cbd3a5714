import { Worker } from 'node:worker_threads';
import { TieoutError } from '../../kernel/errors';
import { type BlobStore } from '../../blob-store';
import { type OnStep } from '../matching/engine';
import { type PopulationReader } from './population';
import { computeRun, type ComputedRun, type RunTask } from './run-computation';

/** How a run is followed and stopped. */
export interface RunWatch {
  readonly signal: AbortSignal;
  readonly onStep: OnStep;
}

export const UNWATCHED: RunWatch = {
  signal: new AbortController().signal,
  onStep: () => undefined,
};

/** Reads the population of a definition and matches it. */
export interface MatchingEngine {
  /**
   * Sees everything that was recorded before it was asked.
   *
   * @throws TieoutError `read-model-behind`, `read-model-stopped`, `too-large`, `storage-full`; what the signal was aborted
   *   with
   */
  compute(task: RunTask, watch: RunWatch): Promise<ComputedRun>;
}

/** Matches on this thread: for tests and small tools. Nothing else is answered meanwhile. */
export function inlineEngine(population: PopulationReader, blobs: BlobStore): MatchingEngine {
  return {
    async compute(task, { signal, onStep }) {
      await population.reachHead();
      signal.throwIfAborted();
      return computeRun(task, population.read(task.definition, task.cutoff), blobs, onStep);
    },
  };
}

/** What a matching thread is started with. */
export interface MatchingThreadData {
  readonly modelPath: string;
  readonly blobFolder: string;
  readonly task: RunTask;
}

/** What a matching thread says. */
export type MatchingThreadMessage =
  | { readonly step: string; readonly done: number; readonly total: number }
  | { readonly computed: ComputedRun }
  | {
      readonly failed: {
        readonly code: string;
        readonly message: string;
        readonly members: object;
      };
    };

export interface ThreadEngineOptions {
  /** built JavaScript of the thread */
  readonly file: string;
  readonly population: Pick<PopulationReader, 'reachHead'>;
  /** file of the read model that is served now */
  readonly modelPath: () => string;
  readonly blobFolder: string;
}

/** Young objects of a run live long: small nurseries copy them over and over. */
const MEMORY = { maxOldGenerationSizeMb: 4_096, maxYoungGenerationSizeMb: 128 } as const;

/** Matches in a thread of its own, which reads the lines itself; memory and a cancelled run end with the thread. */
export function threadEngine(options: ThreadEngineOptions): MatchingEngine {
  return {
    async compute(task, watch) {
      await options.population.reachHead();
      watch.signal.throwIfAborted();
      const { modelPath, blobFolder, file } = options;
      const workerData: MatchingThreadData = { modelPath: modelPath(), blobFolder, task };
      return inThread(new Worker(file, { workerData, resourceLimits: MEMORY }), watch);
    },
  };
}

async function inThread(worker: Worker, { signal, onStep }: RunWatch): Promise<ComputedRun> {
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<ComputedRun>((resolve, reject) => {
      worker.on('message', (message: MatchingThreadMessage) => {
        if ('computed' in message) resolve(message.computed);
        else if ('failed' in message) reject(errorOf(message.failed));
        else onStep(message.step, message.done, message.total);
      });
      worker.once('error', (error) => reject(threadError(error)));
      worker.once('exit', (code) =>
        reject(
          signal.aborted
            ? signal.reason
            : new Error(`The matching thread ended with code ${code}.`),
        ),
      );
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function errorOf({
  code,
  message,
  members,
}: Extract<MatchingThreadMessage, { failed: unknown }>['failed']): Error {
  return new TieoutError(code as 'internal', message, members as TieoutError['members']);
}

function threadError(error: Error & { readonly code?: unknown }): Error {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new TieoutError(
        'too-large',
        `The population does not fit in the ${MEMORY.maxOldGenerationSizeMb} MiB of a run.`,
        { limit: MEMORY.maxOldGenerationSizeMb, unit: 'MiB' },
      )
    : error;
}
