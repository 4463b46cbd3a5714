import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteStore } from '../../../src/event-store/sqlite';
import { temporaryFolder } from '../../support/temporary-folder';
import { events, newStream } from '../event-store/build';

const newFolder = temporaryFolder();
let folder: string;
beforeEach(() => {
  folder = newFolder();
});
let db: Database.Database;

/** A stored event's columns, with what the attack replaces. */
const FROM_FIRST = (changes: Readonly<Record<string, string>>) => {
  const columns = [
    'position',
    'stream_no',
    'revision',
    'id',
    'type',
    'store_id',
    'entry',
    'leaf',
    'tree_size',
  ];
  return `${columns.map((c) => changes[c] ?? c).join(', ')} FROM event WHERE position = 1`;
};
const NEXT = { position: '4', revision: '3', id: 'randomblob(16)' };
const insert = (verb: string, changes: Readonly<Record<string, string>>, rest = '') =>
  `${verb} INTO event SELECT ${FROM_FIRST(changes)} ${rest}`;

const ATTACKS: readonly (readonly [title: string, sql: string])[] = [
  ['update of an entry', `UPDATE event SET entry = x'00'`],
  ['update of nothing', `UPDATE event SET entry = entry WHERE position = 1`],
  ['update or replace', `UPDATE OR REPLACE event SET position = 2 WHERE position = 1`],
  ['delete of one', `DELETE FROM event WHERE position = 3`],
  ['delete of all', `DELETE FROM event`],
  ['replace by position', insert('INSERT OR REPLACE', { ...NEXT, position: '2' })],
  ['replace by revision', insert('INSERT OR REPLACE', { ...NEXT, revision: '2' })],
  ['replace by id', insert('INSERT OR REPLACE', { ...NEXT, id: 'id' })],
  ['REPLACE INTO', insert('REPLACE', { ...NEXT, position: '1', revision: '0', id: 'id' })],
  ['insert or ignore over a position', insert('INSERT OR IGNORE', { ...NEXT, position: '2' })],
  ['insert or ignore over an id', insert('INSERT OR IGNORE', { ...NEXT, id: 'id' })],
  ['insert or fail over a revision', insert('INSERT OR FAIL', { ...NEXT, revision: '2' })],
  [
    'upsert by position',
    insert(
      'INSERT',
      { ...NEXT, position: '2' },
      `ON CONFLICT (position) DO UPDATE SET type = 'x.y'`,
    ),
  ],
  [
    'upsert by id',
    insert('INSERT', { ...NEXT, id: 'id' }, `ON CONFLICT (id) DO UPDATE SET type = 'x.y'`),
  ],
  ['upsert that does nothing', insert('INSERT', { ...NEXT, id: 'id' }, 'ON CONFLICT DO NOTHING')],
  ['gap in position', insert('INSERT', { ...NEXT, position: '5' })],
  ['gap in revision', insert('INSERT', { ...NEXT, revision: '4' })],
  ['position NULL', insert('INSERT', { ...NEXT, position: 'NULL' })],
  ['position before the first', insert('INSERT', { ...NEXT, position: '0' })],
  ['revision NULL', insert('INSERT', { ...NEXT, revision: 'NULL' })],
  ['event of no stream', insert('INSERT', { ...NEXT, stream_no: '99', revision: '0' })],
  ['update of a stream', `UPDATE stream SET name = 'invoice-E.other'`],
  ['delete of a stream', `DELETE FROM stream WHERE no = 2`],
  ['replace of a stream by number', `INSERT OR REPLACE INTO stream VALUES (1, 'invoice-E.other')`],
  [
    'replace of a stream by name',
    `INSERT OR REPLACE INTO stream SELECT 3, name FROM stream WHERE no = 1`,
  ],
  [
    'stream upsert',
    `INSERT INTO stream SELECT 3, name FROM stream WHERE no = 1 ON CONFLICT (name) DO UPDATE SET no = 9`,
  ],
  ['stream without a number', `INSERT INTO stream (name) VALUES ('invoice-E.other')`],
  ['gap in stream numbers', `INSERT INTO stream VALUES (4, 'invoice-E.other')`],
  ['update of meta', `UPDATE meta SET value = 'other' WHERE name = 'ledger'`],
  ['delete of meta', `DELETE FROM meta`],
  ['replace of meta', `INSERT OR REPLACE INTO meta VALUES ('ledger', 'other')`],
  ['meta or ignore', `INSERT OR IGNORE INTO meta VALUES ('ledger', 'other')`],
  [
    'meta upsert',
    `INSERT INTO meta VALUES ('ledger', 'other') ON CONFLICT (name) DO UPDATE SET value = 'other'`,
  ],
  ['update of a writer', `UPDATE writer SET epoch = 9`],
  ['delete of a writer', `DELETE FROM writer`],
  ['replace of a writer', `INSERT OR REPLACE INTO writer VALUES (1)`],
  ['gap in writers', `INSERT INTO writer VALUES (7)`],
];

beforeEach(async () => {
  const store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline' });
  await store.append(newStream(), 'no-stream', events(3));
  await store.close();
  db = new Database(join(folder, 'ledger.db'));
  db.exec(`INSERT INTO stream VALUES (2, 'invoice-E.without-events')`);
});
afterEach(() => db.close());

const TABLES = ['meta', 'writer', 'stream', 'event'] as const;

function digests(): Record<string, string> {
  const rowsOf = (table: string) =>
    db.prepare(`SELECT rowid, * FROM ${table} ORDER BY rowid`).raw().all();
  return Object.fromEntries(
    TABLES.map((table) => {
      const hash = createHash('sha256');
      for (const row of rowsOf(table)) {
        for (const value of row as unknown[]) {
          hash.update(Buffer.isBuffer(value) ? value : `${typeof value} ${String(value)}\n`);
        }
      }
      return [table, hash.digest('hex')];
    }),
  );
}

describe.each(['ON', 'OFF'])('with recursive_triggers %s', (setting) => {
  it.each(ATTACKS)('refuses the %s', (_, sql) => {
    db.pragma(`recursive_triggers = ${setting}`);
    const before = digests();
    expect(() => db.exec(sql)).toThrow(/append-only|not next|FOREIGN KEY|NOT NULL/);
    expect(digests()).toEqual(before);
  });

  it('takes the event that is next, so that the refusals mean something', () => {
    db.pragma(`recursive_triggers = ${setting}`);
    expect(db.prepare(insert('INSERT', NEXT)).run().changes).toBe(1);
  });
});
