import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../../src/event-store/sqlite';
import { type Entry } from '../../../src/kernel/entry';
import { leafHash } from '../../../src/kernel/hash';
import {
  checkLogFolder,
  cosignerOf,
  exitCodeOf,
  openWitnessStore,
  policyText,
  readPolicy,
  signerOf,
  SqliteLog,
  Witness,
} from '../../../src/sealing';
import { addCheckpointText } from '../../../src/sealing/add-checkpoint';
import { openCheckpoint } from '../../../src/sealing/checkpoint';
import { verifyInclusion } from '../../../src/sealing/merkle-verify';
import { readTlogProof, tlogProofText } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import { entriesIn, rewriteLedger } from '../../support/forged-log';
import { check, makeLedger, tamper, TEST_ORIGIN, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';
import { exportTestLog } from '../../support/wide-ledger';

const policy = readPolicy(policyText(testSigner().vkey));
const key = readVkey(testSigner().vkey);
const folderOf = temporaryFolder();

function withLog<T>(folder: string, use: (log: SqliteLog) => T): T {
  const sql = openSqlite(join(folder, 'ledger.db'), { readonly: true });
  try {
    return use(new SqliteLog(sql, TEST_ORIGIN));
  } finally {
    sql.close();
  }
}
const noteAt = (folder: string, size: number): string =>
  withLog(folder, (log) => log.checkpointAt(size).note);

function witnessOf(path: string) {
  const store = openWitnessStore(path);
  const cosigner = cosignerOf(signerOf('witness.example/w', Buffer.alloc(32, 5)));
  const witness = new Witness({ logs: [key], cosigner, store, now: () => 1_767_609_600 });
  return { witness, cosigner, store };
}

const withAmount = (entry: Entry, amount: string): Entry => ({
  ...entry,
  data: { ...entry.data, amount: { amount, currency: 'EUR' } },
});

describe('attack 3: an edited event', () => {
  let original: string;
  beforeAll(async () => {
    original = mkdtempSync(join(tmpdir(), 'tieout-edit-'));
    await makeLedger(join(original), 12);
  });
  afterAll(() => rmSync(original, { recursive: true }));

  it('one byte in the file of the database and the same byte in a bundle name the same field', async () => {
    const folder = folderOf();
    cpSync(join(original, 'ledger.db'), join(folder, 'ledger.db'));
    await exportTestLog(folder, join(folder, 'log'));
    const named = {
      code: 'leaf-mismatch',
      index: 8,
      stream: 'invoice-E_DE.INV-1',
      revision: 2,
      pointer: '/source/id',
    };
    for (const file of ['ledger.db', 'log/tile/entries/000.p/13']) {
      const path = join(folder, file);
      const bytes = readFileSync(path);
      const at = bytes.indexOf('"id":"invoice-E_DE.INV-1/2"');
      expect(at).toBeGreaterThan(0);
      bytes[at + 9] = bytes[at + 9]! ^ 1;
      writeFileSync(path, bytes);
    }
    expect((await check(folder, { policy })).first).toMatchObject(named);
    expect((await checkLogFolder(join(folder, 'log'), { policy })).first).toMatchObject(named);
  });

  it.each([
    ['revision = 900', '/revision'],
    [`type = 'invoice.paid'`, '/type'],
    ['id = zeroblob(16)', '/id'],
    ['stream_no = 2, revision = 900', '/stream'],
  ])('a column beside the entry, %s, is named by its field', async (set, pointer) => {
    const folder = folderOf();
    cpSync(join(original, 'ledger.db'), join(folder, 'ledger.db'));
    tamper(folder, (db) => db.exec(`UPDATE event SET ${set} WHERE position = 9`));
    const { findings } = await check(folder, { policy });
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'column-mismatch',
        index: 8,
        stream: 'invoice-E_DE.INV-1',
        revision: 2,
        pointer,
      }),
    );
    expect(findings.every(({ code }) => code === 'column-mismatch')).toBe(true);
  });
});

