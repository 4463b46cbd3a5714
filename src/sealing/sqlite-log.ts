import { notFound, storeCorrupt, TieoutError } from '../kernel/errors';
import { type Sql, toNumber } from '../event-store/sqlite';
import { withLines } from './checkpoint';
import { CheckpointLines, type CheckpointRow } from './checkpoint-rows';
import { bundleOf } from './entry-bundle';
import { type LogReader } from './log-reader';
import { consistencyProof, type HashReader, inclusionProof, rangeHash } from './merkle-log';
import { type SignedCheckpoint } from './signed-checkpoint';
import { TILE_WIDTH } from './tile-builder';
import { TileNodes } from './tile-nodes';
import { bundlePath, tilePath } from './tile-path';
import { hashesAt, type TileReader } from './tile-reader';

const CHECKPOINT_LAST = `
  SELECT size, root, key_id AS keyId, signature FROM checkpoint ORDER BY size DESC LIMIT 1`;
const CHECKPOINT_AT = `
  SELECT size, root, key_id AS keyId, signature FROM checkpoint WHERE size = :size`;
const CHECKPOINT_ABOVE = `
  SELECT size, root, key_id AS keyId, signature FROM checkpoint
   WHERE size > :index ORDER BY size LIMIT 1`;
const SIZE = `SELECT max(size) AS size FROM checkpoint`;
const LEAF_AT = `SELECT leaf FROM event WHERE position = :position`;
const ENTRY_AT = `SELECT entry FROM event WHERE position = :position`;
const ENTRIES_IN = `
  SELECT entry FROM event WHERE position > :start AND position <= :end ORDER BY position`;

/** The log of an embedded store, over a connection that may be read-only. */
export class SqliteLog implements LogReader, TileReader {
  private readonly nodes: TileNodes;
  private readonly lines: CheckpointLines;

  constructor(
    private readonly sql: Sql,
    private readonly origin: string,
  ) {
    this.nodes = new TileNodes(sql);
    this.lines = new CheckpointLines(sql);
  }

  size(): number {
    return toNumber(this.sql.get<{ size: bigint | null }>(SIZE)?.size ?? 0n);
  }

  checkpoint(): SignedCheckpoint {
    return this.found(this.sql.get<CheckpointRow>(CHECKPOINT_LAST), 'A checkpoint');
  }

  checkpointAt(size: number): SignedCheckpoint {
    const row = this.sql.get<CheckpointRow>(CHECKPOINT_AT, { size });
    return this.found(row, `A checkpoint of size ${size}`);
  }

  firstCheckpointOf(index: number): SignedCheckpoint {
    const row = this.sql.get<CheckpointRow>(CHECKPOINT_ABOVE, { index });
    return this.found(row, `A checkpoint over index ${index}`);
  }

  leaf(index: number): Uint8Array {
    const row = this.sql.get<{ leaf: Uint8Array }>(LEAF_AT, { position: index + 1 });
    if (row === undefined) throw notFound(`Index ${index}`);
    return row.leaf;
  }

  entryBytes(index: number): Uint8Array {
    const row = this.sql.get<{ entry: Uint8Array }>(ENTRY_AT, { position: index + 1 });
    if (row === undefined) throw notFound(`Index ${index}`);
    return row.entry;
  }

  inclusionProof(index: number, size: number): Uint8Array[] {
    this.checkSize(size);
    return inRange(() => inclusionProof(index, size, this.read));
  }

  consistencyProof(from: number, to: number): Uint8Array[] {
    this.checkSize(to);
    return inRange(() => consistencyProof(from, to, this.read));
  }

  /** Root of the log as it was at that size, from the stored tiles. @throws TieoutError `range-invalid` beyond the size */
  rootAt(size: number): Uint8Array {
    this.checkSize(size);
    return rangeHash(0, size, this.read);
  }

  tile(level: number, n: number, width: number): Uint8Array {
    if (n * TILE_WIDTH + width > hashesAt(level, this.size())) {
      throw notFound(tilePath(level, n, width % TILE_WIDTH));
    }
    return this.nodes.tile(level, n, width);
  }

  bundle(n: number, width: number): Uint8Array {
    const start = n * TILE_WIDTH;
    const end = start + width;
    if (end > this.size()) throw notFound(bundlePath(n, width % TILE_WIDTH));
    const rows = this.sql.all<{ entry: Uint8Array }>(ENTRIES_IN, { start, end });
    if (rows.length !== width) throw storeCorrupt(`Entries ${start} to ${end} are not all there.`);
    return bundleOf(rows.map(({ entry }) => entry));
  }

  private readonly read: HashReader = (level, index) => this.nodes.node(level, index);

  private checkSize(size: number): void {
    const most = this.size();
    if (size > most) throw rangeInvalid(`The log has ${most} events, not ${size}.`);
  }

  private found(row: CheckpointRow | undefined, what: string): SignedCheckpoint {
    if (row === undefined) throw notFound(what);
    const body = { origin: this.origin, size: toNumber(row.size), root: row.root };
    return withLines(body, this.lines.of(row));
  }
}

function inRange<T>(proof: () => T): T {
  try {
    return proof();
  } catch (error) {
    if (error instanceof RangeError) throw rangeInvalid(`There is ${error.message}.`);
    throw error;
  }
}

const rangeInvalid = (detail: string) => new TieoutError('range-invalid', detail);
