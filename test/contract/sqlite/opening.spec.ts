import Database from 'better-sqlite3';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type NewEvent } from '../../../src/event-store';
import { type CommitParticipant, openSqliteStore } from '../../../src/event-store/sqlite';
import { leafHash } from '../../../src/kernel/hash';
import { temporaryFolder } from '../../support/temporary-folder';
import { collect, event, events, newStream } from '../event-store/build';

const newFolder = temporaryFolder();
let folder: string;
beforeEach(() => {
  folder = newFolder();
});
const file = () => join(folder, 'ledger.db');
const open = (ledger = 'main', participant?: () => CommitParticipant) =>
  openSqliteStore({
    folder,
    ledger,
    mode: 'inline',
    ...(participant === undefined ? {} : { participant }),
  });

async function ledgerOf(...streams: readonly NewEvent[][]): Promise<void> {
  const store = await open();
  for (const list of streams) await store.append(newStream(), 'no-stream', list);
  await store.close();
}

/** Edits the file without its triggers, which are put back word for word. */
function edit(...statements: readonly (readonly [sql: string, ...params: unknown[]])[]): void {
  const db = new Database(file());
  db.pragma('foreign_keys = OFF');
  const triggers = db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
    )
    .all();
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  for (const [sql, ...params] of statements) db.prepare(sql).run(...params);
  for (const { sql } of triggers) db.exec(sql);
  db.close();
}

const corrupt = (message: RegExp) =>
  expect.objectContaining({ code: 'store-corrupt', message: expect.stringMatching(message) });

it('tells a disk that fails from another process that holds the ledger', async () => {
  mkdirSync(join(folder, 'writer.lock'));
  await expect(open()).rejects.toMatchObject({
    code: 'store-unavailable',
    members: { reason: 'connect' },
  });
});

it('closes to one file: the log is copied out of the WAL and the lock is free', async () => {
  await ledgerOf(events(3));
  expect(existsSync(`${file()}-wal`) ? statSync(`${file()}-wal`).size : 0).toBe(0);
  expect(readFileSync(join(folder, 'writer.txt'), 'utf8')).toContain(`pid ${process.pid}`);
});

it('numbers its writers, one for each opening', async () => {
  await ledgerOf(events(1));
  const store = await open();
  const writers = store.reader().all('SELECT epoch FROM writer ORDER BY epoch');
  expect(writers).toEqual([{ epoch: 1n }, { epoch: 2n }]);
  await store.close();
});

it('refuses appends once another writer took the file over', async () => {
  const store = await open();
  const db = new Database(file());
  db.exec('INSERT INTO writer SELECT max(epoch) + 1 FROM writer');
  db.close();
  await expect(store.append(newStream(), 'no-stream', [event()])).rejects.toMatchObject({
    code: 'store-unavailable',
    members: { reason: 'locked' },
  });
  await store.close();
});

it('refuses the file of another ledger', async () => {
  await ledgerOf(events(1));
  await expect(open('other')).rejects.toMatchObject({ code: 'configuration' });
  const store = await open();
  await store.close();
});

it('refuses a database that is not a ledger', async () => {
  new Database(file()).exec('CREATE TABLE t (x)').close();
  await expect(open()).rejects.toEqual(corrupt(/not a Tieout ledger/));
});

it('refuses a file that is no database', async () => {
  writeFileSync(file(), 'This is not a database. '.repeat(100));
  await expect(open()).rejects.toMatchObject({ code: 'store-corrupt' });
});

it('refuses a ledger of a newer format', async () => {
  await ledgerOf(events(1));
  const db = new Database(file());
  db.pragma('user_version = 2');
  db.close();
  await expect(open()).rejects.toEqual(corrupt(/format 2/));
});

it.each([
  ['a dropped trigger', 'DROP TRIGGER event_no_update', /event_no_update/],
  [
    'a trigger made harmless',
    `DROP TRIGGER event_no_delete;
     CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT 1; END`,
    /event_no_delete/,
  ],
  [
    'a trigger of somebody else',
    `CREATE TRIGGER spy AFTER INSERT ON event BEGIN SELECT 1; END`,
    /spy/,
  ],
  ['a table of somebody else', 'CREATE TABLE notes (x)', /notes/],
  ['a lost table', 'DROP TABLE meta', /meta/],
])('refuses a schema with %s', async (_, sql, message) => {
  await ledgerOf(events(1));
  new Database(file()).exec(sql).close();
  await expect(open()).rejects.toEqual(corrupt(message));
});

it('refuses a changed entry among the last events', async () => {
  await ledgerOf(events(3));
  edit([`UPDATE event SET entry = x'7b7d' WHERE position = 2`]);
  await expect(open()).rejects.toEqual(corrupt(/not the one that was sealed/));
});

it('refuses a removed event among the last ones', async () => {
  await ledgerOf(events(3), events(2));
  edit(['DELETE FROM event WHERE position = 4']);
  await expect(open()).rejects.toEqual(corrupt(/gap/));
});

it('refuses a log whose first events are gone', async () => {
  await ledgerOf(events(2), events(2));
  edit(['DELETE FROM event WHERE position <= 2']);
  await expect(open()).rejects.toEqual(corrupt(/begin at position 1|gap/));
});

it('refuses an event whose stream was exchanged', async () => {
  await ledgerOf(events(2), events(2));
  edit(['UPDATE event SET revision = 5 WHERE position = 4']);
  await expect(open()).rejects.toEqual(corrupt(/gap/));
});

it('leaves an edit with its fitting leaf to the chain and the signed root', async () => {
  await ledgerOf(events(3));
  const entry = Buffer.from('{}');
  edit(['UPDATE event SET entry = ?, leaf = ? WHERE position = 2', entry, leafHash(entry)]);
  const store = await open();
  expect(await collect(store.readAll())).toHaveLength(3);
  await store.close();
});

it('checks the whole file after an unclean stop', async () => {
  const store = await open();
  for (let i = 0; i < 30; i += 1) {
    await store.append(newStream(), 'no-stream', [event({ entry: Buffer.alloc(20_000, i) })]);
  }
  // A copy of the files of a running ledger is what a power cut leaves.
  const crashed = join(folder, 'crashed');
  mkdirSync(crashed);
  for (const end of ['', '-wal']) copyFileSync(file() + end, join(crashed, `ledger.db${end}`));
  await store.close();
  const again = await openSqliteStore({ folder: crashed, ledger: 'main', mode: 'inline' });
  expect(await collect(again.readAll())).toHaveLength(30);
  await again.close();

  truncateSync(join(crashed, 'ledger.db'), statSync(join(crashed, 'ledger.db')).size - 8_192);
  const damaged = openSqliteStore({ folder: crashed, ledger: 'main', mode: 'inline' });
  await expect(damaged).rejects.toMatchObject({ code: 'store-corrupt' });
});

it('gives a participant its tables, and refuses the ledger without it', async () => {
  const participant: CommitParticipant = {
    schema: 'CREATE TABLE seal (size INTEGER PRIMARY KEY) STRICT;',
    open: (sql) => expect(sql.all('SELECT size FROM seal')).toEqual([]),
    beforeCommit: () => undefined,
    committed: () => {},
    rolledBack: () => {},
  };
  const store = await open('main', () => participant);
  await store.close();
  await expect(open()).rejects.toEqual(corrupt(/seal/));
});
