import { type RecordedEvent } from '../../../src/event-store';
import { collect, event, events, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

/** Every byte, NUL, broken UTF-8, keys that look like integers in canonical order: bytes that a codec could spoil. */
const awkwardEntries = (): Buffer[] => [
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  Buffer.from([0]),
  Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff]),
  Buffer.from('{"1":"a","10":"b","2":"c"}'),
  Buffer.alloc(65_535, 0xa5),
];

const MALFORMED_STREAMS = [
  '',
  'invoice',
  'invoice-E',
  'invoice-.1',
  'invoice-E.',
  'Invoice-E.1',
  'invoice-E.a b',
  'invoice-E.a/b',
  'invoice-E.%2f',
  'invoice-E.ä',
  '$invoice-E.1',
  `invoice-E.${'x'.repeat(391)}`,
];
const MALFORMED_TYPES = [
  '',
  'invoice',
  'Invoice.received',
  'invoice.',
  'invoice..x',
  '$x.y',
  `a.${'b'.repeat(79)}`,
];

export const appendCases: readonly ContractCase[] = [
  {
    no: 1,
    title: 'one event on a new stream is revision 0 and reads back as it was',
    async run(stage) {
      const store = await stage.open();
      const [stream, one] = [newStream(), event()];
      const appended = await store.append(stream, 'no-stream', [one]);
      expect(appended.revision).toBe(0n);
      const [read] = await collect(store.readStream(stream));
      expect(read).toMatchObject({ stream, revision: 0n, storeId: one.storeId, type: one.type });
      expect(Buffer.from(read!.entry)).toEqual(one.entry);
    },
  },
  {
    no: 2,
    title: 'n events are contiguous and in order, and the last revision continues them',
    async run(stage) {
      const store = await stage.open();
      const [stream, first, second] = [newStream(), events(5), events(3)];
      expect((await store.append(stream, 'no-stream', first)).revision).toBe(4n);
      expect((await store.append(stream, 4n, second)).revision).toBe(7n);
      const read = await collect(store.readStream(stream));
      expect(read.map((e) => e.revision)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
      expect(storeIds(read)).toEqual(storeIds([...first, ...second]));
    },
  },
  {
    no: 3,
    title: 'entries return bit for bit',
    async run(stage) {
      const store = await stage.open();
      const [stream, entries] = [newStream(), awkwardEntries()];
      await store.append(
        stream,
        'no-stream',
        entries.map((entry) => event({ entry })),
      );
      const read = await collect(store.readStream(stream));
      expect(read.map((e) => Buffer.from(e.entry))).toEqual(entries);
    },
  },
  {
    no: 4,
    title: 'the returned position is that of the last event; positions ascend within an append',
    async run(stage) {
      const store = await stage.open();
      const appended = await store.append(newStream(), 'no-stream', events(4));
      const all = await collect(store.readAll());
      expect(store.positions.compare(all.at(-1)!.position, appended.position)).toBe(0);
      expectAscending(store.positions.compare.bind(store.positions), all);
    },
  },
  {
    no: 5,
    title: 'names that differ by case, or where one begins the other, are separate streams',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const names = [`${stream}a`, `${stream}A`, `${stream}aa`];
      for (const name of names) await store.append(name, 'no-stream', [event()]);
      for (const name of names) {
        expect(await collect(store.readStream(name))).toMatchObject([{ stream: name }]);
      }
    },
  },
  {
    no: 6,
    title: 'all permitted characters and the longest names round-trip; others are misuse',
    async run(stage) {
      const store = await stage.open();
      const prefix = 'purchase_order9-aZ0_-~%C3%84.aZ0_-~.%2F';
      const names = [prefix, prefix.padEnd(400, 'k')];
      const type = 'purchase-order9.x-1.y'.padEnd(80, 'z');
      for (const name of names) await store.append(name, 'no-stream', [event({ type })]);
      for (const name of names) {
        expect(await collect(store.readStream(name))).toMatchObject([{ stream: name, type }]);
      }
      for (const name of MALFORMED_STREAMS) {
        await expect(store.append(name, 'no-stream', [event()])).rejects.toThrow(TypeError);
      }
      for (const wrong of MALFORMED_TYPES) {
        const call = store.append(newStream(), 'no-stream', [event({ type: wrong })]);
        await expect(call).rejects.toThrow(TypeError);
      }
      expect(await collect(store.readAll())).toHaveLength(names.length);
    },
  },
  {
    no: 7,
    title: 'an empty list, an id twice and a malformed id are misuse, and nothing is sent',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const one = event();
      const wrong = [
        [],
        [one, event({ id: one.id })],
        [one, event({ storeId: one.storeId })],
        [event({ id: 'no-uuid' })],
        [event({ id: one.id.toUpperCase() })],
        [event({ storeId: '' })],
        [event({ entry: Buffer.alloc(0) })],
      ];
      for (const list of wrong) {
        await expect(store.append(stream, 'no-stream', list)).rejects.toThrow(TypeError);
      }
      await expect(store.append(stream, -1n, [one])).rejects.toThrow(TypeError);
      expect(await store.head()).toBeUndefined();
    },
  },
  {
    no: 8,
    title: 'what is acknowledged is seen by every reader, and head is at or above it',
    needs: ['second-reader'],
    async run(stage) {
      const store = await stage.open();
      const [stream, one] = [newStream(), event()];
      const { position } = await store.append(stream, 'no-stream', [one]);
      expect(storeIds(await collect(store.readStream(stream)))).toEqual([one.storeId]);
      expect(storeIds(await collect(store.readAll()))).toEqual([one.storeId]);
      expect(await stage.readElsewhere()).toEqual([one.entry]);
      const head = await store.head();
      expect(store.positions.compare(head!, position)).toBeGreaterThanOrEqual(0);
    },
  },
  {
    no: 9,
    title: '200 concurrent appends to 200 streams succeed, and the orders agree',
    async run(stage) {
      const store = await stage.open();
      const streams = Array.from({ length: 200 }, newStream);
      const done = await Promise.all(streams.map((s) => store.append(s, 'no-stream', events(3))));
      expect(new Set(done.map((d) => store.positions.print(d.position))).size).toBe(200);
      const all = await collect(store.readAll());
      expect(all).toHaveLength(600);
      expectAscending(store.positions.compare.bind(store.positions), all);
      for (const stream of streams) {
        const own = all.filter((e) => e.stream === stream);
        expect(own.map((e) => e.revision)).toEqual([0n, 1n, 2n]);
      }
    },
  },
  {
    no: 10,
    title: 'a failure in the middle of an append leaves nothing of it',
    async run(stage) {
      const store = await stage.open();
      const taken = event();
      await store.append(newStream(), 'no-stream', [taken]);
      const stream = newStream();
      const list = [event(), event(), event({ id: taken.id }), event()];
      await expect(store.append(stream, 'no-stream', list)).rejects.toMatchObject({
        code: 'revision-conflict',
      });
      await expect(collect(store.readStream(stream))).rejects.toMatchObject({
        code: 'stream-missing',
      });
      expect(await collect(store.readAll())).toHaveLength(1);
      expect(await store.find(list.map((e) => e.id))).toEqual(
        new Map([[taken.id, expect.objectContaining({ revision: 0n })]]),
      );
    },
  },
];

function expectAscending(
  compare: (a: RecordedEvent['position'], b: RecordedEvent['position']) => number,
  all: readonly RecordedEvent[],
): void {
  const steps = all.slice(1).map((e, i) => compare(all[i]!.position, e.position));
  expect(steps).toEqual(all.slice(1).map(() => -1));
}
