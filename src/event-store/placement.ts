import { firstRevision } from './append-rules';
import { type Expected, type Revision } from './port';

/** What an append meets: its events are new, they are already there, or something else is. */
export type Placement = 'append' | 'repeat' | 'conflict';

/** What is stored in the stream of an append. */
export interface StreamEnd {
  /** -1 when the stream has no event */
  readonly last: Revision;
  /** store id at a revision from 0 to `last` */
  storeIdAt(revision: Revision): string;
}

/**
 * Decides an append by what is stored at its own place. The same store ids at the same place are a repeat, which writes
 * nothing; a part of them, another order or other ids are a conflict.
 */
export function placementOf(
  expected: Expected,
  storeIds: readonly string[],
  stream: StreamEnd,
): Placement {
  const start = firstRevision(expected);
  if (stream.last === start - 1n) return 'append';
  const end = start + BigInt(storeIds.length) - 1n;
  if (stream.last < end) return 'conflict';
  return storeIds.every((id, i) => stream.storeIdAt(start + BigInt(i)) === id)
    ? 'repeat'
    : 'conflict';
}

/** The actual revision as a conflict reports it. */
export const actualRevision = (last: Revision): Expected => (last < 0n ? 'no-stream' : last);
