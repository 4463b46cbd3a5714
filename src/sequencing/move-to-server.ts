import { isTieoutError, storeCorrupt } from '../kernel/errors';
import { uuidText } from '../kernel/ids';
import { type AppendCall, type NewEvent, type Position } from '../event-store';
import { type KurrentStore } from '../event-store/kurrentdb';
import { type Sql, toNumber } from '../event-store/sqlite';
import { SqliteLog } from '../sealing';
import { checkpointEvent } from './checkpoint-record';

export interface Migrated {
  readonly events: number;
  readonly checkpoints: number;
}

const SIZES_AFTER = `SELECT size FROM checkpoint WHERE size > :size ORDER BY size LIMIT 1000`;
const EVENTS_IN = `
  SELECT stream.name AS stream, event.revision, event.id, event.store_id AS storeId, event.type, event.entry
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE event.position > :from AND event.position <= :to ORDER BY event.position`;
/** An append takes a thousand events and 900 KiB; neighbours of one stream stay below both. */
const APPEND_EVENTS_MAX = 500;
const APPEND_BYTES_MAX = 512 * 1024;

interface EventRow {
  readonly stream: string;
  readonly revision: bigint;
  readonly id: Uint8Array;
  readonly storeId: Uint8Array;
  readonly type: string;
  readonly entry: Uint8Array;
}

/**
 * Copies a ledger from its file to a server: every entry byte for byte in the order of the log, and every checkpoint behind
 * the events that it covers. So every proof and receipt stays what it was. Each append names its place, so a run that was
 * interrupted is done again without harm.
 *
 * @param progress told after each checkpoint how many events are there
 * @throws TieoutError `store-corrupt` when the server has another ledger under this name; the codes of the store
 */
export async function moveToServer(
  sql: Sql,
  store: KurrentStore,
  { origin, progress }: { readonly origin: string; readonly progress?: (done: number) => void },
): Promise<Migrated> {
  const log = new SqliteLog(sql, origin);
  let [done, checkpoints] = [0, 0];
  for (let sizes = sizesAfter(sql, done); sizes.length > 0; sizes = sizesAfter(sql, done)) {
    for (const size of sizes) {
      let last: Position | undefined;
      for (const append of appendsOf(sql, done, size)) last = await sent(store, append);
      if (last === undefined) throw storeCorrupt(`The file has no events below size ${size}.`);
      const checkpoint = log.checkpointAt(size);
      const event = checkpointEvent({ checkpoint, last: store.positions.print(last) });
      const expected = checkpoints === 0 ? 'no-stream' : BigInt(checkpoints - 1);
      await elsewhere(() => store.checkpoints.append(expected, event));
      checkpoints += 1;
      done = size;
      progress?.(done);
    }
  }
  return { events: done, checkpoints };
}

const sizesAfter = (sql: Sql, size: number): number[] =>
  sql.all<{ size: bigint }>(SIZES_AFTER, { size }).map((row) => toNumber(row.size));

async function sent(store: KurrentStore, { stream, expected, events }: AppendCall) {
  return elsewhere(async () => (await store.append(stream, expected, events)).position);
}

/** Something else where ours would be: never mixed with it. */
async function elsewhere<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTieoutError(error, 'revision-conflict')) throw error;
    throw storeCorrupt(
      `The server has other events under this ledger's name: ${error.message} Take another server, or another TIEOUT_LEDGER on it.`,
      { ...error.members },
    );
  }
}

function* appendsOf(sql: Sql, from: number, to: number): Generator<AppendCall> {
  let current: { call: AppendCall; events: NewEvent[]; bytes: number } | undefined;
  for (let at = from; at < to; at += APPEND_EVENTS_MAX) {
    const end = Math.min(to, at + APPEND_EVENTS_MAX);
    for (const row of sql.all<EventRow>(EVENTS_IN, { from: at, to: end })) {
      const fits =
        current?.call.stream === row.stream &&
        current.events.length < APPEND_EVENTS_MAX &&
        current.bytes + row.entry.length <= APPEND_BYTES_MAX;
      if (!fits) {
        if (current !== undefined) yield current.call;
        current = begun(row);
      }
      current?.events.push(eventOf(row));
      if (current !== undefined) current.bytes += row.entry.length;
    }
  }
  if (current !== undefined) yield current.call;
}

function begun({ stream, revision }: EventRow) {
  const events: NewEvent[] = [];
  const expected = revision === 0n ? ('no-stream' as const) : revision - 1n;
  return { call: { stream, expected, events }, events, bytes: 0 };
}

const eventOf = ({ id, storeId, type, entry }: EventRow): NewEvent => ({
  id: uuidText(id),
  storeId: uuidText(storeId),
  type,
  entry,
});
