import { Worker } from 'node:worker_threads';
import { type HeadsAt, type HeadsCommitted, type HeadsPath, type HeadsSource } from './sealing';
import { type ErrorCode, storeUnavailable, TieoutError } from './kernel/errors';
import { type JsonObject } from './kernel/json';

/** What the thread of the heads map is started with. */
export interface HeadsThreadData {
  readonly ledgerFolder: string;
  readonly committed: HeadsCommitted | undefined;
  /** of the log at the start: up to here the map is read at once */
  readonly size: number;
}

export type ToHeads =
  | { readonly id: number; readonly ask: 'at'; readonly size: number }
  | {
      readonly id: number;
      readonly ask: 'paths';
      readonly size: number;
      readonly streams: readonly string[];
    }
  | { readonly ask: 'end' };

export type FromHeads =
  | { readonly ready: true }
  | { readonly id: number; readonly answer: unknown }
  | {
      readonly id: number;
      readonly failed: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly members: JsonObject;
      };
    };

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Keeps the map in a thread of its own: reading a large log and hashing its buckets must not hold up callers. */
export function startHeadsThread(file: string, data: HeadsThreadData): HeadsSource {
  return new HeadsThread(new Worker(file, { workerData: data }));
}

class HeadsThread implements HeadsSource {
  private readonly waiting = new Map<number, Waiting>();
  private readonly exited: Promise<void>;
  private asked = 0;
  private ready = false;
  private ended: Error | undefined;

  constructor(private readonly worker: Worker) {
    worker.unref();
    worker.on('message', (message: FromHeads) => this.receive(message));
    worker.on('error', (error) => this.end(error));
    this.exited = new Promise((resolve) =>
      worker.once('exit', () => {
        this.end(new Error('The thread of the heads map has ended.'));
        resolve();
      }),
    );
  }

  get isReady(): boolean {
    // One that has ended is not waited for: it says so to whoever asks.
    return this.ready || this.ended !== undefined;
  }

  at(size: number): Promise<HeadsAt> {
    return this.ask<HeadsAt>((id) => ({ id, ask: 'at', size }));
  }

  paths(size: number, streams: readonly string[]): Promise<HeadsPath[] | undefined> {
    return this.ask<HeadsPath[] | undefined>((id) => ({ id, ask: 'paths', size, streams }));
  }

  close(): Promise<void> {
    this.worker.postMessage({ ask: 'end' } satisfies ToHeads);
    return this.exited;
  }

  private ask<T>(message: (id: number) => ToHeads): Promise<T> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    const id = this.asked;
    this.asked += 1;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: (answer) => resolve(answer as T), reject });
      this.worker.postMessage(message(id));
    });
  }

  private receive(message: FromHeads): void {
    if ('ready' in message) {
      this.ready = true;
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('answer' in message) {
      waiting?.resolve(message.answer);
    } else {
      const { code, message: text, members } = message.failed;
      waiting?.reject(new TieoutError(code, text, members));
    }
  }

  private end(error: Error): void {
    this.ended ??= storeUnavailable(
      'connect',
      'The thread that keeps the heads of all streams has ended. Recording goes on; restart the service for commitments and proofs.',
      error,
    );
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}
