import { type Sql, toNumber } from '../event-store/sqlite';
import { DAMAGED, orDamaged } from './damaged-page';
import { readEntry } from './entry-check';
import {
  type EventColumns,
  type LogCopy,
  type PlaceCopies,
  type StoredTile,
  type Successor,
} from './fsck-copy';
import { type CheckpointRow } from './fsck-rows';
import { type NoteLine } from './note';
import { TILE_WIDTH } from './tile-builder';

type EventRow = EventColumns & { readonly position: bigint; readonly entry: Uint8Array | null };

const EVENTS_IN = `
  SELECT event.position, stream.name AS stream, event.revision, CAST(event.id AS BLOB) AS id, event.type,
         CAST(event.store_id AS BLOB) AS storeId, CAST(event.entry AS BLOB) AS entry,
         CAST(event.leaf AS BLOB) AS leaf, event.tree_size AS treeSize
    FROM event LEFT JOIN stream ON stream.no = event.stream_no
   WHERE event.position > :from AND event.position <= :to
   ORDER BY event.position`;
const LAST_CHECKPOINT = `
  SELECT size, CAST(root AS BLOB) AS root, CAST(key_id AS BLOB) AS keyId, CAST(signature AS BLOB) AS signature
    FROM checkpoint ORDER BY size DESC LIMIT 1`;
const TILE = `
  SELECT CAST(hashes AS BLOB) AS hashes, CAST(root AS BLOB) AS root FROM tile WHERE level = :level AND n = :n`;
const TILE_ROOTS = `SELECT n, CAST(root AS BLOB) AS root FROM tile WHERE level = 0 AND n < :full ORDER BY n`;
const LEAVES_FROM = `
  SELECT CAST(leaf AS BLOB) AS leaf FROM event WHERE position > :from AND position <= :to ORDER BY position`;
const SUCCESSOR = `
  SELECT event.position, CAST(event.entry AS BLOB) AS entry
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream AND event.revision = :revision`;
const STREAM_ENTRIES = `
  SELECT event.position, CAST(event.entry AS BLOB) AS entry
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream ORDER BY event.position`;
const LINES = `
  SELECT CAST(key_id AS BLOB) AS keyId, CAST(signature AS BLOB) AS signature FROM checkpoint WHERE size = :size`;
const MORE_LINES = `
  UNION ALL SELECT CAST(key_id AS BLOB), CAST(signature AS BLOB) FROM checkpoint_line WHERE size = :size`;
