import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../../src/event-store/sqlite';
import { type Entry } from '../../../src/kernel/entry';

import { checkLogFolder, policyText, readPolicy, SqliteLog } from '../../../src/sealing';
import { checkProof } from '../../../src/sealing/proof-check';
import { tlogProofText } from '../../../src/sealing/tlog-proof';
import { entriesIn, rechained, writeForgedLog } from '../../support/forged-log';
import { check, makeLedger, tamper, TEST_ORIGIN, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
/** Index 0 is the founding; index i is an event of invoice INV-(i-1)%3, revision (i-1)/3. */
const EVENTS = 30;
let original: string;
let entries: readonly Entry[];

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tieout-order-'));
  await makeLedger(original, EVENTS);
  entries = entriesIn(original);
});
afterAll(() => rmSync(original, { recursive: true }));

/** What fsck says of a log with these entries whose every hash and signature fits. */
async function forged(changed: readonly Entry[]) {
  const folder = folderOf();
  writeForgedLog(folder, changed);
  return checkLogFolder(folder, { policy });
}

const swapped = (i: number, k: number): Entry[] =>
  entries.map((_, index) => entries[index === i ? k : index === k ? i : index]!);

/** The ledger's file with two rows that changed places, in columns and all. */
async function withRowsSwapped(a: number, b: number) {
  const folder = folderOf();
  await makeLedger(folder, EVENTS);
  tamper(folder, (db) => {
    db.exec(`UPDATE event SET position = 1000 WHERE position = ${a}`);
    db.exec(`UPDATE event SET position = ${a} WHERE position = ${b}`);
    db.exec(`UPDATE event SET position = ${b} WHERE position = 1000`);
  });
  return check(folder, { policy });
}

describe('attack 7: events in another order or stream', () => {
  it('the log that was not touched verifies, also written by hand', async () => {
    expect(await forged(entries)).toMatchObject({ result: 'verified', size: 31 });
  });

  it.each([
    ['of two streams', 10, 11],
    ['of one stream', 10, 13],
  ])('rows %s that changed places are both named by their index', async (_, a, b) => {
    const { findings, first } = await withRowsSwapped(a + 1, b + 1);
    // Each copy fits its own row: what the signed roots tell is where the order first fails.
    expect(first).toMatchObject({ code: 'root-mismatch', index: a, stream: entries[b]!.stream });
    const named = findings.filter(({ code }) => code === 'column-mismatch');
    expect(named.map(({ index, stream }) => [index, stream])).toEqual([
      [a, entries[b]!.stream],
      [b, entries[a]!.stream],
    ]);
  });

  it('bundle entries of two streams that changed places do not lead to the signed root', async () => {
    const kept = folderOf();
    writeForgedLog(kept, entries);
    const folder = folderOf();
    writeForgedLog(folder, swapped(10, 11));
    const { note } = checkpointOf(entries.length);
    // Tiles made to fit too: signed is only the checkpoint of the true order.
    writeFileSync(join(folder, 'checkpoint'), note);
    const { first, result } = await checkLogFolder(folder, { policy });
    expect(result).toBe('failed');
    expect(first).toMatchObject({ code: 'root-mismatch', range: [0, 30] });
  });

  it('bundle entries of one stream that changed places break its chain, though everything is signed', async () => {
    const { findings, first } = await forged(swapped(10, 13));
    expect(first).toMatchObject({
      code: 'stream-gap',
      index: 10,
      stream: 'invoice-E_DE.INV-0',
      revision: 4,
    });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'stream-duplicate', index: 13 }),
    );
  });

  it('an event moved into another stream with its leaf made anew breaks both chains', async () => {
    const moved = entries.map((entry, index) =>
      index === 13 ? { ...entry, stream: 'invoice-E_DE.INV-1' } : entry,
    );
    const { findings } = await forged(moved);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'prev-mismatch', index: 13, stream: 'invoice-E_DE.INV-1' }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'stream-gap', index: 16, stream: 'invoice-E_DE.INV-0' }),
    );
  });

  it('a link that was made to fit is named where the next one does not', async () => {
    const changed = entries.map((entry, index) =>
      index === 10 ? { ...entry, occurredAt: '2020-01-01T00:00:00.000Z' } : entry,
    );
    const { first, findingCount } = await forged(changed);
    expect(findingCount).toBe(1);
    expect(first).toMatchObject({
      code: 'prev-mismatch',
      index: 13,
      stream: 'invoice-E_DE.INV-0',
      revision: 4,
      pointer: '/prev',
    });
  });

  it('a single proof holds at its own index only', () => {
    const sql = openSqlite(join(original, 'ledger.db'), { readonly: true });
    const log = new SqliteLog(sql, TEST_ORIGIN);
    const { note, size } = log.checkpoint();
    const proofAt = (index: number) =>
      Buffer.from(tlogProofText({ index, hashes: log.inclusionProof(10, size), checkpoint: note }));
    const subject = { subject: 'proof', policy };
    expect(checkProof(proofAt(10), log.entryBytes(10), subject).result).toBe('verified');
    for (const index of [9, 11, 26]) {
      const report = checkProof(proofAt(index), log.entryBytes(10), subject);
      expect(report.first).toMatchObject({ code: 'proof-mismatch', index });
    }
    // Behind the last subtree the path is shorter: the number of hashes tells.
    expect(checkProof(proofAt(30), log.entryBytes(10), subject).result).toBe('failed');
    sql.close();
  });
});

