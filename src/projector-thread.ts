import { Worker } from 'node:worker_threads';
import { TieoutError } from './kernel/errors';
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

/** From the thread: what it read of the ledger is not what was sealed. Errors cross threads as plain objects. */
export interface Found {
  readonly kind: 'found';
  readonly finding: Pick<TieoutError, 'code' | 'message' | 'members'>;
}

/** Who hears of the thread. */
export interface ProjectorEvents {
  tell(message: ProjectorMessage): void;
  found(finding: TieoutError): void;
}

export interface ProjectorLink {
  ask(request: ProjectorRequest): void;
  /** the log has grown */
  notify(): void;
  close(): Promise<void>;
}

/** Starts the projector's thread; what it says goes to `events`. A thread that dies is said as a stop of the read model. */
export function startProjectorThread(
  file: string,
  data: ProjectorThreadData,
  { tell, found }: ProjectorEvents,
): ProjectorLink {
  const worker = new Worker(file, { workerData: data });
  const send = (message: ToProjector): void => worker.postMessage(message);
  let ending = false;
  worker.on('message', (message: ProjectorMessage | Found) => {
    if (message.kind !== 'found') tell(message);
    else
      found(
        new TieoutError(message.finding.code, message.finding.message, message.finding.members),
      );
  });
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
