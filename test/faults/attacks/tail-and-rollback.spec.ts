import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFilesCheck } from '../../../src/cli/data-files';
import { openSqlite } from '../../../src/event-store/sqlite';
import {
  checkLogFolder,
  checkStoreFolder,
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
import { edgeBytes, Frontier } from '../../../src/sealing/frontier';
import { readVkey } from '../../../src/sealing/vkey';
import { entriesIn, writeForgedLog } from '../../support/forged-log';
import {
  check,
  makeLedger,
  openTestStore,
  tamper,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
const SIZE = 31;
let original: string;

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tieout-tail-'));
  await makeLedger(original, SIZE - 1);
});
afterAll(() => rmSync(original, { recursive: true }));

const copy = (): string => {
  const folder = folderOf();
  cpSync(join(original, 'ledger.db'), join(folder, 'ledger.db'));
  return folder;
};

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

/** Takes the tail and every trace of it away, so that the file is as it was at that size. */
function cutBackTo(folder: string, size: number): void {
  const frontier = Frontier.empty();
  withLog(folder, (log) => {
    for (let i = 0; i < size; i += 1) frontier.append(log.leaf(i));
  });
  tamper(folder, (db) => {
    db.prepare('DELETE FROM event WHERE position > ?').run(size);
    db.prepare('DELETE FROM checkpoint WHERE size > ?').run(size);
    db.prepare('UPDATE right_edge SET size = ?, hashes = ?').run(
      size,
      Buffer.from(edgeBytes(frontier.edge())),
    );
  });
}

describe('attack 1: a tail cut off', () => {
  it.each([1, 7, 30])('%i rows: the first missing index is named', async (k) => {
    const folder = copy();
    tamper(folder, (db) => db.exec(`DELETE FROM event WHERE position > ${SIZE - k}`));
    const report = await check(folder, { policy });
    expect(report.first).toMatchObject({ code: 'log-short', index: SIZE - k });
    expect(exitCodeOf(report)).toBe(1);
    await expect(openTestStore(folder)).rejects.toMatchObject({ code: 'store-corrupt' });
  });

  it('with its checkpoints and its edge is an older copy: only what was kept outside tells', async () => {
    const folder = copy();
    cutBackTo(folder, 20);
    expect(exitCodeOf(await check(folder, { policy }))).toBe(0);
    const report = await check(folder, { policy, lastSeen: noteAt(original, SIZE) });
    expect(report.first).toMatchObject({ code: 'checkpoint-rollback', index: 20 });
    expect(exitCodeOf(report)).toBe(1);
  });
});

describe('attack 2: an older copy put back', () => {
  it('is named by the mark in the anchor folder, with the first index that is gone', async () => {
    const data = folderOf();
    const ledger = join(data, 'ledgers', 'main');
    cpSync(original, ledger, { recursive: true });
    cutBackTo(ledger, 12);
    const anchorDir = join(data, 'anchors', 'main');
    mkdirSync(anchorDir, { recursive: true });
    writeFileSync(join(anchorDir, 'mark'), noteAt(original, SIZE));
    const kekFile = join(data, 'keys', 'kek');
    const beside = new DataFilesCheck({ ledger, data, kekFile, anchorDir });
    const report = await checkStoreFolder(ledger, { policy, beside });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'checkpoint-rollback', index: 12 }),
    );
    expect(exitCodeOf(report)).toBe(1);
  });

  it('is refused by a witness, who says which size it knows', async () => {
    const older = copy();
    cutBackTo(older, 12);
    const store = openWitnessStore(join(folderOf(), 'witness.db'));
    const witness = new Witness({
      logs: [readVkey(testSigner().vkey)],
      cosigner: cosignerOf(signerOf('witness.example/w', Buffer.alloc(32, 5))),
      store,
      now: () => 1_767_609_600,
    });
    const ask = (old: number, checkpoint: string, hashes: readonly Uint8Array[] = []) =>
      witness.addCheckpoint(addCheckpointText({ old, hashes: [...hashes], checkpoint }));
    expect(ask(0, noteAt(original, 20)).status).toBe(200);
    const known = { status: 409, contentType: 'text/x.tlog.size', body: '20\n' };
    expect(ask(12, noteAt(older, 12))).toEqual(known);
    // Grown again past what the witness knows, by other events.
    const writer = await openTestStore(older);
    await new TestWriter(writer, '87.50').append('OTHER', 18);
    await writer.close();
    expect(
      ask(
        12,
        noteAt(older, 30),
        withLog(older, (log) => log.consistencyProof(12, 30)),
      ),
    ).toEqual(known);
    const proof = withLog(older, (log) => log.consistencyProof(20, 30));
    expect(ask(20, noteAt(older, 30), proof).status).toBe(422);
    store.close();
  });

  it('that grew by other events is another log to who kept a checkpoint', async () => {
    const folder = copy();
    cutBackTo(folder, 12);
    const store = await openTestStore(folder);
    await new TestWriter(store, '87.50').append('OTHER', 30);
    await store.close();
    expect(exitCodeOf(await check(folder, { policy }))).toBe(0);
    const report = await check(folder, { policy, lastSeen: noteAt(original, SIZE) });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'checkpoint-inconsistent', range: [0, SIZE - 1] }),
    );
    expect(exitCodeOf(report)).toBe(1);
  });
});

describe('attack 9: an older checkpoint served', () => {
  const served = (size: number): string => {
    const folder = folderOf();
    writeForgedLog(folder, entriesIn(original).slice(0, size));
    return folder;
  };

  it('in a log that fits it is a rollback to who saw a newer one', async () => {
    const folder = served(20);
    expect(exitCodeOf(await checkLogFolder(folder, { policy }))).toBe(0);
    const report = await checkLogFolder(folder, { policy, lastSeen: noteAt(original, SIZE) });
    expect(report.first).toMatchObject({ code: 'checkpoint-rollback', index: 20 });
  });

  it('in a log that fits it is stale to who says how old it may be', async () => {
    const now = '2026-01-05T09:00:20.000Z';
    const age = (ms: number) => checkLogFolder(served(20), { policy, maxAge: { ms, now } });
    expect(exitCodeOf(await age(3_600_000 + 1_000))).toBe(0);
    const report = await age(3_600_000 - 1_000);
    expect(report.first).toMatchObject({ code: 'checkpoint-stale' });
    expect(exitCodeOf(report)).toBe(4);
  });

  it('over a log that has grown does not fit its tiles', async () => {
    const folder = served(SIZE);
    writeFileSync(join(folder, 'checkpoint'), noteAt(original, 20));
    const report = await checkLogFolder(folder, { policy, lastSeen: noteAt(original, SIZE) });
    expect(exitCodeOf(report)).toBe(1);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'checkpoint-rollback', index: 20 }),
    );
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toContain('\n20\n');
  });
});
