import { leafHash } from '../../../src/kernel/hash';
import { collect, event, events, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

const codes = (outcomes: readonly ({ ok: true } | { ok: false; error: { code: string } })[]) =>
  outcomes.map((outcome) => (outcome.ok ? 'stored' : outcome.error.code));

/** Several appends in one call; what `append` promises holds for each of them. */
export const appendEachCases: readonly ContractCase[] = [
  {
    no: 55,
    title: 'appends of one call are stored, those of one stream in its order',
    async run(stage) {
      const store = await stage.open();
      const [a, b] = [newStream(), newStream()];
      const lists = [events(2), events(1), events(3)] as const;
      const outcomes = await store.appendEach([
        { stream: a, expected: 'no-stream', events: lists[0] },
        { stream: b, expected: 'no-stream', events: lists[1] },
        { stream: a, expected: 1n, events: lists[2] },
      ]);
      expect(codes(outcomes)).toEqual(['stored', 'stored', 'stored']);
      expect(outcomes.map((o) => o.ok && o.revision)).toEqual([1n, 0n, 4n]);
      const read = async (stream: string) => storeIds(await collect(store.readStream(stream)));
      expect(await read(a)).toEqual(storeIds([...lists[0], ...lists[2]]));
      expect(await read(b)).toEqual(storeIds(lists[1]));
      // Between streams there is no order; the head is at or above each.
      const all = await collect(store.readAll());
      expect(all).toHaveLength(6);
      expect(await store.head()).toEqual(all.at(-1)!.position);
    },
  },
  {
    no: 56,
    title: 'a conflict, a repeat and what is too large cost the others of their call nothing',
    async run(stage) {
      const store = await stage.open();
      const [known, fresh, large] = [newStream(), newStream(), newStream()];
      const first = events(1);
      const { position } = await store.append(known, 'no-stream', first);
      const outcomes = await store.appendEach([
        { stream: known, expected: 'no-stream', events: first },
        { stream: known, expected: 7n, events: events(1) },
        { stream: large, expected: 'no-stream', events: [event({ entry: Buffer.alloc(65_536) })] },
        { stream: fresh, expected: 'no-stream', events: events(1) },
      ]);
      expect(codes(outcomes)).toEqual(['stored', 'revision-conflict', 'too-large', 'stored']);
      expect(outcomes[0]).toMatchObject({ revision: 0n, position });
      expect(outcomes[1]).toMatchObject({
        error: { members: { stream: known, expected: '7', actual: '0' } },
      });
      expect(await collect(store.readAll())).toHaveLength(2);
    },
  },
  {
    no: 57,
    title: 'an append that follows another event than the stored one conflicts',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const [first, second, third] = [event(), event(), event()];
      await store.append(stream, 'no-stream', [first]);
      const follow = (prev: Uint8Array, expected: bigint, next: typeof first) => ({
        stream,
        expected,
        events: [next],
        prev,
      });
      const other = leafHash(Buffer.from('another event'));
      expect(codes(await store.appendEach([follow(other, 0n, second)]))).toEqual([
        'revision-conflict',
      ]);
      const both = await store.appendEach([
        follow(leafHash(first.entry), 0n, second),
        follow(leafHash(second.entry), 1n, third),
      ]);
      expect(codes(both)).toEqual(['stored', 'stored']);
      expect(await collect(store.readStream(stream))).toHaveLength(3);
    },
  },
  {
    no: 58,
    title: 'misuse in one append of a call is a TypeError, and nothing of the call is stored',
    async run(stage) {
      const store = await stage.open();
      const good = { stream: newStream(), expected: 'no-stream', events: events(1) } as const;
      const wrong = [
        { ...good, stream: 'no stream name' },
        { ...good, stream: newStream(), events: [] },
        { ...good, stream: newStream(), prev: Buffer.alloc(32) },
        { ...good, stream: newStream(), expected: 0n, prev: Buffer.alloc(31) },
        { ...good, stream: newStream(), events: [event({ leaf: Buffer.alloc(31) })] },
      ];
      for (const one of wrong) {
        await expect(store.appendEach([good, one])).rejects.toBeInstanceOf(TypeError);
      }
      expect(await store.appendEach([])).toEqual([]);
      expect(await store.head()).toBeUndefined();
    },
  },
  {
    no: 59,
    title: 'a closed store refuses each append of a call',
    async run(stage) {
      const store = await stage.open();
      await store.close();
      const outcomes = await store.appendEach([
        { stream: newStream(), expected: 'no-stream', events: events(1) },
        { stream: newStream(), expected: 'no-stream', events: events(1) },
      ]);
      expect(outcomes).toMatchObject([
        { ok: false, error: { code: 'store-unavailable', members: { reason: 'closed' } } },
        { ok: false, error: { code: 'store-unavailable', members: { reason: 'closed' } } },
      ]);
    },
  },
];
