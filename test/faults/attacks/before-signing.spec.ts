import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqlite, type SqliteStore } from '../../../src/event-store/sqlite';
import { leafHash } from '../../../src/kernel/hash';
import { createSealer, exitCodeOf, policyText, readPolicy, SqliteLog } from '../../../src/sealing';
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

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();

/** A ledger in service with 300 events: one full tile and an open one. */
async function inService(): Promise<{ folder: string; store: SqliteStore; writer: TestWriter }> {
  const folder = folderOf();
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  const writer = new TestWriter(store);
  await writer.append('INV-1', 299);
  return { folder, store, writer };
}

const sizeOf = (store: SqliteStore): number => new SqliteLog(store.reader(), TEST_ORIGIN).size();

describe('attack 23: a bit flipped before it is signed', () => {
  it.each([
    [
      'of an entry just written',
      `CREATE TRIGGER flip AFTER INSERT ON event BEGIN
         UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '1190.00', '1190.01') AS BLOB)
          WHERE position = NEW.position;
       END`,
    ],
    [
      'of the stored right edge',
      `UPDATE right_edge SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB)`,
    ],
    [
      'of the last entry that was sealed, together with the edge',
      `UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '1190.00', '1190.01') AS BLOB) WHERE position = 300;
       UPDATE right_edge SET hashes = zeroblob(length(hashes))`,
    ],
  ])('%s: nothing is signed or stored, and the ledger halts', async (_, edit) => {
    const { folder, store, writer } = await inService();
    const db = new Database(join(folder, 'ledger.db'));
    const triggers = db
      .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
      .all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(edit);
    db.close();
    await expect(writer.append('INV-2')).rejects.toMatchObject({
      code: 'store-unavailable',
      members: { reason: 'read-only' },
    });
    expect(store.finding).toMatchObject({ code: 'seal-refused' });
    expect(sizeOf(store)).toBe(300);
    const rows = store.reader().all('SELECT size FROM checkpoint WHERE size > 300');
    expect(rows).toEqual([]);
    await store.close();
  });

  it('of a full tile, which no signature is made from: named by fsck', async () => {
    const { folder, store, writer } = await inService();
    tamper(folder, (db) =>
      db.exec(
        `UPDATE tile SET hashes = CAST(substr(hashes, 1, 639) || x'55' || substr(hashes, 641) AS BLOB)`,
      ),
    );
    await writer.append('INV-2');
    await store.close();
    const report = await check(folder, { policy });
    expect(report.first).toMatchObject({ code: 'tile-mismatch', index: 19 });
    expect(exitCodeOf(report)).toBe(1);
  });

  describe('of the frontier in memory', () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tieout-flip-'))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it.each([0, 7, 100, 255])('bit %i: refused by the path that reads what was written', (bit) => {
      const sealer = createSealer({ signer: testSigner() });
      const sql = openSqlite(join(folder, 'seal.db'));
      sql.exec(
        'CREATE TABLE stream (no INTEGER PRIMARY KEY, name TEXT) STRICT;' +
          'CREATE TABLE event (position INTEGER PRIMARY KEY, entry BLOB, leaf BLOB, stream_no INTEGER, revision INTEGER) STRICT;' +
          sealer.schema,
      );
      sealer.open(sql);
      const write = (index: number) => {
        const entry = Buffer.from(`{"n":${index}}`);
        const leaf = leafHash(entry);
        sql.run('INSERT INTO event (position, entry, leaf) VALUES (?, ?, ?)', [
          index + 1,
          entry,
          leaf,
        ]);
        return leaf;
      };
      const first = write(0);
      sealer.beforeCommit(sql, { firstIndex: 0, leaves: [first], streams: [] });
      sealer.committed();
      // The frontier of one leaf is that leaf's own bytes: flipping them is flipping the frontier.
      first[bit >> 3] = first[bit >> 3]! ^ (1 << (bit & 7));
      const batch = { firstIndex: 1, leaves: [write(1)], streams: [] };
      expect(() => sealer.beforeCommit(sql, batch)).toThrow(
        expect.objectContaining({ code: 'seal-refused' }),
      );
      expect(sql.all('SELECT size FROM checkpoint')).toHaveLength(1);
      first[bit >> 3] = first[bit >> 3]! ^ (1 << (bit & 7));
      sealer.rolledBack();
      expect(sealer.beforeCommit(sql, batch)).toMatchObject({ size: 2 });
      sql.close();
    });
  });
});
