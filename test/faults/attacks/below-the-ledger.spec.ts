import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { exitCodeOf, policyText, readPolicy } from '../../../src/sealing';
import { check, makeLedger, openTestStore, tamper, testSigner } from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
const SIZE = 41;
const EDIT = `UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '1190.00', '9190.00') AS BLOB) WHERE position = 21`;
let original: string;

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tieout-below-'));
  await makeLedger(original, SIZE - 1);
});
afterAll(() => rmSync(original, { recursive: true }));

function copy(): string {
  const folder = folderOf();
  copyFileSync(join(original, 'ledger.db'), join(folder, 'ledger.db'));
  return folder;
}

/** Rewrites the schema's own text, below what SQL would allow. */
function writeSchema(db: Database.Database, sql: string): void {
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  db.exec(sql);
  db.pragma('writable_schema = RESET');
}

describe('attack 26: tampering below the ledger', () => {
  it.each<[string, string, (db: Database.Database) => void]>([
    ['a dropped trigger', 'event_no_delete', (db) => db.exec('DROP TRIGGER event_no_delete')],
    [
      'a trigger that does nothing any more',
      'event_no_update',
      (db) => {
        db.exec('DROP TRIGGER event_no_update');
        db.exec('CREATE TRIGGER event_no_update BEFORE UPDATE ON event WHEN 0 BEGIN SELECT 1; END');
      },
    ],
    [
      'a trigger whose text was rewritten with writable_schema',
      'event_no_update',
      (db) =>
        writeSchema(
          db,
          `UPDATE sqlite_schema SET sql = replace(sql, 'BEFORE UPDATE', 'BEFORE UPDATE OF type') WHERE name = 'event_no_update'`,
        ),
    ],
    [
      'a table whose CHECK was taken out with writable_schema',
      'event',
      (db) =>
        writeSchema(
          db,
          `UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (length(leaf) = 32)', '') WHERE name = 'event' AND type = 'table'`,
        ),
    ],
    ['an index that is not ours', 'spy', (db) => db.exec('CREATE INDEX spy ON event (type)')],
    [
      'a trigger that is not ours',
      'spy',
      (db) => db.exec('CREATE TRIGGER spy AFTER INSERT ON stream BEGIN SELECT 1; END'),
    ],
    ['a view that is not ours', 'spy', (db) => db.exec('CREATE VIEW spy AS SELECT 1')],
  ])('%s is named, and the entries are verified all the same', async (_, name, change) => {
    const folder = copy();
    tamper(folder, (db) => db.exec(EDIT));
    const db = new Database(join(folder, 'ledger.db'));
    change(db);
    db.close();
    const report = await check(folder, { policy });
    const schema = report.findings.filter(({ code }) => code === 'schema-changed');
    expect(schema.map(({ detail }) => detail).join()).toContain(name);
    expect(report.first).toMatchObject({
      code: 'leaf-mismatch',
      index: 20,
      stream: 'invoice-E_DE.INV-1',
      revision: 6,
      pointer: '/data/amount/amount',
    });
    expect(report.checked).toMatchObject({ entries: SIZE });
    await expect(openTestStore(folder)).rejects.toMatchObject({ code: 'store-corrupt' });
  });

  it('an index that was dropped with writable_schema is found, and the entries are verified', async () => {
    const folder = copy();
    tamper(folder, (db) => db.exec(EDIT));
    const db = new Database(join(folder, 'ledger.db'));
    writeSchema(db, `DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_event_1'`);
    db.close();
    const report = await check(folder, { policy });
    expect(exitCodeOf(report)).toBe(1);
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(schema-changed|store-damaged)$/u)]),
    );
    await expect(openTestStore(folder)).rejects.toMatchObject({ code: 'store-corrupt' });
  });

  it('a page that was overwritten is named as damage, and what can be read is verified', async () => {
    const folder = copy();
    const path = join(folder, 'ledger.db');
    const bytes = readFileSync(path);
    const page = bytes.readUInt16BE(16);
    const at = Math.floor(bytes.indexOf('"id":"invoice-E_DE.INV-1/7"') / page) * page;
    bytes.fill(0, at, at + page);
    writeFileSync(path, bytes);
    const report = await check(folder, { policy });
    expect(report.findings.map(({ code }) => code)).toContain('store-damaged');
    const named = report.findings.filter(
      ({ code, index }) => code === 'store-damaged' && index !== undefined,
    );
    expect(named.length).toBeGreaterThan(0);
    expect(exitCodeOf(report)).toBe(1);
  });

  it('an entry of an index that was changed, so that a query finds another row, is found', async () => {
    const folder = copy();
    const path = join(folder, 'ledger.db');
    const db = new Database(path);
    const row = db.prepare<[], { id: Buffer }>('SELECT id FROM event WHERE position = 21').get()!;
    db.close();
    const bytes = readFileSync(path);
    const places: number[] = [];
    for (let at = bytes.indexOf(row.id); at >= 0; at = bytes.indexOf(row.id, at + 1))
      places.push(at);
    expect(places.length).toBe(2);
    for (const at of places) {
      const bad = Buffer.from(bytes);
      bad[at] = bad[at]! ^ 1;
      writeFileSync(path, bad);
      const report = await check(folder, { policy });
      expect(exitCodeOf(report)).toBe(1);
      expect(report.findings.map(({ code }) => code)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^(column-mismatch|store-damaged)$/u)]),
      );
    }
  });
});
