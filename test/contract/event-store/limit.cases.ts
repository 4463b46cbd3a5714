import { collect, event, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

const ENTRY_MAX = 65_535;
const EVENTS_MAX = 1_000;
const APPEND_BYTES_MAX = 921_600;
const TYPE = 'invoice.received';

/** As many events as given whose bytes (entry + 2 x type) sum up to exactly `bytes`. */
function eventsOf(count: number, bytes: number) {
  const each = Math.floor(bytes / count) - 2 * TYPE.length;
  const rest = bytes - count * (each + 2 * TYPE.length);
  return Array.from({ length: count }, (_, i) =>
    event({ type: TYPE, entry: Buffer.alloc(i === 0 ? each + rest : each, i) }),
  );
}

export const limitCases: readonly ContractCase[] = [
  {
    no: 50,
    title: 'the largest entry and append pass; one byte or one event more is too large',
    async run(stage) {
      const store = await stage.open();
      const largest = event({ entry: Buffer.alloc(ENTRY_MAX, 1) });
      await store.append(newStream(), 'no-stream', [largest]);
      const whole = eventsOf(EVENTS_MAX, APPEND_BYTES_MAX);
      const stream = newStream();
      expect((await store.append(stream, 'no-stream', whole)).revision).toBe(999n);
      expect(storeIds(await collect(store.readStream(stream)))).toEqual(storeIds(whole));

      const refused = [
        {
          list: [event(), event({ entry: Buffer.alloc(ENTRY_MAX + 1) })],
          members: { limit: ENTRY_MAX, actual: ENTRY_MAX + 1, index: 1 },
        },
        {
          list: eventsOf(EVENTS_MAX + 1, 900_000),
          members: { limit: EVENTS_MAX, actual: EVENTS_MAX + 1 },
        },
        {
          list: eventsOf(20, APPEND_BYTES_MAX + 1),
          members: { limit: APPEND_BYTES_MAX, actual: APPEND_BYTES_MAX + 1 },
        },
      ];
      for (const { list, members } of refused) {
        const call = store.append(newStream(), 'no-stream', list);
        await expect(call).rejects.toMatchObject({ code: 'too-large', members });
      }
      expect(await collect(store.readAll())).toHaveLength(1 + EVENTS_MAX);
    },
  },
  {
    no: 51,
    title: 'queue or store full is said at once; reads go on, and appends work when there is room',
    needs: ['full', 'busy'],
    async run(stage) {
      const store = await stage.open({ queueBytesMax: 130_000 });
      const large = () => event({ entry: Buffer.alloc(60_000, 7) });
      const [stream, other] = [newStream(), newStream()];
      const calls = [stream, other, newStream()].map((s) =>
        store.append(s, 'no-stream', [large()]),
      );
      await expect(calls[2]).rejects.toMatchObject({
        code: 'store-unavailable',
        members: { reason: 'busy' },
      });
      await Promise.all(calls.slice(0, 2));

      await stage.fault('full');
      const full = { code: 'store-unavailable', members: { reason: 'full' } };
      for (let i = 0; i < 3; i += 1) {
        await expect(store.append(stream, 0n, [large()])).rejects.toMatchObject(full);
      }
      expect(await collect(store.readStream(stream))).toHaveLength(1);
      expect(await collect(store.readAll())).toHaveLength(2);
      await stage.fault('none');
      expect((await store.append(stream, 0n, [large()])).revision).toBe(1n);
      expect(await collect(store.readAll())).toHaveLength(3);
    },
  },
];
