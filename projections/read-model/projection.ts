import { type Entry } from '../../src/kernel/entry';

/** A value that SQLite can bind. Integers come back as `bigint`. */
export type SqlValue = null | bigint | number | string | Uint8Array;
export type SqlParams = Readonly<Record<string, SqlValue>>;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** What a view sees of a read model: one consistent snapshot. Statements are named constants; values are bound by name. */
export interface ReadDb {
  all<T = SqlRow>(sql: string, params?: SqlParams): T[];
  get<T = SqlRow>(sql: string, params?: SqlParams): T | undefined;
}

/** A snapshot and the place in the log up to which it is complete; `undefined` while nothing is applied. */
export interface Snapshot extends ReadDb {
  readonly position: string | undefined;
}

/** What a projection sees: its rows are written in the transaction that also moves the checkpoint. */
export interface ProjectionDb extends ReadDb {
  run(sql: string, params?: SqlParams): void;
  /**
   * What a projection keeps in mind until the end of the batch, under its name. Empty when a batch begins, also after one
   * that was rolled back; rows that wait here are written by `endOfBatch` and are not in the tables before.
   */
  readonly batch: Map<string, unknown>;
  /** Bytes of a file that an event names by its hash; `undefined` when the blob store has none. */
  blob(sha256: string): Uint8Array | undefined;
}

/** One event of the ledger, as projections read it. */
export interface ProjectedEvent {
  /** the printed position, such as `s.17` */
  readonly position: string;
  /** 0-based place in the order of delivery; on the embedded store the log index */
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly leaf: Uint8Array;
  readonly entry: Entry;
  /** length of the stored entry in bytes */
  readonly entryBytes: number;
}

export type Apply = (event: ProjectedEvent, db: ProjectionDb) => void;

/**
 * Turns events into rows and decides nothing. It accepts any history, applies every event at most once, and prefers
 * setting to adding, so that a batch applied twice leaves the same rows.
 */
export interface Projection {
  /** plural noun of what a row is */
  readonly name: string;
  /** raise it when rows would differ: a new generation is then built beside the live one */
  readonly version: number;
  /** CREATE statements; tables of one projection are written by no other */
  readonly schema: string;
  /** by event type; `transition` handles every event of a finance object (its `data` has a `transition`) */
  readonly on: Readonly<Record<string, Apply>>;
  readonly onTransition?: Apply;
  /** every event of the ledger, after the more specific handlers */
  readonly onEvery?: Apply;
  /** called once when a batch is applied, before its commit: recompute what the batch made dirty */
  readonly endOfBatch?: (db: ProjectionDb) => void;
}

export interface ProjectionParts {
  readonly schema: string;
  readonly on?: Readonly<Record<string, Apply>>;
  readonly onTransition?: Apply;
  readonly onEvery?: Apply;
  readonly endOfBatch?: (db: ProjectionDb) => void;
}

/** Names a projection: `projection('break-board', 3, { schema, on: { 'break.assigned': assign } })`. */
export function projection(name: string, version: number, parts: ProjectionParts): Projection {
  return { name, version, on: {}, ...parts };
}
