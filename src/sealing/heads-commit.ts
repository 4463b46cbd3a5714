import { type EventStore } from '../event-store';
import { type Sql, toNumber } from '../event-store/sqlite';
import { encodeForStore, type Entry } from '../kernel/entry';
import { hex } from '../kernel/hash';
import { commandEventId, processCommandId } from '../kernel/ids';
import { type Clock } from '../kernel/runtime';
import { commitmentIn } from './heads-json';
import { type HeadsState } from './heads-map';
import { HEADS_COMMITTED, HEADS_STREAM } from './heads-names';

/** A heads event that stands in the log. */
export interface HeadsCommitted extends HeadsState {
  /** of the event in the log */
  readonly index: number;
  readonly revision: number;
  /** its stored bytes */
  readonly entry: Uint8Array;
  /** 32 bytes */
  readonly leaf: Uint8Array;
}

const LAST_OF_HEADS = `
  SELECT event.position, event.revision, event.entry, event.leaf
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream
   ORDER BY event.revision DESC
   LIMIT 1`;
const HEADS_FROM = `
  SELECT event.position, event.revision, event.entry, event.leaf
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE stream.name = :stream AND event.revision >= :from
   ORDER BY event.revision
   LIMIT 1`;
const ID_AT = `SELECT lower(hex(id)) AS id FROM event WHERE position = :position`;

interface HeadsRow {
  readonly position: bigint;
  readonly revision: bigint;
  readonly entry: Uint8Array;
  readonly leaf: Uint8Array;
}

/** The last heads event of a log. */
export function lastCommitted(sql: Sql): HeadsCommitted | undefined {
  return committedIn(sql.get<HeadsRow>(LAST_OF_HEADS, { stream: HEADS_STREAM }));
}

/** The first heads event of a log that covers `size` entries. */
export function firstCovering(sql: Sql, size: number): HeadsCommitted | undefined {
  const last = lastCommitted(sql);
  if (last === undefined || last.size < size) return undefined;
  // Sizes grow with the revisions, so half of what is left is ruled out each time.
  let [low, high] = [0, last.revision];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((headsAt(sql, middle)?.size ?? 0) >= size) high = middle;
    else low = middle + 1;
  }
  return headsAt(sql, low);
}

const headsAt = (sql: Sql, revision: number): HeadsCommitted | undefined =>
  committedIn(sql.get<HeadsRow>(HEADS_FROM, { stream: HEADS_STREAM, from: revision }));

function committedIn(row: HeadsRow | undefined): HeadsCommitted | undefined {
  const state = row && commitmentIn(row.entry);
  if (row === undefined || state === undefined) return undefined;
  const { entry, leaf, position, revision } = row;
  return { ...state, entry, leaf, index: toNumber(position) - 1, revision: toNumber(revision) };
}

/** Appends heads events. */
export class HeadsWriter {
  constructor(
    private readonly deps: {
      readonly origin: string;
      readonly store: Pick<EventStore, 'append'>;
      readonly sql: Sql;
      readonly clock: Clock;
    },
  ) {}

  /**
   * @throws TieoutError the codes of an append; an unknown outcome is settled by the next try, which finds the event
   */
  async append(state: HeadsState): Promise<HeadsCommitted> {
    const { store, sql } = this.deps;
    const last = lastCommitted(sql);
    // An earlier try whose outcome was unknown did happen.
    if (last?.size === state.size) return last;
    const event = encodeForStore(this.entry(state, last));
    const expected = last === undefined ? 'no-stream' : BigInt(last.revision);
    await store.append(HEADS_STREAM, expected, [event]);
    return lastCommitted(sql) as HeadsCommitted;
  }

  private entry(state: HeadsState, last: HeadsCommitted | undefined): Entry {
    const { origin, clock } = this.deps;
    const now = clock.now();
    const cause = this.idBefore(state.size);
    return {
      v: 1,
      stream: HEADS_STREAM,
      revision: last === undefined ? 0 : last.revision + 1,
      id: commandEventId(processCommandId(origin, 'heads', cause, 0), 0),
      type: HEADS_COMMITTED,
      contract: 1,
      occurredAt: now,
      recordedAt: now,
      actor: { id: 'sys-tieout', kind: 'system' },
      source: { system: 'tieout', id: `heads/${cause}/0` },
      data: {
        size: state.size,
        streams: state.streams,
        bits: state.bits,
        root: hex(state.root),
      },
      ...(last === undefined ? {} : { prev: hex(last.leaf) }),
    };
  }

  /** Id of the last event that the map covers: each size is committed once, under an id of its own. */
  private idBefore(size: number): string {
    const id = this.deps.sql.get<{ id: string }>(ID_AT, { position: size })?.id ?? '';
    return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
  }
}
