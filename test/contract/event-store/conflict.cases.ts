import { collect, event, events, newStream, storeIds } from './build';
import { type ContractCase } from './stage';

const conflict = (members: Readonly<Record<string, string>>) => ({
  name: 'TieoutError',
  code: 'revision-conflict',
  members,
});

export const conflictCases: readonly ContractCase[] = [
  {
    no: 11,
    title: 'no-stream on an existing stream, and a revision behind, conflict',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      await store.append(stream, 'no-stream', events(3));
      const calls = [
        ['no-stream', 'no-stream'],
        [0n, '0'],
        [1n, '1'],
      ] as const;
      for (const [expected, text] of calls) {
        await expect(store.append(stream, expected, [event()])).rejects.toMatchObject(
          conflict({ stream, expected: text, actual: '2' }),
        );
      }
    },
  },
  {
    no: 12,
    title: 'a revision ahead conflicts; of a missing stream the actual is no-stream',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      await expect(store.append(stream, 0n, [event()])).rejects.toMatchObject(
        conflict({ stream, expected: '0', actual: 'no-stream' }),
      );
      await store.append(stream, 'no-stream', events(2));
      await expect(store.append(stream, 2n, [event()])).rejects.toMatchObject(
        conflict({ stream, expected: '2', actual: '1' }),
      );
    },
  },
  {
    no: 13,
    title: 'of 20 concurrent appends at one revision exactly one wins',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      await store.append(stream, 'no-stream', [event()]);
      const calls = Array.from({ length: 20 }, () => store.append(stream, 0n, [event()]));
      const settled = await Promise.allSettled(calls);
      expect(settled.filter((s) => s.status === 'fulfilled')).toHaveLength(1);
      for (const lost of settled.filter((s) => s.status === 'rejected')) {
        expect(lost.reason).toMatchObject({ code: 'revision-conflict', members: { actual: '1' } });
      }
      expect(await collect(store.readStream(stream))).toHaveLength(2);
    },
  },
  {
    no: 14,
    title: 'a conflict changes neither the stream nor head',
    async run(stage) {
      const store = await stage.open();
      const stream = newStream();
      const first = events(2);
      const { position } = await store.append(stream, 'no-stream', first);
      await expect(store.append(stream, 0n, [event()])).rejects.toMatchObject(
        conflict({ stream, expected: '0', actual: '1' }),
      );
      expect(storeIds(await collect(store.readStream(stream)))).toEqual(storeIds(first));
      expect(store.positions.compare((await store.head())!, position)).toBe(0);
    },
  },
  {
    no: 15,
    title: 'a conflict does not disturb the appends that are committed with it',
    async run(stage) {
      const store = await stage.open();
      const taken = event();
      await store.append(newStream(), 'no-stream', [taken]);
      const streams = Array.from({ length: 10 }, newStream);
      const calls = [
        ...streams.slice(0, 5).map((s) => store.append(s, 'no-stream', events(2))),
        store.append(newStream(), 5n, [event()]),
        store.append(newStream(), 'no-stream', [event(), event({ id: taken.id })]),
        ...streams.slice(5).map((s) => store.append(s, 'no-stream', events(2))),
      ];
      const settled = await Promise.allSettled(calls);
      expect(settled.map((s) => s.status === 'fulfilled')).toEqual([
        ...Array.from({ length: 5 }, () => true),
        false,
        false,
        ...Array.from({ length: 5 }, () => true),
      ]);
      for (const stream of streams) {
        expect(await collect(store.readStream(stream))).toHaveLength(2);
      }
      expect(await collect(store.readAll())).toHaveLength(21);
    },
  },
];
