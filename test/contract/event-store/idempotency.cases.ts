import { type LedgerStore, type NewEvent } from '../../../src/event-store';
import { collect, event, events, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

const SHORT = { appendDeadlineMs: 200 };

async function expectOnly(store: LedgerStore, stream: string, list: readonly NewEvent[]) {
  expect(storeIds(await collect(store.readStream(stream)))).toEqual(storeIds(list));
  const own = (await collect(store.readAll())).filter((e) => e.stream === stream);
  expect(own).toHaveLength(list.length);
}

const conflict = { code: 'revision-conflict' };
const unknown = { code: 'outcome-unknown' };

export const idempotencyCases: readonly ContractCase[] = [
  {
    no: 16,
    title: 'the same append again gives the same revision and position',
    async run(stage) {
      const store = await stage.open();
      const [stream, list] = [newStream(), events(3)];
      const first = await store.append(stream, 'no-stream', list);
      expect(await store.append(stream, 'no-stream', list)).toEqual(first);
      const twice = await Promise.all([1, 2].map(() => store.append(stream, 'no-stream', list)));
      expect(twice).toEqual([first, first]);
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 17,
    title: 'the same append after later events gives the first result and writes nothing',
    async run(stage) {
      const store = await stage.open();
      const [stream, a, b, c] = [newStream(), events(2), events(2), events(1)];
      const first = await store.append(stream, 'no-stream', a);
      const second = await store.append(stream, 1n, b);
      await store.append(stream, 3n, c);
      expect(await store.append(stream, 'no-stream', a)).toEqual(first);
      expect(await store.append(stream, 1n, b)).toEqual(second);
      await expectOnly(store, stream, [...a, ...b, ...c]);
    },
  },
  {
    no: 18,
    title: 'the same append after a restart does likewise',
    needs: ['restart'],
    async run(stage) {
      const store = await stage.open();
      const [stream, a, b] = [newStream(), events(2), events(2)];
      const first = await store.append(stream, 'no-stream', a);
      await store.append(stream, 1n, b);
      const again = await stage.reopen();
      expect(await again.append(stream, 'no-stream', a)).toEqual(first);
      await expectOnly(again, stream, [...a, ...b]);
    },
  },
  {
    no: 19,
    title: 'the same store ids keep the first bytes; other store ids of the same entries conflict',
    async run(stage) {
      const store = await stage.open();
      const [stream, list] = [newStream(), events(2)];
      const first = await store.append(stream, 'no-stream', list);
      const otherBytes = list.map((e) => ({ ...e, entry: Buffer.from('other') }));
      expect(await store.append(stream, 'no-stream', otherBytes)).toEqual(first);
      const read = await collect(store.readStream(stream));
      expect(read.map((e) => Buffer.from(e.entry))).toEqual(list.map((e) => e.entry));
      const otherIds = list.map((e) => event({ id: e.id }));
      await expect(store.append(stream, 'no-stream', otherIds)).rejects.toMatchObject(conflict);
      await expect(store.append(stream, 1n, otherIds)).rejects.toMatchObject(conflict);
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 20,
    title: 'the first ids stored and the rest new conflict',
    async run(stage) {
      const store = await stage.open();
      const [stream, list] = [newStream(), events(2)];
      await store.append(stream, 'no-stream', list);
      const longer = [...list, event()];
      await expect(store.append(stream, 'no-stream', longer)).rejects.toMatchObject(conflict);
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 21,
    title: 'the stored ids in another order conflict',
    async run(stage) {
      const store = await stage.open();
      const [stream, list] = [newStream(), events(3)];
      await store.append(stream, 'no-stream', list);
      const turned = [...list].reverse();
      await expect(store.append(stream, 'no-stream', turned)).rejects.toMatchObject(conflict);
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 22,
    title: 'a leading part gives the revision and position of its last event',
    async run(stage) {
      const store = await stage.open();
      const [stream, list] = [newStream(), events(4)];
      await store.append(stream, 'no-stream', list);
      const part = await store.append(stream, 'no-stream', list.slice(0, 2));
      const [, second] = await collect(store.readStream(stream));
      expect(part).toEqual({ revision: 1n, position: second!.position });
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 23,
    title: 'a reply lost after the commit is unknown; the same append gives the first result',
    needs: ['lost-reply'],
    async run(stage) {
      const store = await stage.open(SHORT);
      const [stream, list] = [newStream(), events(2)];
      await stage.fault('lose-reply');
      const lost = store.append(stream, 'no-stream', list);
      await expect(lost).rejects.toMatchObject({ ...unknown, members: { stream } });
      await stage.fault('none');
      expect((await store.append(stream, 'no-stream', list)).revision).toBe(1n);
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 24,
    title: 'a request lost before the commit is unknown; the same append then stores it',
    needs: ['lost-request'],
    async run(stage) {
      const store = await stage.open(SHORT);
      const [stream, list] = [newStream(), events(2)];
      await stage.fault('lose-request');
      await expect(store.append(stream, 'no-stream', list)).rejects.toMatchObject(unknown);
      await stage.fault('none');
      expect((await store.append(stream, 'no-stream', list)).revision).toBe(1n);
      await expectOnly(store, stream, list);
    },
  },
  {
    no: 25,
    title: 'a lost request, then another writer: the same append conflicts',
    needs: ['lost-request'],
    async run(stage) {
      const store = await stage.open(SHORT);
      const [stream, list, other] = [newStream(), events(2), events(1)];
      await stage.fault('lose-request');
      await expect(store.append(stream, 'no-stream', list)).rejects.toMatchObject(unknown);
      await stage.fault('none');
      await store.append(stream, 'no-stream', other);
      await expect(store.append(stream, 'no-stream', list)).rejects.toMatchObject(conflict);
      await expectOnly(store, stream, other);
    },
  },
  {
    no: 26,
    title: 'a store that never answers is unknown within the deadline plus 1 s',
    needs: ['silence'],
    async run(stage) {
      const store = await stage.open(SHORT);
      await stage.fault('silence');
      const begun = performance.now();
      const calls = Array.from({ length: 5 }, () =>
        store.append(newStream(), 'no-stream', events(1)),
      );
      const settled = await Promise.allSettled(calls);
      expect(performance.now() - begun).toBeLessThan(SHORT.appendDeadlineMs + 1_000);
      expect(settled).toEqual(
        calls.map(() => ({ status: 'rejected', reason: expect.objectContaining(unknown) })),
      );
    },
  },
];
