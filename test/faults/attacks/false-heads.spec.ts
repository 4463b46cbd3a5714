import { openSqlite, type SqliteStore } from '../../../src/event-store/sqlite';
import { join } from 'node:path';
import { decodeEntry } from '../../../src/kernel/entry';
import { leafHash } from '../../../src/kernel/hash';
import { instantOf } from '../../../src/kernel/instant';
import {
  checkHeadsProof,
  checkProof,
  HeadsMap,
  headsProofText,
  HeadsWriter,
  policyText,
  readPolicy,
  SqliteLog,
  tlogProofText,
} from '../../../src/sealing';
import {
  check,
  foundTestLedger,
  openTestStore,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
const STREAM = 'invoice-E_DE.INV-1';
/** Index of the event that the map leaves out: revision 2 of the stream, and its last. */
const HIDDEN = 8;

/** The heads of all entries, with one event passed off as not having happened. */
function mapWithout(store: SqliteStore, hidden: number): HeadsMap {
  const log = new SqliteLog(store.reader(), TEST_ORIGIN);
  const map = new HeadsMap();
  for (let index = 0; index < log.size(); index += 1) {
    const from = index === hidden ? index - 3 : index;
    const { stream, revision } = decodeEntry(log.entryBytes(from));
    map.add(stream, revision, leafHash(log.entryBytes(from)));
  }
  map.advance(map.fed);
  return map;
}

describe('attack 19: a false map of stream heads', () => {
  it('with an older head is named by fsck, and two artefacts prove it for ever', async () => {
    const folder = folderOf();
    const store = await openTestStore(folder);
    await foundTestLedger(store);
    const writer = new TestWriter(store);
    for (let i = 0; i < 9; i += 1) await writer.append(`INV-${i % 3}`);
    const map = mapWithout(store, HIDDEN);
    const clock = { now: () => instantOf(Date.UTC(2026, 0, 5, 9)) };
    const parts = { origin: TEST_ORIGIN, store, sql: store.reader(), clock };
    const { index, entry } = await new HeadsWriter(parts).append(map.state());
    await store.close();

    const report = await check(folder, { policy });
    expect(report.findings).toEqual([
      expect.objectContaining({
        code: 'heads-mismatch',
        index,
        stream: 'ledger-_.heads',
        revision: 0,
      }),
    ]);

    const sql = openSqlite(join(folder, 'ledger.db'), { readonly: true });
    const log = new SqliteLog(sql, TEST_ORIGIN);
    const { note, size } = log.checkpoint();
    const proofOf = (at: number) =>
      tlogProofText({ index: at, hashes: log.inclusionProof(at, size), checkpoint: note });
    const heads = headsProofText({
      ...{ stream: STREAM, entry, proof: proofOf(index), path: map.proofOf(STREAM) },
    });
    const subject = { subject: 'proof', policy };
    const claimed = checkHeadsProof(Buffer.from(heads), undefined, subject);
    expect(claimed.result).toBe('verified');
    expect(claimed.notes.join()).toContain(
      `${STREAM} ends below size ${HIDDEN + 2} with revision 1`,
    );
    const event = log.entryBytes(HIDDEN);
    expect(decodeEntry(event)).toMatchObject({ stream: STREAM, revision: 2 });
    const real = checkProof(Buffer.from(proofOf(HIDDEN)), event, subject);
    expect(real.result).toBe('verified');
    sql.close();
  });
});
