import { transitionOf } from '../../src/kernel/entry';
import { type Clock } from '../../src/kernel/runtime';
import { type Checkpoint, lastAppliedOf, readCheckpoint, saveCheckpoint } from './checkpoint';
import { type ModelFile } from './database';
import { openGeneration } from './generation';
import { type ProjectedEvent, type Projection, type ProjectionDb } from './projection';

/** Reads files that events name by their hash; the blob store is one. */
export interface Blobs {
  read(sha256: string): Uint8Array | undefined;
}

/** An event that a projection could not apply. */
export class ApplyFailed extends Error {
  override readonly name = 'ApplyFailed';

  constructor(
    /** undefined: the end of a batch of several failed, and nobody knows by which */
    readonly event: ProjectedEvent | undefined,
    /** events of the batch that are known to be good: those before the failed one */
    readonly applied: number,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

export interface ApplierOptions {
  readonly name: string;
  readonly path: string;
  readonly projections: readonly Projection[];
  readonly blobs: Blobs;
  readonly clock: Clock;
}

/** Writes one generation: rows and checkpoint of a batch in one transaction, each event exactly once. */
export class Applier {
  private readonly file: ModelFile;
  private readonly db: ProjectionDb;
  private saved: Checkpoint;

  constructor(private readonly options: ApplierOptions) {
    this.file = openGeneration(options.path, options.projections);
    this.saved = readCheckpoint(this.file, options.name);
    const { file } = this;
    this.db = {
      all: (sql, params) => file.all(sql, params),
      get: (sql, params) => file.get(sql, params),
      run: (sql, params) => file.run(sql, params),
      batch: new Map(),
      blob: (sha256) => options.blobs.read(sha256),
    };
  }

  get checkpoint(): Checkpoint {
    return this.saved;
  }

  /**
   * Applies events in log order; those at or before the checkpoint are passed over.
   *
   * @param progress position up to which the log has nothing more to deliver, if it is known
   * @throws ApplyFailed with nothing of the batch written
   */
  apply(events: readonly ProjectedEvent[], progress?: string): void {
    const due = events.filter(({ index }) => index >= this.saved.events);
    const last = due.at(-1);
    const position = progress ?? last?.position ?? this.saved.position;
    if (last === undefined && position === this.saved.position) return;
    const next: Checkpoint = {
      ...this.saved,
      position,
      events: this.saved.events + due.length,
      last: last === undefined ? this.saved.last : lastAppliedOf(last),
    };
    this.db.batch.clear();
    this.file.write(() => {
      this.applyRows(due);
      saveCheckpoint(this.file, next, this.options.clock.now());
    });
    this.saved = next;
  }

  /** Marks the build as finished: from now on a restart continues this file. */
  complete(): void {
    const next = { ...this.saved, complete: true };
    this.file.write(() => saveCheckpoint(this.file, next, this.options.clock.now()));
    this.saved = next;
  }

  close(): void {
    this.file.close();
  }

  private applyRows(events: readonly ProjectedEvent[]): void {
    if (events.length === 0) return;
    events.forEach((event, applied) => {
      try {
        applyEvent(this.options.projections, event, this.db);
      } catch (cause) {
        throw new ApplyFailed(event, applied, cause);
      }
    });
    try {
      for (const { endOfBatch } of this.options.projections) endOfBatch?.(this.db);
    } catch (cause) {
      // At the end of one event there is no doubt which it was.
      throw new ApplyFailed(events.length === 1 ? events[0] : undefined, 0, cause);
    }
  }
}

/** Hands one event to every projection that listens, in their order. */
export function applyEvent(
  projections: readonly Projection[],
  event: ProjectedEvent,
  db: ProjectionDb,
): void {
  const isTransition = transitionOf(event.entry) !== undefined;
  for (const { on, onTransition, onEvery } of projections) {
    on[event.type]?.(event, db);
    if (isTransition) onTransition?.(event, db);
    onEvery?.(event, db);
  }
}
