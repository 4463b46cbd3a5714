import { getEventListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { type Delivery, type LedgerStore, type Position } from '../../../src/event-store';
import { collect, event, events, fill, newStream, storeIds, take, turn, until } from './build';
import { type ContractCase } from './stage';

const SLOW_EVENTS = 5_000;

export const subscribeCases: readonly ContractCase[] = [
  {
    no: 38,
    title: 'history, then live, equal to read all; from a position strictly later events only',
    async run(stage) {
      const store = await stage.open();
      await fill(store, newStream(), 100);
      const third = (await collect(store.readAll(undefined, 3))).at(-1)!;
      const whole = take(store, undefined, 160);
      const later = take(store, third.position, 157);
      for (let i = 0; i < 20; i += 1) await store.append(newStream(), 'no-stream', events(3));
      const all = await collect(store.readAll());
      expect(await whole).toEqual(all);
      expect(await later).toEqual(all.slice(3));
    },
  },
  {
    no: 39,
    title: 'abort ends the loop without error within 1 s; abort and break release everything',
    async run(stage) {
      const store = await stage.open();
      await store.append(newStream(), 'no-stream', [event()]);
      const end = new AbortController();
      const done = collect(store.subscribe(undefined, end.signal));
      await until(store.subscribe(undefined, end.signal), (d) => 'progress' in d);
      const begun = performance.now();
      end.abort();
      expect(await done).toHaveLength(2);
      expect(performance.now() - begun).toBeLessThan(1_000);
      expect(await collect(store.subscribe(undefined, end.signal))).toEqual([]);
      await store.append(newStream(), 'no-stream', events(20));
      expect(await take(store, undefined, 5)).toHaveLength(5);
      expect(stage.openResources()).toBe(0);
      expect(getEventListeners(end.signal, 'abort')).toEqual([]);
    },
  },
  {
    no: 40,
    title: 'a consumer slower than the writer loses nothing',
    timeoutMs: 60_000,
    async run(stage) {
      const store = await stage.open();
      const end = new AbortController();
      const seen: string[] = [];
      const consuming = (async () => {
        for await (const delivery of store.subscribe(undefined, end.signal)) {
          await turn();
          if ('event' in delivery) seen.push(delivery.event.storeId);
          if (seen.length === SLOW_EVENTS) end.abort();
        }
      })();
      const written = await fill(store, newStream(), SLOW_EVENTS);
      expect(seen.length).toBeLessThan(SLOW_EVENTS);
      await consuming;
      expect(seen).toEqual(storeIds(written));
    },
  },
  {
    no: 41,
    title: 'an end in mid-stream is Dropped, with the last delivered position and the cause',
    async run(stage) {
      const store = await stage.open();
      const { position } = await store.append(newStream(), 'no-stream', events(3));
      const deliveries = store.subscribe(undefined, new AbortController().signal);
      const iterator = deliveries[Symbol.asyncIterator]();
      const seen: Delivery[] = [];
      while (!isAt(seen.at(-1), position)) seen.push((await iterator.next()).value as Delivery);
      expect(seen.filter((d) => 'event' in d)).toHaveLength(3);
      const next = iterator.next();
      await store.close();
      await expect(next).rejects.toMatchObject({
        code: 'dropped',
        members: { after: store.positions.print(position) },
        cause: { code: 'store-unavailable', members: { reason: 'closed' } },
      });
    },
  },
  {
    no: 42,
    title: 'resuming after Dropped from the last handled position has no gap and no duplicate',
    needs: ['restart'],
    async run(stage) {
      const store = await stage.open();
      const first = await fill(store, newStream(), 150);
      const seen = await take(store, undefined, 100);
      const again = await stage.reopen();
      const second = await fill(again, newStream(), 50);
      seen.push(...(await take(again, seen.at(-1)!.position, 100)));
      expect(storeIds(seen)).toEqual(storeIds([...first, ...second]));
    },
  },
  {
    no: 43,
    title: 'progress never passes an undelivered event and reaches a head taken earlier',
    async run(stage) {
      const store = await stage.open();
      await fill(store, newStream(), 100);
      const head = (await store.head())!;
      const reached = (d: Delivery) =>
        'progress' in d && store.positions.compare(d.progress, head) >= 0;
      const end = new AbortController();
      const seen = await until(store.subscribe(undefined, end.signal), reached);
      expect(seen.filter((d) => 'event' in d)).toHaveLength(100);
      expectProgressBehind(store, seen);
      const fromHead = await until(store.subscribe(head, end.signal), reached);
      expect(fromHead).toEqual([{ progress: head }]);
    },
  },
  {
    no: 44,
    title: '50 subscriptions receive everything; one that throws disturbs nobody',
    async run(stage) {
      const store = await stage.open();
      await fill(store, newStream(), 70);
      const thrower = (async () => {
        const { signal } = new AbortController();
        for await (const delivery of store.subscribe(undefined, signal)) {
          if ('progress' in delivery) throw new Error('consumer failed');
        }
      })();
      const taking = Array.from({ length: 50 }, () => take(store, undefined, 100));
      await expect(thrower).rejects.toThrow('consumer failed');
      await Promise.all(
        Array.from({ length: 10 }, () => store.append(newStream(), 'no-stream', events(3))),
      );
      const all = await collect(store.readAll());
      expect(all).toHaveLength(100);
      for (const taken of await Promise.all(taking)) expect(taken).toEqual(all);
      expect(stage.openResources()).toBe(0);
    },
  },
];

function expectProgressBehind(store: LedgerStore, seen: readonly Delivery[]): void {
  let last: Position | undefined;
  for (const delivery of seen) {
    if ('event' in delivery) last = delivery.event.position;
    else expect(store.positions.compare(delivery.progress, last!)).toBe(0);
  }
}

/** Whether a delivery says that nothing at or below the position is still to come. */
const isAt = (delivery: Delivery | undefined, position: Position): boolean =>
  delivery !== undefined &&
  'progress' in delivery &&
  isDeepStrictEqual(delivery.progress, position);
