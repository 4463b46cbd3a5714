import { type Position, type RecordedEvent } from '../../../src/event-store';
import { collect, event, events, fill, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

const MALFORMED = [
  '',
  '1',
  's',
  's.',
  's.0',
  's.-1',
  's.01',
  's.1 ',
  ' s.1',
  'x.1',
  's.1.2.3',
  's.1e3',
];
const NONE = '18446744073709551615';

export const readAllCases: readonly ContractCase[] = [
  {
    no: 32,
    title: 'every event once, ascending, the union of all streams and nothing else',
    async run(stage) {
      const store = await stage.open();
      const streams = Array.from({ length: 3 }, newStream);
      const written: string[] = [];
      for (const stream of streams) written.push(...storeIds(await fill(store, stream, 150)));
      const all = await collect(store.readAll());
      expect(storeIds(all)).toEqual(written);
      expect(new Set(all.map((e) => e.stream))).toEqual(new Set(streams));
      expect(all.every((e, i) => i === 0 || isBefore(store.positions, all[i - 1]!, e))).toBe(true);
    },
  },
  {
    no: 33,
    title: 'after is exclusive; pages joined by limit equal the whole',
    async run(stage) {
      const store = await stage.open();
      await fill(store, newStream(), 333);
      const whole = await collect(store.readAll());
      expect(await collect(store.readAll(whole[0]!.position, 1))).toEqual([whole[1]]);
      expect(await collect(store.readAll(whole.at(-1)!.position))).toEqual([]);
      for (const limit of [1, 64, 100, 333, 1_000]) {
        const joined: RecordedEvent[] = [];
        for (let last: Position | undefined; ; last = joined.at(-1)!.position) {
          const page = await collect(store.readAll(last, limit));
          joined.push(...page);
          if (page.length < limit) break;
        }
        expect(joined).toEqual(whole);
      }
    },
  },
  {
    no: 34,
    title: 'of two readers during appends one sequence begins the other',
    async run(stage) {
      const store = await stage.open();
      await fill(store, newStream(), 200);
      const writing = Promise.all(
        Array.from({ length: 100 }, () => store.append(newStream(), 'no-stream', events(3))),
      );
      const [one, two] = await Promise.all([collect(store.readAll()), collect(store.readAll())]);
      await writing;
      const whole = storeIds(await collect(store.readAll()));
      expect(whole).toHaveLength(500);
      for (const read of [one, two]) {
        expect(read.length).toBeGreaterThanOrEqual(200);
        expect(storeIds(read)).toEqual(whole.slice(0, read.length));
      }
    },
  },
  {
    no: 35,
    title: 'head is at or above what is acknowledged and never goes back; a new ledger is empty',
    async run(stage) {
      const store = await stage.open();
      expect(await store.head()).toBeUndefined();
      expect(await collect(store.readAll())).toEqual([]);
      let last: Position | undefined;
      for (let i = 0; i < 5; i += 1) {
        const { position } = await store.append(newStream(), 'no-stream', events(2));
        const head = (await store.head())!;
        expect(store.positions.compare(head, position)).toBeGreaterThanOrEqual(0);
        if (last !== undefined) {
          expect(store.positions.compare(head, last)).toBeGreaterThanOrEqual(0);
        }
        last = head;
      }
    },
  },
  {
    no: 36,
    title: 'a printed position reads back; malformed text and another store’s are refused',
    async run(stage) {
      const store = await stage.open();
      const { position } = await store.append(newStream(), 'no-stream', [event()]);
      const printed = store.positions.print(position);
      expect(printed).toMatch(/^[a-z](\.[0-9]+)+$/);
      expect(store.positions.compare(store.positions.parse(printed), position)).toBe(0);
      const refused = [...MALFORMED.filter((text) => text !== printed), `z${printed.slice(1)}`];
      for (const text of refused) {
        expect(() => store.positions.parse(text)).toThrow(
          expect.objectContaining({ code: 'token-invalid' }),
        );
      }
      const other = position.kind === 'kurrentdb' ? 'sqlite' : 'kurrentdb';
      const foreign = { ...position, kind: other } as Position;
      expect(() => store.positions.compare(foreign, position)).toThrow(TypeError);
      await expect(collect(store.readAll(foreign))).rejects.toThrow(TypeError);
      expect(() => store.subscribe(foreign, new AbortController().signal)).toThrow(TypeError);
    },
  },
  {
    no: 37,
    title: 'numbers beyond 2^53 stay exact; 2^64 - 1 is never a position',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const { position } = await store.append(stream, 'no-stream', [event()]);
      const at = (n: string) => store.positions.print(position).replace(/[0-9]+/g, n);
      const [low, high] = ['9007199254740993', '9007199254740994'].map((n) =>
        store.positions.parse(at(n)),
      );
      expect(store.positions.compare(low!, high!)).toBe(-1);
      expect(store.positions.print(low!)).toBe(at('9007199254740993'));
      expect(() => store.positions.parse(at(NONE))).toThrow(
        expect.objectContaining({ code: 'token-invalid' }),
      );
      await expect(store.append(stream, 2n ** 53n + 1n, [event()])).rejects.toMatchObject({
        members: { expected: '9007199254740993', actual: '0' },
      });
    },
  },
];

const isBefore = (
  positions: { compare(a: Position, b: Position): number },
  a: RecordedEvent,
  b: RecordedEvent,
): boolean => positions.compare(a.position, b.position) === -1;
