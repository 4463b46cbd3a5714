import { dropped } from '../kernel/errors';
import { type CommitSignal } from './commit-signal';
import { type Delivery, type Position, type Positions, type RecordedEvent } from './port';

/** A commit notice can be lost (another process wrote, a thread died); a look every second finds what it missed. */
const POLL_MS = 1_000;

interface Source {
  /** the events after `after`, in order, at least one if there is one */
  page(after: Position | undefined): readonly RecordedEvent[];
  readonly commits: CommitSignal;
  readonly positions: Positions;
}

/**
 * Pages until the end, `progress` when caught up, then live. Ends without error when `signal` aborts.
 *
 * @throws TieoutError `dropped` with the last delivered position and the cause, nothing else
 */
export async function* follow(
  source: Source,
  after: Position | undefined,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void, undefined> {
  let last = after;
  let told: Position | undefined;
  while (!signal.aborted) {
    const seen = source.commits.current;
    const events = pageOf(source, last);
    for (const event of events) {
      if (signal.aborted) return;
      last = event.position;
      yield { event };
    }
    if (events.length > 0) continue;
    if (last !== undefined && last !== told) {
      told = last;
      yield { progress: last };
    }
    await source.commits.next(seen, POLL_MS, signal);
  }
}

function pageOf(source: Source, last: Position | undefined): readonly RecordedEvent[] {
  try {
    return source.page(last);
  } catch (error) {
    throw dropped(last === undefined ? null : source.positions.print(last), error);
  }
}
