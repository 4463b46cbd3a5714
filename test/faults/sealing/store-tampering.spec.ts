import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

import { openSqlite } from '../../../src/event-store/sqlite';
import { leafHash } from '../../../src/kernel/hash';
import { exitCodeOf, reportText } from '../../../src/sealing/check-report';
import { checkpointBody } from '../../../src/sealing/checkpoint';
import { policyText, SqliteLog } from '../../../src/sealing';
import { readPolicy } from '../../../src/sealing/policy-file';
import {
  check,
  makeLedger,
  openTestStore,
  tamper,
  TEST_ORIGIN,
  testSigner,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const policy = readPolicy(policyText(testSigner().vkey));
const folderOf = temporaryFolder();
/** 300 events: one full tile of 256 leaves and an open one. */
const EVENTS = 299;
let original: string;

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'tieout-ledger-'));
  await makeLedger(original, EVENTS);
});
afterAll(() => rmSync(original, { recursive: true }));

/** A copy of the ledger to work on. */
function copy(): string {
  const folder = folderOf();
  copyFileSync(join(original, 'ledger.db'), join(folder, 'ledger.db'));
  return folder;
}

async function tampered(edit: Parameters<typeof tamper>[1], options = { policy }) {
  const folder = copy();
  tamper(folder, edit);
  return check(folder, options);
}

const EDIT_AMOUNT = (position: number, to: string) =>
  `UPDATE event SET entry = CAST(replace(CAST(entry AS TEXT), '1190.00', '${to}') AS BLOB) WHERE position = ${position}`;

describe('a ledger that nobody touched', () => {
  it('verifies against the policy from outside', async () => {
    const report = await check(copy(), { policy });
    expect(report).toMatchObject({
      result: 'verified',
      origin: TEST_ORIGIN,
      size: 300,
      findingCount: 0,
    });
    expect(report.checked).toEqual({ entries: 300, checkpoints: 300, tiles: 1, streams: 4 });
    expect(exitCodeOf(report)).toBe(0);
  });

  it('is only consistent with itself without a policy', async () => {
    expect(exitCodeOf(await check(copy()))).toBe(4);
  });

  it('tells how far it is, and stops when asked', async () => {
    const seen: number[] = [];
    await check(copy(), { policy, onProgress: (done, total) => seen.push(done, total) });
    expect(seen).toEqual([300, 300]);
  });
});

