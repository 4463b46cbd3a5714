import { Worker } from 'node:worker_threads';
import { storeUnavailable, type TieoutError } from '../../kernel/errors';
import { fromFailure } from './failures';
import { type Settings } from './pragmas';
import { type CommittedMessage, type FromWriter, type WriterData } from './worker-protocol';

const CLOSE_WITHIN_MS = 5_000;

export interface ThreadEvents {
  committed(message: CommittedMessage): void;
  halted(finding: TieoutError): void;
  /** The thread ended without having been asked to. */
  died(): void;
}

/** One life of the writer's thread, from its ready to its end. */
export class WriterThread {
  private ending = false;
  private closed: (() => void) | undefined;

  private constructor(
    private readonly worker: Worker,
    readonly settings: Settings,
    private readonly events: ThreadEvents,
  ) {
    worker.on('message', (message: FromWriter) => this.receive(message));
    // The 'exit' that follows an error tells what there is to tell.
    worker.on('error', () => {});
    worker.on('exit', () => this.exited());
  }

  /** @throws TieoutError as the writer's opening; `store-unavailable` reason `connect` when the thread does not start */
  static start(file: string, data: WriterData, events: ThreadEvents): Promise<WriterThread> {
    const worker = new Worker(file, { workerData: data });
    return new Promise((resolve, reject) => {
      const failed = (cause: unknown) =>
        reject(storeUnavailable('connect', 'The writer of the ledger does not start.', cause));
      worker.once('error', failed);
      worker.once('exit', failed);
      worker.once('message', (message: FromWriter) => {
        worker.off('error', failed);
        worker.off('exit', failed);
        if (message.kind === 'ready') resolve(new WriterThread(worker, message.settings, events));
        else reject(message.kind === 'refused' ? fromFailure(message.failure) : failed(message));
      });
    });
  }

  /** Hands a packet over: its bytes belong to the thread from now on. */
  send(first: number, packet: Uint8Array<ArrayBuffer>): void {
    this.worker.postMessage({ kind: 'append', first, packet }, [packet.buffer]);
  }

  /** Lets the thread commit what it has and close the file, for at most 5 s. */
  async close(): Promise<void> {
    this.ending = true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      this.closed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.worker.postMessage({ kind: 'close' });
    });
    await this.worker.terminate();
  }

  private receive(message: FromWriter): void {
    if (message.kind === 'committed') this.events.committed(message);
    else if (message.kind === 'halted') this.events.halted(fromFailure(message.failure));
    else if (message.kind === 'closed') this.closed?.();
  }

  private exited(): void {
    this.closed?.();
    if (this.ending) return;
    this.ending = true;
    this.events.died();
  }
}
