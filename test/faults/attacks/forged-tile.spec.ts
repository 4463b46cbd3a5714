import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { openSqlite } from '../../../src/event-store/sqlite';
import { leafHash } from '../../../src/kernel/hash';
import {
  checkLogFolder,
  exitCodeOf,
  policyText,
  readPolicy,
  SqliteLog,
} from '../../../src/sealing';
import { readBundle } from '../../../src/sealing/entry-bundle';
import {
  check,
  foundTestLedger,
  openTestStore,
  tamper,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';
import { exportTestLog } from '../../support/wide-ledger';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();

describe('attack 5: an entry forged together with its level-0 tile', () => {
  /** 70 commits of 1,000: 273 full tiles, a second level that is full once. */
  const SIZE = 70_001;
  const FORGED = 5;
  let original: string;

  beforeAll(async () => {
    original = mkdtempSync(join(tmpdir(), 'tieout-70000-'));
    const store = await openTestStore(original);
    await foundTestLedger(store);
    const writer = new TestWriter(store);
    // One commit, so that no kept checkpoint stands between its events.
    await Promise.all([
      writer.append('FIRST', 4),
      writer.append('ALONE', 1),
      writer.append('FIRST', 995),
    ]);
    for (let i = 0; i < 69; i += 1) await writer.append(`INV-${i % 20}`, 1_000);
    await store.close();
  }, 120_000);
  afterAll(() => rmSync(original, { recursive: true }));

  const copy = (): string => {
    const folder = folderOf();
    cpSync(join(original, 'ledger.db'), join(folder, 'ledger.db'));
    return folder;
  };

  /** Entry, leaf and level-0 tile made to fit; everything above untouched. */
  function forge(db: Database.Database, index: number): void {
    db.exec(
      `UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '1190.00', '87.50') AS BLOB) WHERE position = ${index + 1}`,
    );
    const row = db
      .prepare<[number], { entry: Buffer }>('SELECT entry FROM event WHERE position = ?')
      .get(index + 1)!;
    const leaf = Buffer.from(leafHash(row.entry));
    db.prepare('UPDATE event SET leaf = ? WHERE position = ?').run(leaf, index + 1);
    const tile = db
      .prepare<[], { hashes: Buffer }>('SELECT hashes FROM tile WHERE level = 0 AND n = 0')
      .get()!;
    leaf.copy(tile.hashes, 32 * index);
    db.prepare('UPDATE tile SET hashes = ? WHERE level = 0 AND n = 0').run(tile.hashes);
  }

  it('is narrowed to its tile when no later event tells', async () => {
    const folder = copy();
    tamper(folder, (db) => forge(db, FORGED));
    const report = await check(folder, { policy });
    expect(report.first).toMatchObject({ code: 'root-mismatch', range: [1, 255] });
    expect(report.size).toBe(SIZE);
    expect(exitCodeOf(report)).toBe(1);
  }, 60_000);

  it('is named by the second copy, or by the link of the next event of its stream', async () => {
    const folder = copy();
    tamper(folder, (db) => forge(db, FORGED));
    const sql = openSqlite(join(original, 'ledger.db'), { readonly: true });
    const log = new SqliteLog(sql, TEST_ORIGIN);
    const secondCopy = (index: number) => log.entryBytes(index);
    expect((await check(folder, { policy, secondCopy })).first).toMatchObject({
      code: 'leaf-mismatch',
      index: FORGED,
      stream: 'invoice-E_DE.ALONE',
      revision: 0,
      pointer: '/data/amount/amount',
    });
    sql.close();
    const chained = copy();
    tamper(chained, (db) => forge(db, FORGED - 1));
    expect((await check(chained, { policy })).first).toMatchObject({
      code: 'leaf-mismatch',
      index: FORGED - 1,
      stream: 'invoice-E_DE.FIRST',
      revision: 3,
      evidence: `prev of index ${FORGED + 1}`,
    });
  }, 60_000);

  it('is narrowed in the exported log too', async () => {
    const log = join(folderOf(), 'log');
    await exportTestLog(original, log);
    const path = join(log, 'tile/entries/000');
    const bytes = readFileSync(path);
    const entries = readBundle(bytes)!;
    const at = entries[FORGED]!.byteOffset - bytes.byteOffset;
    bytes.write('9190.00', bytes.indexOf('1190.00', at), 'latin1');
    writeFileSync(path, bytes);
    const tile = readFileSync(join(log, 'tile/0/000'));
    Buffer.from(leafHash(readBundle(bytes)![FORGED]!)).copy(tile, 32 * FORGED);
    writeFileSync(join(log, 'tile/0/000'), tile);
    const report = await checkLogFolder(log, { policy });
    expect(report.first).toMatchObject({ code: 'root-mismatch', range: [0, 255] });
    expect(exitCodeOf(report)).toBe(1);
  }, 60_000);
});
