import { type Positions } from '../../src/event-store/port';
import { TieoutError } from '../../src/kernel/errors';
import { type Clock, type Instant } from '../../src/kernel/runtime';
import { readPosition } from './checkpoint';
import { ModelFile } from './database';
import {
  type ProjectorMessage,
  type ProjectorRequest,
  type Reached,
  type ReadModelState,
  type Stop,
} from './messages';
import { type Snapshot } from './projection';
import { Waiters } from './waiters';

export interface ReadModelOptions {
  readonly positions: Positions;
  readonly clock: Clock;
  /** carries a request to the projector */
  readonly ask: (request: ProjectorRequest) => void;
}

/** The newest event that the store has acknowledged, as far as this thread knows. */
export interface KnownHead {
  readonly position: string;
  /** events in the log */
  readonly events: number;
}

export interface ReadModelStatus {
  readonly generation: string | undefined;
  readonly state: ReadModelState;
  readonly position: string | undefined;
  /** events recorded and not yet applied */
  readonly lagEvents: number;
  /** age of the oldest of them, 0 if there is none */
  readonly lagSeconds: number;
  /** why and where it stands still */
  readonly stopped: Stop | undefined;
  /** a generation that is built beside the live one */
  readonly next: { readonly generation: string; readonly position: string | undefined } | undefined;
  /** the last generation that could not be built, until another one is */
  readonly failed: { readonly generation: string; readonly stop: Stop } | undefined;
}

interface Rebuilding {
  readonly resolve: () => void;
  readonly reject: (error: TieoutError) => void;
}

const NOTHING: Reached = {
  position: undefined,
  events: 0,
  recordedAt: undefined,
  current: false,
};

/** The reading side: answers views from the live generation and knows how far it is. */
export class ReadModel {
  private file: ModelFile | undefined;
  private generation: string | undefined;
  private served: string | undefined;
  private reached: Reached = NOTHING;
  private stop: Stop | undefined;
  private next: ReadModelStatus['next'];
  private failed: ReadModelStatus['failed'];
  private rebuilding: Rebuilding[] = [];
  private head: KnownHead | undefined;
  private behindSince: Instant | undefined;
  private readonly waiters: Waiters;

  constructor(private readonly options: ReadModelOptions) {
    this.waiters = new Waiters(options.positions);
  }

  /** Takes what the projector says, from this thread or another. */
  receive(message: ProjectorMessage): void {
    switch (message.kind) {
      case 'serve':
        return this.serve(message.generation, message.path, message.reached);
      case 'reached':
        return this.moveTo(message.reached);
      case 'stopped':
        this.stop = message.stop;
        this.waiters.failAll(stopped(message.stop));
        return;
      case 'building':
        this.next = { generation: message.generation, position: message.reached.position };
        return;
      case 'build-failed':
        this.next = undefined;
        this.failed = { generation: message.generation, stop: message.stop };
        return this.endRebuilding(({ reject }) => reject(stopped(message.stop)));
    }
  }

  /** Takes the store's word on what was just acknowledged: the measure of lag. */
  noteHead(head: KnownHead): void {
    if (this.head !== undefined && head.events <= this.head.events) return;
    this.head = head;
    if (this.lagEvents() > 0) this.behindSince ??= this.options.clock.now();
  }

  private notOpen(): TieoutError {
    return this.stop === undefined ? starting() : stopped(this.stop);
  }

  /**
   * Runs a view on one consistent snapshot of the live generation.
   *
   * @throws TieoutError `read-model-behind` while no generation is open; `read-model-stopped` when none could be opened
   */
  query<T>(view: (db: Snapshot) => T): T {
    const { file } = this;
    if (file === undefined) throw this.notOpen();
    return viewOf(file, view);
  }

  /**
   * The file that is served now, for a thread that reads much. @see readGeneration
   *
   * @throws TieoutError `read-model-behind` while no generation is open; `read-model-stopped` when none could be opened
   */
  path(): string {
    if (this.served === undefined) throw this.notOpen();
    return this.served;
  }

  /** Printed position up to which reads are complete. */
  position(): string | undefined {
    return this.reached.position;
  }

