import { randomBytes, randomUUID } from 'node:crypto';
import { type NewEvent } from '../src/event-store';

/** As the targets have it. */
const ENTRY_BYTES = 300;

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

/** Text that the engine put together from parts is joined at its first reading; a contender must not pay for that. */
const uuid = (): string => Buffer.from(randomUUID()).toString('latin1');

const event = (): NewEvent => ({
  id: uuid(),
  storeId: uuid(),
  type: 'invoice.received',
  entry: randomBytes(ENTRY_BYTES),
});
