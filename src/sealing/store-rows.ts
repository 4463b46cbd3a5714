import { type Sql, toNumber } from '../event-store/sqlite';

const PAGE_ROWS = 500;

/** A row of the ledger's file as it stands; nothing in it is trusted. */
export interface EventRow {
  readonly index: number;
  readonly streamNo: bigint;
  /** null when the stream's row is gone */
  readonly stream: string | null;
  readonly revision: bigint;
  readonly id: Uint8Array;
  readonly type: string;
  readonly storeId: Uint8Array;
  readonly entry: Uint8Array;
  readonly leaf: Uint8Array;
  readonly treeSize: bigint;
}

export interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface TileRow {
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

const EVENTS_AFTER = `
  SELECT event.position, event.stream_no AS streamNo, stream.name AS stream, event.revision, event.id, event.type,
         event.store_id AS storeId, event.entry, event.leaf, event.tree_size AS treeSize
    FROM event LEFT JOIN stream ON stream.no = event.stream_no
   WHERE event.position > :after
   ORDER BY event.position
   LIMIT :limit`;
const CHECKPOINTS_AFTER = `
  SELECT size, root, key_id AS keyId, signature
    FROM checkpoint WHERE size > :after ORDER BY size LIMIT :limit`;
const TILE = `SELECT hashes, root FROM tile WHERE level = :level AND n = :n`;
const SUCCESSOR = `
  SELECT position, entry FROM event WHERE stream_no = :streamNo AND revision = :revision`;
/** Read from the rows themselves: an index could have been edited with them. */
const REPEATED_IDS = `
  SELECT max(position) AS position FROM event NOT INDEXED GROUP BY id HAVING count(*) > 1
   ORDER BY position LIMIT 100`;
const COUNTS = `
  SELECT (SELECT count(*) FROM event NOT INDEXED) AS events, (SELECT count(*) FROM tile NOT INDEXED) AS tiles,
         (SELECT coalesce(max(size), 0) FROM checkpoint) AS size,
         (SELECT coalesce(max(position), 0) FROM event) AS last`;
const RIGHT_EDGE = `SELECT size, hashes FROM right_edge`;

/** Reads a ledger's file for a check, in pages and in the order of the log. */
export class StoreRows {
  constructor(private readonly sql: Sql) {}

  *events(): Generator<EventRow> {
    for (let after = 0n; ;) {
      const rows = this.sql.all<EventRow & { position: bigint }>(EVENTS_AFTER, {
        after,
        limit: PAGE_ROWS,
      });
      for (const row of rows) yield { ...row, index: toNumber(row.position) - 1 };
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.position;
    }
  }

  *checkpoints(): Generator<CheckpointRow> {
    for (let after = 0n; ;) {
      const rows = this.sql.all<Omit<CheckpointRow, 'size'> & { size: bigint }>(CHECKPOINTS_AFTER, {
        after,
        limit: PAGE_ROWS,
      });
      for (const row of rows) yield { ...row, size: toNumber(row.size) };
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.size;
    }
  }

  tile(level: number, n: number): TileRow | undefined {
    return this.sql.get<TileRow>(TILE, { level, n });
  }

  /** The event after a row in its stream. */
  successorOf(row: EventRow): { index: number; entry: Uint8Array } | undefined {
    const next = this.sql.get<{ position: bigint; entry: Uint8Array }>(SUCCESSOR, {
      streamNo: row.streamNo,
      revision: row.revision + 1n,
    });
    return next && { index: toNumber(next.position) - 1, entry: next.entry };
  }

  /** Indexes whose id stands earlier too. */
  repeatedIds(): number[] {
    const rows = this.sql.all<{ position: bigint }>(REPEATED_IDS);
    return rows.map((row) => toNumber(row.position) - 1);
  }

  counts(): { events: number; tiles: number; size: number; last: number } {
    const row = this.sql.get<Record<'events' | 'tiles' | 'size' | 'last', bigint>>(COUNTS);
    const number = (n: bigint | undefined) => toNumber(n ?? 0n);
    return {
      events: number(row?.events),
      tiles: number(row?.tiles),
      size: number(row?.size),
      last: number(row?.last),
    };
  }

  rightEdge(): { size: number; hashes: Uint8Array } | undefined {
    const row = this.sql.get<{ size: bigint; hashes: Uint8Array }>(RIGHT_EDGE);
    return row && { size: toNumber(row.size), hashes: row.hashes };
  }

  /** What SQLite says about its own pages; empty when it finds nothing. */
  damages(): string[] {
    return this.sql
      .all<{ integrity_check: string }>('PRAGMA integrity_check(20)')
      .map((row) => row.integrity_check)
      .filter((text) => text !== 'ok');
  }
}
