import { Worker } from 'node:worker_threads';
import { type ProjectorMessage, type ProjectorRequest } from '../projections/read-model';

/** What the projector's thread is started with. */
export interface ProjectorThreadData {
  readonly ledgerFolder: string;
  readonly modelFolder: string;
  readonly blobFolder: string;
}

/** To the thread: requests of the read model, word of a commit, and the end. */
export type ToProjector =
  | { readonly to: 'projector'; readonly request: ProjectorRequest }
  | { readonly to: 'log' }
  | { readonly to: 'end' };

export interface ProjectorLink {
  ask(request: ProjectorRequest): void;
  /** the log has grown */
  notify(): void;
  close(): Promise<void>;
}

/** Starts the projector's thread; what it says goes to `tell`. A thread that dies is said as a stop of the read model. */
export function startProjectorThread(
  file: string,
  data: ProjectorThreadData,
  tell: (message: ProjectorMessage) => void,
): ProjectorLink {
  const worker = new Worker(file, { workerData: data });
  const send = (message: ToProjector): void => worker.postMessage(message);
  let ending = false;
  worker.on('message', tell);
  worker.on('error', (error) => {
    if (!ending) tell(stoppedBy(error));
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    ask: (request) => send({ to: 'projector', request }),
    notify: () => send({ to: 'log' }),
    close: () => {
      ending = true;
      send({ to: 'end' });
      return exited;
    },
  };
}

function stoppedBy(error: Error): ProjectorMessage {
  const stop = {
    position: undefined,
    failedAt: undefined,
    code: 'internal',
    detail: error.message,
  };
  return { kind: 'stopped', stop };
}
