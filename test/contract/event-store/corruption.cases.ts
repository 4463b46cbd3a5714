import { readEntries } from '../../../src/commanding/read-entries';
import { type LedgerStore } from '../../../src/event-store';
import { encodeForStore, type Entry } from '../../../src/kernel/entry';
import { type TieoutError } from '../../../src/kernel/errors';
import { hex, leafHash } from '../../../src/kernel/hash';
import { anEntry } from '../../support/entries';
import { collect, event, newStream } from './build';
import { type ContractCase } from './stage';

const corrupt = (members: object) => ({
  code: 'store-corrupt',
  members: expect.objectContaining(members),
});
const readOnly = { code: 'store-unavailable', members: { reason: 'read-only' } };

/** A stream of real, chained entries. @returns what was appended */
async function chain(store: LedgerStore, stream: string, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  let prev: string | undefined;
  for (let revision = 0; revision < count; revision += 1) {
    const { id } = event();
    const entry = anEntry({ stream, revision, id, ...(prev === undefined ? {} : { prev }) });
    const encoded = encodeForStore(entry);
    await store.append(stream, revision === 0 ? 'no-stream' : BigInt(revision - 1), [encoded]);
    prev = hex(leafHash(encoded.entry));
    entries.push(entry);
  }
  return entries;
}

export const corruptionCases: readonly ContractCase[] = [
  {
    no: 52,
    title: 'first revisions gone, or a gap: store-corrupt with stream, expected and found',
    needs: ['tamper'],
    async run(stage) {
      const store = await stage.open();
      const [truncated, gapped] = [newStream(), newStream()];
      await chain(store, truncated, 5);
      await chain(store, gapped, 5);
      await stage.tamper({ kind: 'remove', stream: truncated, revisions: [0n, 1n] });
      await stage.tamper({ kind: 'remove', stream: gapped, revisions: [2n] });
      await expect(collect(store.readStream(truncated))).rejects.toMatchObject(
        corrupt({ stream: truncated, expected: '0', found: '2' }),
      );
      await expect(collect(store.readStream(gapped))).rejects.toMatchObject(
        corrupt({ stream: gapped, expected: '2', found: '3' }),
      );
      await expect(collect(store.readAll())).rejects.toMatchObject({ code: 'store-corrupt' });
    },
  },
  {
    no: 53,
    title: 'one changed byte is found by the verifying read at the first bad revision',
    needs: ['tamper'],
    async run(stage) {
      const store = await stage.open();
      const [byte, last, rewritten] = [newStream(), newStream(), newStream()];
      for (const stream of [byte, last]) await chain(store, stream, 4);
      const entries = await chain(store, rewritten, 4);
      await stage.tamper({ kind: 'change-byte', stream: byte, revision: 1n });
      await stage.tamper({ kind: 'change-byte', stream: last, revision: 3n });
      const other = encodeForStore({ ...entries[1]!, occurredAt: '2025-12-31T23:59:59.000Z' });
      await stage.tamper({ kind: 'replace', stream: rewritten, revision: 1n, event: other });
      await expectCorruptAt(store, byte, 1);
      await expectCorruptAt(store, last, 3);
      // The rewritten entry has the leaf that fits it, so the next event's link is the first that does not.
      await expectCorruptAt(store, rewritten, 2);
    },
  },
  {
    no: 54,
    title: 'a stream begun again at its old revision, or a false envelope, stops appends',
    needs: ['tamper'],
    async run(stage) {
      const store = await stage.open();
      const [vanished, enveloped] = [newStream(), newStream()];
      await chain(store, vanished, 3);
      await chain(store, enveloped, 2);
      await stage.tamper({
        kind: 'replace',
        stream: enveloped,
        revision: 1n,
        event: { type: 'invoice.paid' },
      });
      await expect(collect(readEntries(store, enveloped))).rejects.toMatchObject(
        corrupt({ stream: enveloped }),
      );
      expect(store.finding).toMatchObject({ code: 'store-corrupt' });
      const later = store.append(newStream(), 'no-stream', [event()]);
      await expect(later).rejects.toMatchObject(readOnly);
      await stage.tamper({ kind: 'remove', stream: vanished, revisions: [0n, 1n] });
      await expect(collect(store.readStream(vanished))).rejects.toMatchObject(
        corrupt({ stream: vanished, expected: '0', found: '2' }),
      );
    },
  },
];

/** Who finds it, the adapter or the codec above it, writes the revision as text or as a number. */
async function expectCorruptAt(store: LedgerStore, stream: string, revision: number) {
  const reading = collect(readEntries(store, stream));
  const found: Pick<TieoutError, 'code' | 'members'> | undefined = await reading.then(
    () => undefined,
    (error: TieoutError) => error,
  );
  const { code, members = {} } = found ?? {};
  expect({ code, stream: members['stream'], revision: String(members['revision']) }).toEqual({
    code: 'store-corrupt',
    stream,
    revision: String(revision),
  });
}
