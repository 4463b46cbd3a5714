import { type Sql } from '../event-store/sqlite';
import { type CheckpointLine } from './checkpoint';

/** A kept checkpoint; its first signature stands in the row. */
export interface CheckpointRow extends CheckpointLine {
  readonly size: bigint;
  readonly root: Uint8Array;
}

const HAS_LINES = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'checkpoint_line'`;
const LINES_OF = `
  SELECT key_id AS keyId, signature FROM checkpoint_line WHERE size = :size ORDER BY rowid`;

/** All signatures of a kept checkpoint, the oldest key's first. A file of an earlier version has one each. */
export class CheckpointLines {
  private readonly hasTable: boolean;

  constructor(private readonly sql: Sql) {
    this.hasTable = sql.get(HAS_LINES) !== undefined;
  }

  of({ size, keyId, signature }: CheckpointRow): readonly CheckpointLine[] {
    const first = { keyId, signature };
    return this.hasTable ? [first, ...this.sql.all<CheckpointLine>(LINES_OF, { size })] : [first];
  }
}
