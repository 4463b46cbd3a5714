import { storeCorrupt } from '../kernel/errors';
import { nodeHash } from '../kernel/hash';
import { type Sql } from '../event-store/sqlite';
import { rootOf } from './merkle-log';
import { TILE_WIDTH } from './tile-builder';

const FULL_TILE = `SELECT hashes FROM tile WHERE level = :level AND n = :n`;
const LEAVES_IN = `
  SELECT leaf AS hash FROM event WHERE position > :start AND position <= :end ORDER BY position`;
const TILE_ROOTS_IN = `
  SELECT root AS hash FROM tile WHERE level = :level AND n >= :start AND n < :end ORDER BY n`;

/** About 1 MiB: a page of neighbouring proofs touches one tile a level. */
const TILES_KEPT_MAX = 64;

/**
 * Hashes of perfect subtrees from stored tiles. Full tiles never change, so their inner nodes are kept; what lies behind
 * the last full tile is read anew each time.
 */
export class TileNodes {
  /** inner nodes of full tiles by `level/n`: row r holds the nodes over 2^r hashes */
  private readonly kept = new Map<string, readonly (readonly Uint8Array[])[]>();

  constructor(private readonly sql: Sql) {}

  /** @throws TieoutError `store-corrupt` when a hash that must be stored is missing */
  node(treeLevel: number, index: number): Uint8Array {
    const level = Math.floor(treeLevel / 8);
    const row = treeLevel % 8;
    const width = 2 ** row;
    const n = Math.floor((index * width) / TILE_WIDTH);
    const full = this.fullTile(level, n);
    if (full !== undefined) return full[row]?.[index % (TILE_WIDTH / width)] as Uint8Array;
    const hashes = this.openHashes(level, index * width, (index + 1) * width);
    return rootOf(hashes);
  }

  /**
   * The hashes [256n, 256n + width) of a level; the caller knows that the log has them.
   *
   * @throws TieoutError `store-corrupt` when a hash that must be stored is missing
   */
  tile(level: number, n: number, width: number): Uint8Array {
    const stored = this.sql.get<{ hashes: Uint8Array }>(FULL_TILE, { level, n })?.hashes;
    if (stored !== undefined) return stored.subarray(0, 32 * width);
    const start = n * TILE_WIDTH;
    return Buffer.concat(this.openHashes(level, start, start + width));
  }

  private fullTile(level: number, n: number): readonly (readonly Uint8Array[])[] | undefined {
    const key = `${level}/${n}`;
    const kept = this.kept.get(key);
    if (kept !== undefined) return kept;
    const stored = this.sql.get<{ hashes: Uint8Array }>(FULL_TILE, { level, n });
    if (stored === undefined) return undefined;
    const rows = innerNodes(stored.hashes);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= TILES_KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, rows);
    return rows;
  }

  private openHashes(level: number, start: number, end: number): Uint8Array[] {
    const rows =
      level === 0
        ? this.sql.all<{ hash: Uint8Array }>(LEAVES_IN, { start, end })
        : this.sql.all<{ hash: Uint8Array }>(TILE_ROOTS_IN, { level: level - 1, start, end });
    if (rows.length !== end - start) {
      throw storeCorrupt(`Level ${level} has no hashes ${start} to ${end}.`, { level, start, end });
    }
    return rows.map((r) => r.hash);
  }
}

function innerNodes(hashes: Uint8Array): Uint8Array[][] {
  let row = Array.from({ length: TILE_WIDTH }, (_, i) => hashes.subarray(32 * i, 32 * i + 32));
  const rows = [row];
  while (row.length > 2) {
    const below = row;
    row = Array.from({ length: below.length / 2 }, (_, i) =>
      nodeHash(below[2 * i] as Uint8Array, below[2 * i + 1] as Uint8Array),
    );
    rows.push(row);
  }
  return rows;
}
