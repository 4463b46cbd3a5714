import { type Accepted, type Outcome, type StreamView } from './group';
import { type Sql } from './sql';

/** The statements of each append bind by place: binding by name costs a fifth of an insert. */
const LAST_STREAM_NO = `SELECT coalesce(max(no), 0) AS no FROM stream`;
const ADD_STREAM = `INSERT INTO stream (no, name) VALUES (?, ?)`;

const ADD_EVENT = `
  INSERT INTO event
    (position, stream_no, revision, id, type, store_id, entry, leaf, tree_size)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export interface Inserted {
  readonly leaves: readonly Uint8Array[];
  /** by index in the group */
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

/**
 * Inserts the rows of accepted appends, in order.
 *
 * @param lastPosition of the log before this transaction
 * @throws the driver's error: a constraint when an entry id is taken
 */
export function insertRows(
  sql: Sql,
  accepted: readonly Accepted[],
  lastPosition: bigint,
): Inserted {
  const events = accepted.reduce((sum, { append }) => sum + append.events.length, 0);
  const treeSize = lastPosition + BigInt(events);
  const leaves: Uint8Array[] = [];
  const outcomes = new Map<number, Outcome>();
  const streams = new StreamNumbers(sql);
  let position = lastPosition;
  for (const { append, index, stream } of accepted) {
    const streamNo = streams.of(stream);
    let revision = append.start;
    for (const { id, storeId, type, entry, leaf } of append.events) {
      leaves.push(leaf);
      position += 1n;
      sql.run(ADD_EVENT, [position, streamNo, revision, id, type, storeId, entry, leaf, treeSize]);
      revision += 1n;
    }
    outcomes.set(index, { ok: true, revision: revision - 1n, sequence: position });
  }
  return { leaves, outcomes };
}

/** Numbers of streams; a new stream gets its row. */
class StreamNumbers {
  private last: bigint | undefined;

  constructor(private readonly sql: Sql) {}

  of(stream: StreamView): bigint {
    return (stream.no ??= this.add(stream.name));
  }

  private add(name: string): bigint {
    const last = this.last ?? this.sql.get<{ no: bigint }>(LAST_STREAM_NO)?.no ?? 0n;
    this.last = last + 1n;
    this.sql.run(ADD_STREAM, [this.last, name]);
    return this.last;
  }
}
