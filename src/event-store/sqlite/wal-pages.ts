import { type Sql } from './sql';

const PAGE_BYTES = 4_096;
/** From here on a pause of the writer is used to copy the WAL into the file. */
const IDLE_PAGES = (4 * 1024 * 1024) / PAGE_BYTES;
/** From here on it is copied in any case: recovery after a crash reads all of it. */
const FORCED_PAGES = (64 * 1024 * 1024) / PAGE_BYTES;
/** Pages that a commit touches anyway: header, roots, right edges of the trees, sealing's rows. */
const PAGES_A_COMMIT = 8;
/** An entry id is random, so its index touches a page of its own for nearly each event. */
const PAGES_AN_EVENT = 1;

interface CheckpointRow {
  readonly log: bigint;
  readonly checkpointed: bigint;
}

/**
 * Keeps the WAL short. SQLite does not say how long it is without copying it, so the pages are estimated from what was
 * committed and set right by each checkpoint's own answer.
 */
export class WalPages {
  private pages = 0;

  constructor(private readonly sql: Sql) {}

  /** After each commit. */
  committed(events: number, bytes: number): void {
    this.pages += PAGES_A_COMMIT + events * PAGES_AN_EVENT + Math.ceil(bytes / PAGE_BYTES);
    if (this.pages >= FORCED_PAGES) this.checkpoint();
  }

  /** When nothing waits. */
  idle(): void {
    if (this.pages >= IDLE_PAGES) this.checkpoint();
  }

  private checkpoint(): void {
    const row = this.sql.get<CheckpointRow>('PRAGMA wal_checkpoint(PASSIVE)');
    // What a reader still needs stays, and is copied the next time.
    this.pages = row === undefined ? 0 : Number(row.log - row.checkpointed);
  }
}
