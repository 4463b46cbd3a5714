import { encodeForStore, type Entry } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { sourceEventId } from '../../src/kernel/ids';
import { instantOf } from '../../src/kernel/instant';
import { type NewEvent } from '../../src/event-store';
import { TEST_ORIGIN } from './sealed-ledger';

const STARTED = Date.UTC(2026, 0, 5, 9);

export interface PlanSize {
  /** streams that are appended to at the same time, so that one commit holds several appends */
  readonly lanes: number;
  /** appends to each stream, one after the other */
  readonly rounds: number;
  /** characters of filler in each entry */
  readonly fillChars: number;
}

export const SMALL_PLAN: PlanSize = { lanes: 3, rounds: 5, fillChars: 300 };
/** Enough pages for the writer to copy its WAL into the file between two commits, and again at the end. */
export const LARGE_PLAN: PlanSize = { lanes: 3, rounds: 16, fillChars: 40_000 };

export interface PlannedAppend {
  readonly lane: number;
  readonly round: number;
  readonly stream: string;
  readonly expected: bigint | 'no-stream';
  readonly events: readonly NewEvent[];
}

const EVENTS_AN_APPEND = 2;

/**
 * Appends of chained entries, round by round: the same in a process that meets faults and in the test that looks at what
 * it left behind.
 */
export function chainedPlan(size: PlanSize): readonly (readonly PlannedAppend[])[] {
  const prev = new Map<number, string>();
  return Array.from({ length: size.rounds }, (_, round) =>
    Array.from({ length: size.lanes }, (__, lane): PlannedAppend => {
      const stream = `invoice-E_DE.LANE-${lane}`;
      const first = round * EVENTS_AN_APPEND;
      const events = Array.from({ length: EVENTS_AN_APPEND }, (___, i) => {
        const event = encodeForStore(entryOf(stream, first + i, prev.get(lane), size.fillChars));
        prev.set(lane, hex(leafHash(event.entry)));
        return event;
      });
      const expected = first === 0 ? 'no-stream' : BigInt(first - 1);
      return { lane, round, stream, expected, events };
    }),
  );
}

function entryOf(stream: string, revision: number, prev: string | undefined, fill: number): Entry {
  const callerId = `${stream}/${revision}`;
  const at = instantOf(STARTED + 1_000 * revision);
  return {
    v: 1,
    stream,
    revision,
    id: sourceEventId(TEST_ORIGIN, 'ap-hub', callerId),
    type: 'invoice.received',
    contract: 1,
    occurredAt: at,
    recordedAt: at,
    actor: { id: 'per-9b52d3aa0c11', kind: 'person' },
    source: { system: 'ap-hub', id: callerId },
    data: { note: `${revision} `.repeat(fill).slice(0, fill) },
    ...(prev === undefined ? {} : { prev }),
  };
}
