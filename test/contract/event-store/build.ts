import { randomUUID } from 'node:crypto';
import { isTieoutError } from '../../../src/kernel/errors';
import {
  type Delivery,
  type EventStore,
  type LedgerStore,
  type NewEvent,
  type RecordedEvent,
} from '../../../src/event-store';

/** A stream nobody else uses, so that a store in use will do. */
export const newStream = (): string => `invoice-E_DE.${randomUUID()}`;

/** A valid event; the text of its entry is its id unless the test cares. */
export function event(given: Partial<NewEvent> = {}): NewEvent {
  const id = randomUUID();
  return { id, storeId: randomUUID(), type: 'invoice.received', entry: Buffer.from(id), ...given };
}

export const events = (count: number): NewEvent[] => Array.from({ length: count }, () => event());

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

export const storeIds = (found: readonly { readonly storeId: string }[]): string[] =>
  found.map(({ storeId }) => storeId);

/** The first `count` events of a subscription, which is then aborted. */
export async function take(
  store: EventStore,
  after: Parameters<EventStore['subscribe']>[0],
  count: number,
): Promise<RecordedEvent[]> {
  const end = new AbortController();
  const taken: RecordedEvent[] = [];
  for await (const delivery of store.subscribe(after, end.signal)) {
    if ('event' in delivery) taken.push(delivery.event);
    if (taken.length >= count) end.abort();
  }
  return taken;
}

/** As `take` from the start, by a consumer that resumes behind its last event when it is dropped. */
export async function takeResuming(store: EventStore, count: number): Promise<RecordedEvent[]> {
  const taken: RecordedEvent[] = [];
  while (taken.length < count) {
    try {
      for await (const delivery of store.subscribe(
        taken.at(-1)?.position,
        new AbortController().signal,
      )) {
        if ('event' in delivery) taken.push(delivery.event);
        if (taken.length >= count) break;
      }
    } catch (error) {
      if (!isTieoutError(error, 'dropped')) throw error;
      await turn();
    }
  }
  return taken;
}

/** Runs through deliveries until `isLast` says so. */
export async function until(
  deliveries: AsyncIterable<Delivery>,
  isLast: (delivery: Delivery) => boolean,
): Promise<Delivery[]> {
  const seen: Delivery[] = [];
  for await (const delivery of deliveries) {
    seen.push(delivery);
    if (isLast(delivery)) break;
  }
  return seen;
}

/** A stream of `count` events, appended 500 at a time. */
export async function fill(store: LedgerStore, stream: string, count: number): Promise<NewEvent[]> {
  const all = events(count);
  for (let at = 0; at < count; at += 500) {
    const expected = at === 0 ? 'no-stream' : BigInt(at - 1);
    await store.append(stream, expected, all.slice(at, at + 500));
  }
  return all;
}

/** The next turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
