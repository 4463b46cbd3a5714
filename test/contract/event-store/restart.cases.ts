import { type LedgerStore } from '../../../src/event-store';
import { collect, event, events, fill, newStream, storeIds, takeResuming } from './build';
import { type ContractCase } from './stage';

const RECOVERS_WITHIN_MS = 10_000;

export const restartCases: readonly ContractCase[] = [
  {
    no: 45,
    title: 'after reopening everything is the same, and appends continue',
    needs: ['restart'],
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const { id } = (await fill(store, stream, 300))[7]!;
      const before = await collect(store.readAll());
      const head = await store.head();
      const again = await stage.reopen();
      expect(await collect(again.readAll())).toEqual(before);
      expect(await again.head()).toEqual(head);
      expect((await again.find([id])).get(id)).toMatchObject({ stream, revision: 7n });
      expect((await again.append(stream, 299n, [event()])).revision).toBe(300n);
    },
  },
  {
    no: 46,
    title:
      'killed during 50 concurrent appends: what was acknowledged is there, the rest whole or absent',
    needs: ['kill'],
    timeoutMs: 60_000,
    async run(stage) {
      const { calls, acknowledged } = await stage.killAppender();
      expect(acknowledged.length).toBeGreaterThan(0);
      const store = await stage.open();
      const found = new Map<string, string[]>();
      for (const e of await collect(store.readAll())) {
        found.set(e.stream, [...(found.get(e.stream) ?? []), e.storeId]);
      }
      const promised = new Set(acknowledged);
      calls.forEach(({ stream, events: list }, i) => {
        const stored = found.get(stream) ?? [];
        expect(stored.length === 0 && !promised.has(i) ? [] : storeIds(list)).toEqual(stored);
      });
      await Promise.all(calls.map((c) => store.append(c.stream, 'no-stream', c.events)));
      for (const { stream, events: list } of calls) {
        expect(storeIds(await collect(store.readStream(stream)))).toEqual(storeIds(list));
      }
    },
  },
  {
    no: 47,
    title: 'a second opening is locked, and free at once when the holder is killed',
    needs: ['second-opening'],
    timeoutMs: 60_000,
    async run(stage) {
      const locked = { code: 'store-unavailable', members: { reason: 'locked' } };
      await stage.killHolder(async () => {
        await expect(stage.open()).rejects.toMatchObject(locked);
      });
      const store = await stage.open();
      await store.append(newStream(), 'no-stream', [event()]);
      await expect(stage.openSecond()).rejects.toMatchObject(locked);
      await store.append(newStream(), 'no-stream', [event()]);
    },
  },
  {
    no: 48,
    title: 'the store goes away and returns: calls fail, then succeed on the same object',
    needs: ['outage'],
    async run(stage) {
      const store = await stage.open();
      const [stream, list] = [newStream(), events(2)];
      const watching = takeResuming(store, 2);
      await stage.fault('die');
      await expect(store.append(stream, 'no-stream', list)).rejects.toMatchObject({
        code: 'outcome-unknown',
      });
      await expect(store.append(stream, 'no-stream', list)).rejects.toMatchObject({
        code: 'store-unavailable',
        members: { reason: 'connect' },
      });
      await stage.fault('none');
      expect((await appendUntilBack(store, stream, list)).revision).toBe(1n);
      expect(storeIds(await collect(store.readStream(stream)))).toEqual(storeIds(list));
      expect(storeIds(await watching)).toEqual(storeIds(list));
    },
  },
  {
    no: 49,
    title: 'close during work settles every started append within 5 s; later calls say closed',
    async run(stage) {
      const store = await stage.open();
      const started = Array.from({ length: 100 }, () =>
        store.append(newStream(), 'no-stream', events(5)),
      );
      const begun = performance.now();
      const closing = store.close();
      const settled = await Promise.allSettled(started);
      await closing;
      await store.close();
      expect(performance.now() - begun).toBeLessThan(5_000);
      for (const s of settled) {
        if (s.status === 'rejected') expect(s.reason).toMatchObject({ code: 'outcome-unknown' });
      }
      const closed = { code: 'store-unavailable', members: { reason: 'closed' } };
      const later = () => store.append(newStream(), 'no-stream', [event()]);
      await expect(later()).rejects.toMatchObject(closed);
      await expect(store.head()).rejects.toMatchObject(closed);
      await expect(store.find([])).rejects.toMatchObject(closed);
      await expect(collect(store.readAll())).rejects.toMatchObject(closed);
      await expect(collect(store.readStream(newStream()))).rejects.toMatchObject(closed);
    },
  },
];

async function appendUntilBack(
  store: LedgerStore,
  stream: string,
  list: ReturnType<typeof events>,
) {
  const until = performance.now() + RECOVERS_WITHIN_MS;
  for (;;) {
    try {
      return await store.append(stream, 'no-stream', list);
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
