import { join } from 'node:path';
import { openSqlite } from '../event-store/sqlite';
import { type CheckReport } from './check-report';
import { BlockWorker } from './fsck-blocks';
import { ODD } from './fsck-block-work';
import { BLOCK_PLACES } from './fsck-rows';
import { checkStoreFolder } from './store-check';

export interface RoundOptions {
  /** with `ledger.db` */
  readonly folder: string;
  /** waited for after each block, so that a round keeps to its budget */
  readonly pace: (places: number) => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Blocks looked at newest first before a whole round begins: what was just written is what is most read. */
const NEWEST_BLOCKS = 16;
const SIZE = `SELECT coalesce(max(size), 0) AS size FROM checkpoint`;

/**
 * One round over a ledger in service: the newest entries first, then all, with every leaf, chain, kept root and tile.
 * What looks wrong among the newest ends the pause between blocks, so that the finding is there at once.
 */
export async function monitorRound(options: RoundOptions): Promise<CheckReport> {
  const { folder, pace, onProgress, signal } = options;
  const isSuspect = await newestAreOff(options);
  return checkStoreFolder(folder, {
    pace: isSuspect ? () => Promise.resolve() : pace,
    onProgress,
    signal,
  });
}

async function newestAreOff({ folder, pace, signal }: RoundOptions): Promise<boolean> {
  const path = join(folder, 'ledger.db');
  const size = sizeOf(path);
  const worker = new BlockWorker({ copy: { kind: 'store', path }, vkeys: [] });
  try {
    const last = Math.floor((size - 1) / BLOCK_PLACES);
    for (let n = last; n >= 0 && n > last - NEWEST_BLOCKS && !signal.aborted; n--) {
      const first = n * BLOCK_PLACES;
      const count = Math.min(BLOCK_PLACES, size - first);
      const { status, tileStatus } = worker.check({ first, count });
      if (status.includes(ODD) || tileStatus.includes(1)) return true;
      await pace(count);
    }
    return false;
  } finally {
    worker.close();
  }
}

function sizeOf(path: string): number {
  const sql = openSqlite(path, { readonly: true });
  try {
    return Number(sql.get<{ size: bigint }>(SIZE)?.size ?? 0n);
  } finally {
    sql.close();
  }
}

/** What a round may use of the machine. */
export interface Budget {
  /** entries a second at most, unless a day would not be enough for a round */
  readonly eventsPerSecond: number;
  /** hundredths of a core */
  readonly percent: number;
}

const DAY_SECONDS = 20 * 3_600;

/**
 * Milliseconds to wait after a block, so that a round keeps to its budget. A log too long for a round a day goes faster.
 *
 * @param worked milliseconds that the block took
 */
export function waitAfter(
  block: { readonly places: number; readonly worked: number },
  { eventsPerSecond, percent }: Budget,
  total: number,
): number {
  const rate = Math.max(eventsPerSecond, total / DAY_SECONDS);
  const byRate = (block.places / rate) * 1_000 - block.worked;
  const byShare = block.worked * (100 / percent - 1);
  const isLong = total / DAY_SECONDS > eventsPerSecond;
  return Math.max(0, isLong ? byRate : Math.max(byRate, byShare));
}
