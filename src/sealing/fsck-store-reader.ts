import { openSqlite, type Sql, toNumber } from '../event-store/sqlite';
import { DAMAGED, orDamaged } from './damaged-page';
import {
  type BlockReader,
  type BlockRows,
  type CheckpointRow,
  type StoreColumns,
  type TileRow,
} from './fsck-rows';
import { TILE_WIDTH } from './tile-builder';

/** All rows of a block in one: a row of its own for each would cost more than its hash. */
const ENTRIES = `
  SELECT count(*) AS count, max(position) AS last,
         group_concat(length(CAST(entry AS BLOB)), ' ') AS lengths,
         CAST(group_concat(CAST(entry AS TEXT), '') AS BLOB) AS entries,
         CAST(group_concat(CAST(leaf AS TEXT), '') AS BLOB) AS leaves,
         CAST(group_concat(CAST(id AS TEXT), '') AS BLOB) AS ids,
         CAST(group_concat(CAST(store_id AS TEXT), '') AS BLOB) AS storeIds,
         CAST(group_concat(name, char(10)) || char(10) AS BLOB) AS streams,
         CAST(group_concat(revision, char(10)) || char(10) AS BLOB) AS revisions,
         CAST(group_concat(type, char(10)) || char(10) AS BLOB) AS types,
         CAST(group_concat(tree_size, char(10)) || char(10) AS BLOB) AS treeSizes
    FROM (SELECT event.*, stream.name FROM event LEFT JOIN stream ON stream.no = event.stream_no
           WHERE position > :first AND position <= :end ORDER BY position)`;
const ENTRY_AT = `SELECT CAST(entry AS BLOB) AS entry FROM event WHERE position = :at`;
const CHECKPOINTS = `
  SELECT size, CAST(root AS BLOB) AS root, CAST(key_id AS BLOB) AS keyId, CAST(signature AS BLOB) AS signature
    FROM checkpoint WHERE size > :first AND size <= :end ORDER BY size`;
const NEXT_SIZE = `SELECT min(size) AS size FROM checkpoint WHERE size > :end`;
const TILES = `
  SELECT n, CAST(hashes AS BLOB) AS hashes, CAST(root AS BLOB) AS root FROM tile
   WHERE level = 0 AND n >= :from AND n < :to ORDER BY n`;

interface Joined {
  readonly count: bigint;
  readonly last: bigint | null;
  readonly lengths: string | null;
  readonly entries: Buffer | null;
  readonly leaves: Buffer | null;
  readonly ids: Buffer | null;
  readonly storeIds: Buffer | null;
  readonly streams: Buffer | null;
  readonly revisions: Buffer | null;
  readonly types: Buffer | null;
  readonly treeSizes: Buffer | null;
}

const NOTHING = Buffer.alloc(0);

/** Reads blocks of a ledger's file over a read-only connection of its own. */
export class StoreBlockReader implements BlockReader {
  constructor(private readonly sql: Sql) {}

  /** @throws the driver's error */
  static open(path: string): StoreBlockReader {
    return new StoreBlockReader(openSqlite(path, { readonly: true }));
  }

  read(first: number, count: number): BlockRows {
    const end = first + count;
    const row = orDamaged(() => this.sql.get<{ size: bigint | null }>(NEXT_SIZE, { end }));
    const next = row === DAMAGED ? undefined : row?.size;
    return {
      ...{ first, count, gap: 0 },
      ...this.entries(first, count),
      checkpoints: this.checkpoints(first, end),
      nextSize: typeof next === 'bigint' ? toNumber(next) : undefined,
      tiles: this.tiles(first, count),
    };
  }

  close(): void {
    this.sql.close();
  }

  private entries(first: number, count: number): Pick<BlockRows, 'bytes' | 'ends' | 'columns'> {
    const row = orDamaged(() => this.sql.get<Joined>(ENTRIES, { first, end: first + count }));
    if (row === DAMAGED) return this.entriesAlone(first, count);
    const lengths = (row?.lengths ?? '').split(' ');
    const isDense = row?.count === BigInt(count) && row.last === BigInt(first + count);
    if (!isDense || lengths.length !== count) return this.entriesAlone(first, count);
    const ends = new Int32Array(count);
    for (let i = 0, end = 0; i < count; i++) ends[i] = end += Number(lengths[i]);
    const bytes = row.entries ?? NOTHING;
    if (ends.at(-1) !== bytes.length) return this.entriesAlone(first, count);
    return { bytes, ends, columns: columnsOf(row, count) };
  }

  /** Where rows are missing or their lengths do not fit: each place by its own number. */
  private entriesAlone(
    first: number,
    count: number,
  ): Pick<BlockRows, 'bytes' | 'ends' | 'columns'> {
    const found = Array.from({ length: count }, (_, i) => this.entryAt(first + i));
    const ends = new Int32Array(count);
    for (let i = 0, end = 0; i < count; i++) ends[i] = end += found[i]?.length ?? 0;
    return { bytes: Buffer.concat(found.map((e) => e ?? NOTHING)), ends, columns: 'odd' };
  }

  private entryAt(index: number): Buffer | undefined {
    const row = orDamaged(() =>
      this.sql.get<{ entry: Buffer | null }>(ENTRY_AT, { at: index + 1 }),
    );
    return row === DAMAGED ? undefined : (row?.entry ?? undefined);
  }

  private checkpoints(first: number, end: number): CheckpointRow[] {
    type Row = Omit<CheckpointRow, 'size'> & { size: bigint };
    const rows = orDamaged(() => this.sql.all<Row>(CHECKPOINTS, { first, end }));
    // That the page is damaged is said by the check of the pages.
    return rows === DAMAGED ? [] : rows.map((row) => ({ ...row, size: toNumber(row.size) }));
  }

  private tiles(first: number, count: number): (TileRow | undefined)[] {
    const from = first / TILE_WIDTH;
    const full = Math.floor(count / TILE_WIDTH);
    const tiles: (TileRow | undefined)[] = new Array<undefined>(full).fill(undefined);
    const rows = orDamaged(() =>
      this.sql.all<TileRow & { n: bigint }>(TILES, { from, to: from + full }),
    );
    if (rows === DAMAGED) return tiles;
    for (const { n, hashes, root } of rows) tiles[toNumber(n) - from] = { hashes, root };
    return tiles;
  }
}

function columnsOf(row: Joined, count: number): StoreColumns | 'odd' {
  const { leaves, ids, storeIds, streams, revisions, types, treeSizes } = row;
  if (leaves?.length !== 32 * count || ids?.length !== 16 * count) return 'odd';
  if (storeIds?.length !== 16 * count || streams === null || revisions === null) return 'odd';
  if (types === null || treeSizes === null) return 'odd';
  return { leaves, ids, storeIds, streams, revisions, types, treeSizes };
}
