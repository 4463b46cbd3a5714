import { encodeForStore } from '../../../src/kernel/entry';
import { hex, leafHash } from '../../../src/kernel/hash';
import { sourceEventId } from '../../../src/kernel/ids';
import { instantOf } from '../../../src/kernel/instant';
import { type SqliteStore } from '../../../src/event-store/sqlite';
import {
  checkStoreFolder,
  HEADS_COMMITTED,
  HEADS_STREAM,
  HeadsMap,
  policyText,
  readPolicy,
} from '../../../src/sealing';
import {
  foundTestLedger,
  lastRecordedAt,
  openTestStore,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
type Data = Record<string, string | number>;

/** A ledger that commits to its heads three times, each time a few events late. */
async function committing(edit: (data: Data, nth: number) => Data): Promise<string> {
  const folder = folderOf();
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  const writer = new TestWriter(store);
  let prev: string | undefined;
  for (let nth = 0; nth < 3; nth += 1) {
    for (let i = 0; i < 150; i += 1) await writer.append(`INV-${(i * (nth + 1)) % 40}`, 2);
    const heads = await headsOf(store);
    await writer.append('INV-0');
    await writer.append(`LATE-${nth}`);
    const { size, streams, bits, root } = heads.state();
    const at = instantOf(lastRecordedAt(store));
    const event = encodeForStore({
      ...{ v: 1, stream: HEADS_STREAM, revision: nth, type: HEADS_COMMITTED, contract: 1 },
      id: sourceEventId(TEST_ORIGIN, 'tieout', `heads ${nth}`),
      ...{ occurredAt: at, recordedAt: at },
      actor: { id: 'sys-tieout', kind: 'system' },
      source: { system: 'tieout', id: `heads ${nth}` },
      data: edit({ bits, root: hex(root), size, streams }, nth),
      ...(prev === undefined ? {} : { prev }),
    });
    prev = hex(leafHash(event.entry));
    await store.append(HEADS_STREAM, nth === 0 ? 'no-stream' : BigInt(nth - 1), [event]);
  }
  await store.close();
  return folder;
}

async function headsOf(store: SqliteStore): Promise<HeadsMap> {
  const heads = new HeadsMap();
  for await (const { stream, revision, entry } of store.readAll()) {
    heads.add(stream, Number(revision), leafHash(entry));
  }
  heads.advance(heads.fed);
  return heads;
}

describe('commitments to the last event of every stream', () => {
  it('are rebuilt at the size that each speaks of', async () => {
    const report = await checkStoreFolder(await committing((data) => data), { policy });
    expect(report.findings).toEqual([]);
    expect(report.checked).toMatchObject({ heads: 3 });
  });

  it.each<[string, (data: Data) => Data, string]>([
    ['the map of another size', (data) => ({ ...data, size: 400 }), '/data/root'],
  ])('are found false with %s, at the event that says so', async (_, falsify, pointer) => {
    const folder = await committing((data, nth) => (nth === 1 ? falsify(data) : data));
    const report = await checkStoreFolder(folder, { policy });
    expect(report.findings.map(({ code }) => code)).toContain('heads-mismatch');
    expect(report.first).toMatchObject({
      code: 'heads-mismatch',
      index: 606,
      revision: 1,
      stream: HEADS_STREAM,
      pointer,
    });
  });
});
