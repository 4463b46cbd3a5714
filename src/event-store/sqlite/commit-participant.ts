import { type Sql } from './sql';

/** What one transaction adds to the log. */
export interface CommitBatch {
  /** log index of the first new event: position - 1 */
  readonly firstIndex: number;
  /** leaf hashes of the new events in log order, 32 bytes each */
  readonly leaves: readonly Uint8Array[];
  /** names of the streams it adds to; one may stand twice */
  readonly streams: readonly string[];
}

/** Tables that a later version of a participant brought. A file without them gets them at its next opening for writing. */
export interface SchemaAddition {
  /** kept in the file, so that a table that is dropped afterwards is missed */
  readonly name: string;
  /** DDL */
  readonly schema: string;
}

/**
 * Takes part in the transaction of every append: sealing implements it, the composition root joins the two. Runs in the
 * writer's thread, on the writer's connection.
 */
export interface CommitParticipant {
  /** DDL of its tables and append-only triggers, created with the ledger's own and compared with them at each opening */
  readonly schema: string;
  readonly additions?: readonly SchemaAddition[];
  /** Called once, after the ledger's own checks; throws to refuse the ledger. */
  open(sql: Sql): void;
  /**
   * Called after the rows are inserted, before COMMIT. What it throws rolls the transaction back and halts the ledger.
   *
   * @returns a structured-cloneable notice for the appenders, released only after COMMIT returned
   */
  beforeCommit(sql: Sql, batch: CommitBatch): unknown;
  /** COMMIT returned: what `beforeCommit` prepared is now true. */
  committed(): void;
  /** The transaction did not happen: drop what `beforeCommit` prepared. */
  rolledBack(): void;
}

/** Makes a participant for one opening of the file; a reopening after an I/O error makes a fresh one. */
export type CommitParticipantFactory = () => CommitParticipant;

/** What was committed. Delivered before the appends of the group are answered. */
export interface CommitNotice {
  readonly firstIndex: number;
  readonly count: number;
  /** 32 bytes each, in log order: an object for each would outlive its event by minutes */
  readonly leaves: Uint8Array;
  /** what the participant's `beforeCommit` returned */
  readonly participant: unknown;
}