  /**
   * Resolves once everything up to `token` can be read.
   *
   * @param token consistency token: the printed position of a write
   * @throws TieoutError `token-invalid`; `read-model-behind` after `waitMs`; `read-model-stopped` at once
   */
  async waitFor(token: string, waitMs: number): Promise<void> {
    const wanted = this.options.positions.parse(token);
    const { position } = this.reached;
    const { positions } = this.options;
    if (position !== undefined && positions.compare(positions.parse(position), wanted) >= 0) return;
    if (this.stop !== undefined) throw stopped(this.stop);
    await this.waiters.wait(wanted, waitMs);
  }

  status(): ReadModelStatus {
    const { generation, stop, next, failed } = this;
    const state = stop !== undefined ? 'stopped' : this.reached.current ? 'current' : 'building';
    return {
      generation,
      state,
      position: this.reached.position,
      lagEvents: this.lagEvents(),
      lagSeconds: this.lagSeconds(),
      stopped: stop,
      next,
      failed,
    };
  }

  /**
   * Asks for a new generation beside the live one; `status().next` shows how far it is. A build that runs already is the
   * answer to a second request.
   *
   * @returns resolves when the new generation is served
   * @throws TieoutError `read-model-stopped` when it could not be built; the live one goes on
   */
  rebuild(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.rebuilding.push({ resolve, reject });
      this.options.ask({ kind: 'rebuild' });
    });
  }

  close(): void {
    const draining = new TieoutError(
      'draining',
      'The service is stopping. Send the request again.',
    );
    this.waiters.failAll(draining);
    this.endRebuilding(({ reject }) => reject(draining));
    this.file?.close();
    this.file = undefined;
    this.served = undefined;
  }

  /** Swaps the handle. Views are synchronous, so that none is half way through the old file. */
  private serve(generation: string, path: string, reached: Reached): void {
    const before = this.file;
    this.file = ModelFile.openReader(path);
    before?.close();
    this.generation = generation;
    this.served = path;
    this.stop = undefined;
    this.next = undefined;
    this.failed = undefined;
    this.moveTo(reached);
    this.endRebuilding(({ resolve }) => resolve());
  }

  private endRebuilding(end: (rebuilding: Rebuilding) => void): void {
    const ended = this.rebuilding;
    this.rebuilding = [];
    ended.forEach(end);
  }

  private moveTo(reached: Reached): void {
    this.reached = reached;
    if (this.lagEvents() === 0) this.behindSince = undefined;
    if (reached.position !== undefined) this.waiters.release(reached.position);
  }

  private lagEvents(): number {
    return Math.max(0, (this.head?.events ?? 0) - this.reached.events);
  }

  /** The oldest event that is not applied came after the last applied one and after the lag began. */
  private lagSeconds(): number {
    const { behindSince } = this;
    if (behindSince === undefined) return 0;
    const { recordedAt = behindSince } = this.reached;
    const oldest = recordedAt > behindSince ? recordedAt : behindSince;
    return Math.max(0, (Date.parse(this.options.clock.now()) - Date.parse(oldest)) / 1000);
  }
}

/** Runs a view on a generation's file with a connection of its own. For threads; the main thread asks its `ReadModel`. */
export function readGeneration<T>(path: string, view: (db: Snapshot) => T): T {
  const file = ModelFile.openReader(path);
  try {
    return viewOf(file, view);
  } finally {
    file.close();
  }
}

function viewOf<T>(file: ModelFile, view: (db: Snapshot) => T): T {
  return file.snapshot(() => {
    // Reading the position first also takes the snapshot: BEGIN alone does not.
    const position = readPosition(file);
    return view({
      position,
      all: (sql, params) => file.all(sql, params),
      get: (sql, params) => file.get(sql, params),
    });
  });
}

function stopped({ position, failedAt, code, detail }: Stop): TieoutError {
  const at = failedAt ?? position ?? 'its start';
  return new TieoutError(
    'read-model-stopped',
    // Only what keeps it from opening its file is told so early under this code, and that says what to do.
    position === undefined && code === 'store-unavailable'
      ? detail
      : `The read model stopped at ${at} (${code}). What was recorded is safe; an operator must look at it.`,
    { position: position ?? null, failedAt: failedAt ?? null },
  );
}

function starting(): TieoutError {
  return new TieoutError('read-model-behind', 'The read model is starting. Ask again in a moment.');
}