describe('attack 4: history written anew with the stolen key', () => {
  const [SIZE, EDITED] = [31, 13];
  let honest: string;
  let forged: string;

  beforeAll(async () => {
    honest = mkdtempSync(join(tmpdir(), 'tieout-honest-'));
    forged = mkdtempSync(join(tmpdir(), 'tieout-forged-'));
    await makeLedger(honest, SIZE - 1);
    const entries = entriesIn(honest);
    const changed = entries.map((e, i) => (i === EDITED ? withAmount(e, '9190.00') : e));
    await rewriteLedger(forged, changed);
  });
  afterAll(() => [honest, forged].forEach((folder) => rmSync(folder, { recursive: true })));

  it('passes where nothing was kept outside: the key alone proves no history', async () => {
    const report = await check(forged, { policy });
    expect(report).toMatchObject({ result: 'verified', size: SIZE, findingCount: 0 });
    expect(noteAt(forged, EDITED)).toBe(noteAt(honest, EDITED));
    expect(noteAt(forged, EDITED + 1)).not.toBe(noteAt(honest, EDITED + 1));
  });

  it('is found by any checkpoint above the edit, with or without a cosignature, and by none below', async () => {
    const { witness, store } = witnessOf(join(folderOf(), 'witness.db'));
    const note = noteAt(honest, 20);
    const line = witness.addCheckpoint(
      addCheckpointText({ old: 0, hashes: [], checkpoint: note }),
    ).body;
    store.close();
    for (const lastSeen of [note, note + line]) {
      const report = await check(forged, { policy, lastSeen });
      expect(report.first).toMatchObject({ code: 'checkpoint-inconsistent', range: [0, 19] });
      expect(exitCodeOf(report)).toBe(1);
    }
    const below = await check(forged, { policy, lastSeen: noteAt(honest, EDITED) });
    expect(exitCodeOf(below)).toBe(0);
  });

  it('is not cosigned: the proof from what the witness knows cannot be made', () => {
    const { witness, store } = witnessOf(join(folderOf(), 'witness.db'));
    const ask = (folder: string, old: number, size: number) =>
      witness.addCheckpoint(
        addCheckpointText({
          old,
          hashes:
            old > 0 && old < size ? withLog(folder, (log) => log.consistencyProof(old, size)) : [],
          checkpoint: noteAt(folder, size),
        }),
      ).status;
    expect(ask(honest, 0, 20)).toBe(200);
    expect(ask(forged, 20, SIZE)).toBe(422);
    expect(ask(forged, 20, 20)).toBe(422);
    expect(ask(honest, 20, SIZE)).toBe(200);
    store.close();
  });
});

describe('attack 6: a split view', () => {
  let views: readonly [string, string];

  beforeAll(async () => {
    views = [
      mkdtempSync(join(tmpdir(), 'tieout-view-')),
      mkdtempSync(join(tmpdir(), 'tieout-view-')),
    ];
    await makeLedger(views[0], 8);
    const entries = entriesIn(views[0]);
    await rewriteLedger(
      views[1],
      entries.map((entry, i) => (i === 7 ? withAmount(entry, '87.50') : entry)),
    );
  });
  afterAll(() => views.forEach((folder) => rmSync(folder, { recursive: true })));

  it('is shown by two notes of one size, both named by their root', async () => {
    const [ours, theirs] = views.map((folder) => noteAt(folder, 9)) as [string, string];
    const report = await check(views[0], { policy, lastSeen: theirs });
    expect(report.first).toMatchObject({
      code: 'checkpoint-equivocation',
      range: [0, 8],
      expected: Buffer.from(openCheckpoint(theirs, key).root).toString('hex'),
      actual: Buffer.from(openCheckpoint(ours, key).root).toString('hex'),
    });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('gets one cosignature: the witness refuses the second note', () => {
    const { witness, store } = witnessOf(join(folderOf(), 'witness.db'));
    const ask = (old: number, note: string) =>
      witness.addCheckpoint(addCheckpointText({ old, hashes: [], checkpoint: note })).status;
    expect(ask(0, noteAt(views[0], 9))).toBe(200);
    expect(ask(9, noteAt(views[1], 9))).toBe(422);
    expect(ask(9, noteAt(views[0], 9))).toBe(200);
    store.close();
  });

  it('does not happen to one event: its proofs at sizes 2, 3, 5 and 2 again are of one leaf', () => {
    const seen = withLog(views[0], (log) =>
      [2, 3, 5, 2].map((size) => {
        const { note } = log.checkpointAt(size);
        const proof = readTlogProof(
          tlogProofText({ index: 1, hashes: log.inclusionProof(1, size), checkpoint: note }),
        );
        const { root } = openCheckpoint(proof.checkpoint, key);
        const leaf = leafHash(log.entryBytes(1));
        expect(verifyInclusion({ ...proof, size, root, leaf })).toBe(true);
        return { leaf: Buffer.from(leaf).toString('hex'), root: Buffer.from(root).toString('hex') };
      }),
    );
    expect(new Set(seen.map(({ leaf }) => leaf)).size).toBe(1);
    expect(seen[3]).toEqual(seen[0]);
  });
});
