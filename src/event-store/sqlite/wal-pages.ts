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

/** However wrong an estimate is, the next checkpoint comes in sight. */
const SCALE_MIN = 0.1;
const SCALE_MAX = 4;

interface CheckpointRow {
  readonly log: bigint;
  readonly checkpointed: bigint;
}

/**
 * Keeps the WAL short. SQLite does not say how long it is without copying it, so the pages are estimated from what was
 * committed and set right by each checkpoint's own answer.
 */
export class WalPages {
  /** estimated pages since the last checkpoint */
  private pages = 0;
  /** pages that the last checkpoint had to leave */
  private left = 0;
  /** real pages for each estimated one, as the last checkpoint showed */
  private scale = 1;

  constructor(private readonly sql: Sql) {}

  /** After each commit. */
  committed(events: number, bytes: number): void {
    this.pages += PAGES_A_COMMIT + events * PAGES_AN_EVENT + Math.ceil(bytes / PAGE_BYTES);
    if (this.left + this.added >= FORCED_PAGES) this.idle();
  }

  /** When nothing waits. What a reader pins is not tried again until there is something new. */
  idle(): void {
    if (this.added >= IDLE_PAGES) this.checkpoint();
  }

  private get added(): number {
    return this.pages * this.scale;
  }

  private checkpoint(): void {
    const row = this.sql.get<CheckpointRow>('PRAGMA wal_checkpoint(PASSIVE)');
    if (row === undefined || row.log < 0n) return;
    const real = Number(row.log) - this.left;
    this.scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, real / this.pages));
    this.pages = 0;
    // The WAL begins anew only when nothing had to stay.
    this.left = row.checkpointed < row.log ? Number(row.log) : 0;
  }
}