describe('an edited event', () => {
  it.each([
    ['below a full tile', 42, 'tile/0/000, leaf column of row 42'],
    ['behind the last full tile', 290, 'leaf column of row 290'],
    ['at the very end', 300, 'leaf column of row 300'],
  ])('is named by index, stream, revision and field %s', async (_, position, evidence) => {
    const report = await tampered((db) => db.exec(EDIT_AMOUNT(position, '9190.00')));
    expect(report.findings).toHaveLength(1);
    expect(report.first).toMatchObject({
      code: 'leaf-mismatch',
      index: position - 1,
      stream: `invoice-E_DE.INV-${(position - 2) % 3}`,
      revision: Math.floor((position - 2) / 3),
      pointer: '/data/amount/amount',
      evidence,
    });
    expect(exitCodeOf(report)).toBe(1);
    expect(reportText(report)).toContain(`first bad position: index ${position - 1}`);
    expect(reportText(report)).not.toContain('9190.00');
  });

  it('is named with its leaf column made to fit: by the tile', async () => {
    const report = await tampered((db) => rewrite(db, 42));
    expect(report.findings.map((f) => [f.code, f.index])).toEqual([
      ['leaf-mismatch', 41],
      ['column-mismatch', 41],
    ]);
  });

  it('is named with leaf column and tile made to fit: by the next event of its stream', async () => {
    const report = await tampered((db) => {
      const leaf = rewrite(db, 42);
      const tile = db
        .prepare<[], { hashes: Buffer }>('SELECT hashes FROM tile WHERE level = 0')
        .get()!;
      leaf.copy(tile.hashes, 32 * 41);
      db.prepare('UPDATE tile SET hashes = ? WHERE level = 0').run(tile.hashes);
    });
    expect(report.first).toMatchObject({
      code: 'leaf-mismatch',
      index: 41,
      evidence: 'prev of index 44',
    });
  });

  it('is bounded to its commit when every copy was made to fit', async () => {
    // The last event of its stream has no successor that would tell.
    const report = await tampered((db) => rewrite(db, 300));
    expect(report.first).toMatchObject({ code: 'root-mismatch', index: 299 });
  });

  it('has its field named by a second copy when more than a byte was changed', async () => {
    const folder = copy();
    tamper(folder, (db) => db.exec(EDIT_AMOUNT(42, '87.50')));
    expect((await check(folder, { policy })).first).toMatchObject({
      code: 'leaf-mismatch',
      index: 41,
    });
    const sql = openSqlite(join(original, 'ledger.db'), { readonly: true });
    const log = new SqliteLog(sql, TEST_ORIGIN);
    const report = await check(folder, { policy, secondCopy: (index) => log.entryBytes(index) });
    sql.close();
    expect(report.first?.pointer).toBe('/data/amount/amount');
  });

  function rewrite(db: Parameters<Parameters<typeof tamper>[1]>[0], position: number): Buffer {
    db.exec(EDIT_AMOUNT(position, '87.50'));
    const row = db
      .prepare<[number], { entry: Buffer }>('SELECT entry FROM event WHERE position = ?')
      .get(position)!;
    const leaf = Buffer.from(leafHash(row.entry));
    db.prepare('UPDATE event SET leaf = ? WHERE position = ?').run(leaf, position);
    return leaf;
  }
});

describe('an edited column', () => {
  it.each([
    ['type', `type = 'invoice.paid'`, '/type'],
    ['id', `id = zeroblob(16)`, '/id'],
    ['stream', `stream_no = 1, revision = 77`, '/stream'],
    ['store id', `store_id = zeroblob(16)`, undefined],
    ['size of its commit', `tree_size = 300`, undefined],
    ['leaf', `leaf = zeroblob(32)`, undefined],
  ])('is told apart from an edited event: %s', async (_, set, pointer) => {
    const report = await tampered((db) => db.exec(`UPDATE event SET ${set} WHERE position = 42`));
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'column-mismatch', index: 41 }),
    );
    expect(report.findings.every((f) => f.code === 'column-mismatch')).toBe(true);
    if (pointer !== undefined) expect(report.first?.pointer).toBe(pointer);
  });
});

describe('missing, moved and added events', () => {
  it('finds a tail that was cut off by the first missing index', async () => {
    const report = await tampered((db) => db.exec('DELETE FROM event WHERE position > 295'));
    expect(report.first).toMatchObject({ code: 'log-short', index: 295 });
  });

  it('does not start on a ledger whose tail was cut off', async () => {
    const folder = copy();
    tamper(folder, (db) => db.exec('DELETE FROM event WHERE position > 295'));
    await expect(openTestStore(folder)).rejects.toMatchObject({ code: 'store-corrupt' });
  });

  it('finds an event taken out of the middle', async () => {
    const report = await tampered((db) => db.exec('DELETE FROM event WHERE position = 42'));
    expect(report.first).toMatchObject({ code: 'stream-gap', index: 41 });
  });

  it('finds two rows that changed places', async () => {
    const report = await tampered((db) => {
      db.exec('UPDATE event SET position = 1000 WHERE position = 42');
      db.exec('UPDATE event SET position = 42 WHERE position = 43');
      db.exec('UPDATE event SET position = 43 WHERE position = 1000');
    });
    expect(report.first).toMatchObject({ index: 41 });
    expect(report.findings.map((f) => f.code)).toContain('leaf-mismatch');
  });

  it('finds an event added behind the last checkpoint', async () => {
    const report = await tampered((db) => {
      db.exec(`
        INSERT INTO event SELECT 301, stream_no, revision + 1, zeroblob(16), type, store_id, entry, leaf, 301
          FROM event WHERE position = 300`);
    });
    expect(report.first).toMatchObject({ code: 'store-extra', index: 300 });
  });
});