const HAS_MORE_LINES = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'checkpoint_line'`;
const POSITIONS_OF_ID = `
  SELECT position FROM event NOT INDEXED WHERE id IN
         (SELECT id FROM event NOT INDEXED GROUP BY id HAVING count(*) > 1) ORDER BY position LIMIT 1000`;
const COUNTS = `
  SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM tile) AS tiles,
         (SELECT count(*) FROM checkpoint) AS checkpoints,
         (SELECT max(position) FROM event WHERE position <= :size) AS last,
         (SELECT count(*) FROM event WHERE position > :size OR position < 1) AS extra`;
const RIGHT_EDGE = `SELECT size, CAST(hashes AS BLOB) AS hashes FROM right_edge`;

/** A damaged row can say any number. Beyond these many missing places a log is not walked. */
const MISSING_MAX = 1_000_000;
const NOTHING = new Uint8Array();
const LARGEST = 2 ** 53 - 1;

export interface StoreCounts {
  readonly events: number;
  readonly tiles: number;
  readonly checkpoints: number;
  /** places up to the last signed event that is there */
  readonly last: number;
  /** events beyond the newest checkpoint, or before the first place */
  readonly extra: number;
}

/** Reads a ledger's file for a check. */
export class StoreRows implements LogCopy {
  readonly last: CheckpointRow | undefined;
  readonly counts: StoreCounts;
  /** indexes whose row stands on a page that cannot be read */
  readonly damagedAt: number[] = [];

  private readonly hasMoreLines: boolean;

  constructor(private readonly sql: Sql) {
    this.hasMoreLines = sql.get(HAS_MORE_LINES) !== undefined;
    this.last = this.lastCheckpoint();
    this.counts = this.count(this.last?.size ?? LARGEST);
  }

  get places(): number {
    return Math.min(this.counts.last, this.counts.events + MISSING_MAX);
  }

  copies(from: number, to: number): PlaceCopies[] {
    const rows = this.rowsIn(from, to);
    let tile: StoredTile | undefined;
    return rows.map((row, i) => {
      const index = from + i;
      if (i === 0 || index % TILE_WIDTH === 0) tile = this.tile(0, Math.floor(index / TILE_WIDTH));
      const at = 32 * (index % TILE_WIDTH);
      const hash = tile?.hashes.subarray(at, at + 32);
      return {
        index,
        entry: row === 'unreadable' ? undefined : (row?.entry ?? undefined),
        columns: row === 'unreadable' ? undefined : row && columnsOf(row),
        tile: hash?.length === 32 ? hash : undefined,
        isTold: row === 'unreadable',
      };
    });
  }

  prevsBehind(places: readonly PlaceCopies[]): ReadonlyMap<number, Successor> {
    const found = new Map<number, Successor>();
    for (const { index, columns } of places) {
      const { stream, revision } = columns ?? {};
      if (typeof stream !== 'string' || typeof revision !== 'bigint') continue;
      const next = orDamaged(() =>
        this.sql.get<{ position: bigint; entry: Uint8Array | null }>(SUCCESSOR, {
          stream,
          revision: revision + 1n,
        }),
      );
      if (next === undefined || next === DAMAGED) continue;
      const prev = readEntry(next.entry ?? NOTHING).entry?.prev;
      if (prev === undefined) continue;
      found.set(index, { leaf: Buffer.from(prev, 'hex'), index: Number(next.position) - 1 });
    }
    return found;
  }

  tile(level: number, n: number): StoredTile | undefined {
    const tile = orDamaged(() => this.sql.get<StoredTile>(TILE, { level, n }));
    return tile === DAMAGED || !(tile?.hashes instanceof Uint8Array) ? undefined : tile;
  }

  tileRoots(): { roots: Uint8Array; open: Uint8Array } | undefined {
    const size = this.last?.size ?? 0;
    const full = Math.floor(size / TILE_WIDTH);
    const rows = orDamaged(() =>
      this.sql.all<{ n: bigint; root: Uint8Array | null }>(TILE_ROOTS, { full }),
    );
    const from = full * TILE_WIDTH;
    const leaves = orDamaged(() =>
      this.sql.all<{ leaf: Uint8Array | null }>(LEAVES_FROM, { from, to: size }),
    );
    if (rows === DAMAGED || leaves === DAMAGED) return undefined;
    const isWhole = rows.every(({ n, root }, i) => n === BigInt(i) && root?.length === 32);
    if (!isWhole || rows.length !== full || leaves.length !== size - from) return undefined;
    return {
      roots: Buffer.concat(rows.map(({ root }) => root ?? NOTHING)),
      open: Buffer.concat(leaves.map(({ leaf }) => leaf ?? NOTHING)),
    };
  }

  /** The entries of a stream, as the file tells which they are. */
  streamEntries(stream: string): { index: number; entry: Uint8Array }[] {
    const rows = orDamaged(() =>
      this.sql.all<{ position: bigint; entry: Uint8Array | null }>(STREAM_ENTRIES, { stream }),
    );
    if (rows === DAMAGED) return [];
    return rows.map(({ position, entry }) => ({
      index: Number(position) - 1,
      entry: entry ?? NOTHING,
    }));
  }

  /** All lines of a checkpoint under the log's own name. */
  linesOf(size: number, named: string): NoteLine[] {
    type Row = { keyId: Uint8Array | null; signature: Uint8Array | null };
    const sql = this.hasMoreLines ? LINES + MORE_LINES : LINES;
    const rows = orDamaged(() => this.sql.all<Row>(sql, { size }));
    return rows === DAMAGED
      ? []
      : rows.map(({ keyId, signature }) => ({
          name: named,
          keyId: Buffer.from(keyId ?? NOTHING).toString('hex'),
          signature: signature ?? NOTHING,
        }));
  }

  /** Indexes whose id stands earlier too. Sorts all ids: only to be called when there are some. */
  repeatedIds(): number[] {
    const rows = orDamaged(() => this.sql.all<{ position: bigint }>(POSITIONS_OF_ID));
    return rows === DAMAGED ? [] : rows.map((row) => toNumber(row.position) - 1);
  }

  rightEdge(): { size: number; hashes: Uint8Array } | undefined {
    const row = this.sql.get<{ size: bigint; hashes: Uint8Array | null }>(RIGHT_EDGE);
    return row && { size: Number(row.size), hashes: row.hashes ?? NOTHING };
  }

  /** The rows of [from, to), each by its index; a damaged page costs its own rows only. */
  private rowsIn(from: number, to: number): (EventRow | undefined | 'unreadable')[] {
    const rows = orDamaged(() => this.sql.all<EventRow>(EVENTS_IN, { from, to }));
    if (rows === DAMAGED && to - from > 1) {
      return Array.from({ length: to - from }, (_, i) =>
        this.rowsIn(from + i, from + i + 1),
      ).flat();
    }
    if (rows === DAMAGED) {
      this.damagedAt.push(from);
      return ['unreadable'];
    }
    const byIndex = new Map(rows.map((row) => [Number(row.position) - 1, row]));
    return Array.from({ length: to - from }, (_, i) => byIndex.get(from + i));
  }

  private lastCheckpoint(): CheckpointRow | undefined {
    const row = orDamaged(() =>
      this.sql.get<Omit<CheckpointRow, 'size'> & { size: bigint }>(LAST_CHECKPOINT),
    );
    if (row === DAMAGED) return undefined;
    return row && { ...row, size: Math.min(Number(row.size), LARGEST) };
  }

  private count(size: number): StoreCounts {
    const row = orDamaged(() =>
      this.sql.get<Record<keyof StoreCounts, bigint | null>>(COUNTS, { size }),
    );
    if (row === DAMAGED) {
      // A page cannot be read: the log is as long as its checkpoint says, and each place is looked at by itself.
      const last = this.last?.size ?? 0;
      return { events: last, tiles: 0, checkpoints: 0, last, extra: 0 };
    }
    const number = (n: bigint | null | undefined): number => Number(n ?? 0n);
    return {
      events: number(row?.events),
      tiles: number(row?.tiles),
      checkpoints: number(row?.checkpoints),
      last: number(row?.last),
      extra: number(row?.extra),
    };
  }
}

function columnsOf({
  stream,
  revision,
  id,
  type,
  storeId,
  leaf,
  treeSize,
}: EventRow): EventColumns {
  const bytes = (value: Uint8Array | null): Uint8Array => value ?? NOTHING;
  return {
    ...{ stream, revision, type, treeSize },
    ...{ id: bytes(id), storeId: bytes(storeId), leaf: bytes(leaf) },
  };
}
