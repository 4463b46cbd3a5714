import { collect, event, events, fill, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

const COUNT = 2_500;

export const readStreamCases: readonly ContractCase[] = [
  {
    no: 27,
    title: '2,500 events come ascending and complete across pages',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const all = await fill(store, stream, COUNT);
      const read = await collect(store.readStream(stream));
      expect(read.map((e) => e.revision)).toEqual(all.map((_, i) => BigInt(i)));
      expect(storeIds(read)).toEqual(storeIds(all));
    },
  },
  {
    no: 28,
    title: 'from is inclusive, beyond the end gives nothing, limit is exact',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const all = storeIds(await fill(store, stream, 400));
      const read = async (from?: bigint, limit?: number) =>
        storeIds(await collect(store.readStream(stream, from, limit)));
      expect(await read(399n)).toEqual(all.slice(399));
      expect(await read(130n)).toEqual(all.slice(130));
      expect(await read(400n)).toEqual([]);
      expect(await read(2n ** 62n)).toEqual([]);
      expect(await read(0n, 0)).toEqual([]);
      expect(await read(undefined, 1)).toEqual(all.slice(0, 1));
      for (const limit of [63, 64, 65, 256, 257, 399]) {
        expect(await read(1n, limit)).toEqual(all.slice(1, 1 + limit));
      }
    },
  },
  {
    no: 29,
    title: 'a stream never written is missing',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const missing = { code: 'stream-missing', members: { stream } };
      await expect(collect(store.readStream(stream))).rejects.toMatchObject(missing);
      await expect(collect(store.readStream(stream, 7n, 1))).rejects.toMatchObject(missing);
      await expect(collect(store.readStream('no name'))).rejects.toThrow(TypeError);
    },
  },
  {
    no: 30,
    title: 'reading while others append gives a prefix of the final stream',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      await store.append(stream, 'no-stream', events(300));
      const writing = (async () => {
        for (let i = 299n; i < 350n; i += 1n) await store.append(stream, i, [event()]);
      })();
      const reads = await Promise.all(
        Array.from({ length: 10 }, () => collect(store.readStream(stream))),
      );
      await writing;
      const whole = storeIds(await collect(store.readStream(stream)));
      expect(whole).toHaveLength(351);
      for (const read of reads) {
        expect(read.length).toBeGreaterThanOrEqual(300);
        expect(storeIds(read)).toEqual(whole.slice(0, read.length));
      }
    },
  },
  {
    no: 31,
    title: 'leaving the loop early 200 times leaves nothing open',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      await fill(store, stream, 300);
      let left = 0;
      for (let i = 0; i < 100; i += 1) {
        for await (const read of store.readStream(stream)) {
          if (read.revision === 70n) break;
        }
        const thrown = async () => {
          for await (const read of store.readAll()) {
            if (read.revision === 70n) throw new Error('left');
          }
        };
        await expect(thrown()).rejects.toThrow('left');
        left += 2;
      }
      expect(left).toBe(200);
      expect(stage.openResources()).toBe(0);
      expect((await store.append(stream, 299n, [event()])).revision).toBe(300n);
    },
  },
];
