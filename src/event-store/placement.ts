import { firstRevision } from './append-rules';
import { type Expected, type Revision } from './port';

/** What an append meets: its events are new, they are already there, or something else is. */
export type Placement = 'append' | 'repeat' | 'conflict';

/** What is stored in the stream of an append. */
export interface StreamEnd {
  /** -1 when the stream has no event */
  readonly last: Revision;
  /** whether the append's event `i` has the store id that is stored at `revision` */
  isStored(revision: Revision, i: number): boolean;
}

/**
 * Decides an append of `count` events by what is stored at its own place. The same store ids at the same place are a
 * repeat, which writes nothing; a part of them, another order or other ids are a conflict.
 */
export function placementOf(expected: Expected, count: number, stream: StreamEnd): Placement {
  const start = firstRevision(expected);
  if (stream.last === start - 1n) return 'append';
  if (stream.last < start + BigInt(count) - 1n) return 'conflict';
  for (let i = 0; i < count; i += 1) {
    if (!stream.isStored(start + BigInt(i), i)) return 'conflict';
  }
  return 'repeat';
}

/** The actual revision as a conflict reports it. */
export const actualRevision = (last: Revision): Expected => (last < 0n ? 'no-stream' : last);
