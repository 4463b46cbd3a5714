import { randomBytes, randomUUID } from 'node:crypto';
import { type NewEvent } from '../src/event-store';

const ENTRY_BYTES = 600;

/** What a round appends. */
export interface Shape {
  /** appends in a round */
  readonly commits: number;
  /** events an append */
  readonly events: number;
  /** appends in flight; raw takes as many in one commit */
  readonly callers: number;
}

/** One list an append, each to a stream of its own. */
export const inputOf = ({ commits, events }: Shape): NewEvent[][] =>
  Array.from({ length: commits }, () => Array.from({ length: events }, event));

const event = (): NewEvent => ({
  id: randomUUID(),
  storeId: randomUUID(),
  type: 'invoice.received',
  entry: randomBytes(ENTRY_BYTES),
});
