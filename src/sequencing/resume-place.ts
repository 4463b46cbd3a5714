import { storeCorrupt } from '../kernel/errors';
import { hex, leafHash } from '../kernel/hash';
import { readUuid } from '../kernel/uuid-bytes';
import { type Position } from '../event-store';
import { type KurrentStore } from '../event-store/kurrentdb';
import { type Sql, toNumber } from '../event-store/sqlite';
import { type CheckpointRecord, readCheckpointRecord } from './checkpoint-record';

/** Where a node goes on: behind the last leaf that its own log folder has. */
export interface ResumePlace {
  readonly size: number;
  readonly after: Position | undefined;
  /** of the checkpoint of that size; -1n before the first */
  readonly revision: bigint;
}

const LAST_SEALED = `SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1`;
const LAST_EVENT = `
  SELECT stream.name AS stream, event.revision, event.store_id AS storeId, event.leaf
    FROM event JOIN stream ON stream.no = event.stream_no ORDER BY event.position DESC LIMIT 1`;

/**
 * Finds the node's size among the shared checkpoints, and sees that the last event is still where it was sealed.
 *
 * @throws TieoutError `store-corrupt` when server and log folder are not of one log, or the server was put back to an
 *   older state; `store-unavailable`
 */
export async function resumePlace(
  store: Pick<KurrentStore, 'checkpoints' | 'eventAt' | 'positions'>,
  sql: Sql,
  origin: string,
): Promise<ResumePlace> {
  const sealed = sql.get<{ size: bigint; root: Uint8Array }>(LAST_SEALED);
  if (sealed === undefined) return { size: 0, after: undefined, revision: -1n };
  const size = toNumber(sealed.size);
  const found = await find(store, size, origin);
  if (Buffer.compare(found.checkpoint.root, sealed.root) !== 0) {
    throw storeCorrupt(
      `At size ${size} the server's log has another root than this node's (divergence).`,
      { expected: hex(sealed.root), found: hex(found.checkpoint.root) },
    );
  }
  const after = store.positions.parse(found.last);
  await checkLastEvent(store, sql, after);
  return { size, after, revision: found.revision };
}

/** Sizes ascend with the revision. */
async function find(
  { checkpoints }: Pick<KurrentStore, 'checkpoints'>,
  size: number,
  origin: string,
): Promise<CheckpointRecord & { readonly revision: bigint }> {
  const last = await checkpoints.last();
  if (last === undefined) throw behind(size, 0);
  let [low, high] = [0n, last.revision];
  let newest = readCheckpointRecord(last, origin);
  if (newest.checkpoint.size < size) throw behind(size, newest.checkpoint.size);
  let revision = high;
  while (newest.checkpoint.size !== size) {
    if (newest.checkpoint.size > size) high = revision - 1n;
    else low = revision + 1n;
    if (low > high) {
      throw storeCorrupt(
        `The server has no checkpoint of size ${size}, which this node's log folder has: they are of two logs.`,
        { expected: size },
      );
    }
    revision = (low + high) / 2n;
    const record = await checkpoints.at(revision);
    if (record?.revision !== revision) throw behind(size, newest.checkpoint.size);
    newest = readCheckpointRecord(record, origin);
  }
  return { ...newest, revision };
}

async function checkLastEvent(
  store: Pick<KurrentStore, 'eventAt' | 'positions'>,
  sql: Sql,
  after: Position,
): Promise<void> {
  const own = sql.get<{ stream: string; revision: bigint; storeId: Uint8Array; leaf: Uint8Array }>(
    LAST_EVENT,
  );
  if (own === undefined) return;
  const there = await store.eventAt(own.stream, own.revision);
  const isSame =
    there !== undefined &&
    there.storeId === readUuid(own.storeId) &&
    Buffer.compare(leafHash(there.entry), own.leaf) === 0 &&
    store.positions.compare(there.position, after) === 0;
  if (isSame) return;
  throw storeCorrupt(
    `The last sealed event, ${own.stream} revision ${own.revision}, is gone from the server, changed or moved.`,
    { stream: own.stream, revision: String(own.revision) },
  );
}

const behind = (size: number, found: number) =>
  storeCorrupt(
    `The server's log ends at size ${found}, this node has sealed ${size}: the server was restored to an older state or is another one. Restore the newer state, or found a new log.`,
    { expected: size, found },
  );