describe('attack 8: lost and doubled events', () => {
  it('an event left out is a gap at the next of its stream, though everything is signed', async () => {
    const { first, findingCount } = await forged(entries.filter((_, index) => index !== 10));
    expect(findingCount).toBe(1);
    expect(first).toMatchObject({
      code: 'stream-gap',
      index: 12,
      stream: 'invoice-E_DE.INV-0',
      revision: 4,
    });
  });

  it('a revision that stands twice is named, with its id, though everything is signed', async () => {
    const { findings } = await forged([
      ...entries.slice(0, 20),
      entries[10]!,
      ...entries.slice(20),
    ]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'stream-duplicate',
        index: 20,
        stream: 'invoice-E_DE.INV-0',
        revision: 3,
      }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'id-duplicate', index: 20, pointer: '/id' }),
    );
  });

  it('an id that two events have is named, though both chains hold', async () => {
    const changed = rechained(
      entries.map((entry, index) => (index === 21 ? { ...entry, id: entries[10]!.id } : entry)),
    );
    const { findings } = await forged(changed);
    expect(findings).toEqual([
      expect.objectContaining({ code: 'id-duplicate', index: 21, pointer: '/id' }),
    ]);
  });

  it('a row that was put in twice is found, whatever index of the file allowed it', async () => {
    const folder = folderOf();
    await makeLedger(folder, EVENTS);
    tamper(folder, (db) => {
      db.exec('DROP TABLE IF EXISTS copy');
      db.exec('UPDATE event SET position = -position WHERE position > 20');
      db.exec(`INSERT INTO event
        SELECT 21, stream_no, 900, randomblob(16), type, store_id, entry, leaf, tree_size
          FROM event WHERE position = 11`);
      db.exec('UPDATE event SET position = 1 - position WHERE position < 0');
    });
    const { findings, first } = await check(folder, { policy });
    expect(first).toMatchObject({ index: 20 });
    expect(findings.map(({ code }) => code)).toContain('column-mismatch');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'store-extra', index: 31 }));
  });
});

function checkpointOf(size: number) {
  const sql = openSqlite(join(original, 'ledger.db'), { readonly: true });
  const checkpoint = new SqliteLog(sql, TEST_ORIGIN).checkpointAt(size);
  sql.close();
  return checkpoint;
}