describe('checkpoints, tiles and schema', () => {
  it('finds checkpoints that were signed again with another key', async () => {
    const forger = testSigner(2);
    const report = await tampered((db) => {
      const rows = db
        .prepare<[], { size: number; root: Buffer }>('SELECT size, root FROM checkpoint')
        .all();
      const update = db.prepare('UPDATE checkpoint SET key_id = ?, signature = ? WHERE size = ?');
      for (const { size, root } of rows) {
        const body = Buffer.from(checkpointBody({ origin: TEST_ORIGIN, size, root }));
        update.run(forger.keyId, forger.sign(body), size);
      }
    });
    // By a key that no event of the log announced.
    expect(report.first?.code).toBe('key-handover');
    expect(report.findingCount).toBe(300);
    expect(report.findings).toHaveLength(100);
  });

  it('does not blame the entries for a root that was edited', async () => {
    const report = await tampered((db) =>
      db.exec('UPDATE checkpoint SET root = zeroblob(32) WHERE size = 100'),
    );
    expect(report.findings.map((f) => f.code)).toEqual(['checkpoint-signature']);
  });

  it('finds a tile, a tile root and a right edge that were edited', async () => {
    const flip = (column: string) =>
      `UPDATE tile SET ${column} = CAST(x'0000' || substr(${column}, 3) AS BLOB)`;
    const hashes = await tampered((db) => db.exec(flip('hashes')));
    expect(hashes.first).toMatchObject({ code: 'tile-mismatch', index: 0 });
    const root = await tampered((db) => db.exec(flip('root')));
    expect(root.first).toMatchObject({ code: 'tile-mismatch', range: [0, 255] });
    const edge = await tampered((db) =>
      db.exec('UPDATE right_edge SET hashes = zeroblob(length(hashes))'),
    );
    expect(edge.first?.code).toBe('tile-mismatch');
  });

  it('finds a trigger that was dropped, and checks the entries all the same', async () => {
    const folder = copy();
    tamper(folder, (db) => db.exec(EDIT_AMOUNT(42, '9190.00')));
    const db = new Database(join(folder, 'ledger.db'));
    db.exec('DROP TRIGGER event_no_update');
    db.close();
    const report = await check(folder, { policy });
    expect(report.findings.map((f) => f.code)).toEqual(['schema-changed', 'leaf-mismatch']);
    expect(report.first?.index).toBe(41);
  });

  it('finds that the whole ledger was put back to an older copy', async () => {
    const older = folderOf();
    await makeLedger(older, 20);
    const report = await check(older, { policy, lastSeen: keptCheckpoint(300) });
    expect(report.first).toMatchObject({ code: 'checkpoint-rollback', index: 21 });
  });

  it('finds a log written anew with the stolen key, but only by a checkpoint kept outside', async () => {
    const forged = folderOf();
    await makeLedger(forged, 30, '87.50');
    expect(exitCodeOf(await check(forged, { policy }))).toBe(0);
    const report = await check(forged, { policy, lastSeen: keptCheckpoint(25) });
    expect(report.first).toMatchObject({ code: 'checkpoint-inconsistent', range: [0, 24] });
    const honest = await check(copy(), { policy, lastSeen: keptCheckpoint(25) });
    expect(exitCodeOf(honest)).toBe(0);
  });

  function keptCheckpoint(size: number): string {
    const sql = openSqlite(join(original, 'ledger.db'), { readonly: true });
    const { note } = new SqliteLog(sql, TEST_ORIGIN).checkpointAt(size);
    sql.close();
    return note;
  }
});
