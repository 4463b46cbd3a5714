import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqlite, openSqliteStore, type SqliteStore } from '../../../src/event-store/sqlite';
import { KeyHistory } from '../../../src/sealing/key-history';
import { readKeyEntries } from '../../../src/sealing/key-entries';
import { readNote } from '../../../src/sealing/note';
import { checkpointBody, readCheckpoint } from '../../../src/sealing/checkpoint';
import {
  createReceipts,
  createSealer,
  type Signer,
  signerOf,
  SqliteLog,
} from '../../../src/sealing';
import { TieoutError } from '../../../src/kernel/errors';
import { appendKeyEvent, keyAdded } from '../../support/key-events';
import {
  foundTestLedger,
  makeLedger,
  openTestStore,
  tamper,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();
const [first, second] = [testSigner(1), testSigner(2)];
const recovery = signerOf(`${TEST_ORIGIN}/recovery`, Buffer.alloc(32, 99));

/** A store whose key folder holds those keys. */
function openWith(folder: string, ...keys: readonly Signer[]): Promise<SqliteStore> {
  const find = (vkey: string): Signer => {
    const signer = keys.find((key) => key.vkey === vkey);
    if (signer === undefined) throw new TieoutError('configuration', `no file of ${vkey}`);
    return signer;
  };
  const participant = () => createSealer({ signer: keys[0]!, signerOf: find });
  return openSqliteStore({ folder, ledger: 'main', mode: 'inline', participant });
}

const logOf = (store: SqliteStore) => new SqliteLog(store.reader(), TEST_ORIGIN);

const lineIds = (note: string): string[] => readNote(note).lines.map(({ keyId }) => keyId);
const idOf = (signer: Signer): string => Buffer.from(signer.keyId).toString('hex');

/** Every kept checkpoint carries the lines that the log's own key events ask for. */
function findingsOf(store: SqliteStore): string[] {
  const log = logOf(store);
  const history = KeyHistory.of(readKeyEntries(store.reader()));
  const rows = store.reader().all<{ size: bigint }>('SELECT size FROM checkpoint');
  expect(rows.length).toBeGreaterThan(2);
  return rows.flatMap(({ size }) => {
    const { root, note } = log.checkpointAt(Number(size));
    const body = Buffer.from(checkpointBody({ origin: TEST_ORIGIN, size: Number(size), root }));
    const { lines } = readNote(note);
    return history
      .check({ size: Number(size), body, lines, isKept: true })
      .findings.map(({ code }) => code);
  });
}

describe('a key that takes over', () => {
  it('signs beside the old one from the commit of its announcement to that of the retirement', async () => {
    const folder = folderOf();
    const store = await openWith(folder, first, second);
    await foundTestLedger(store, first);
    const receipts = createReceipts({ origin: TEST_ORIGIN, reader: logOf(store) });
    const released: string[] = [];
    store.onCommit((notice) => {
      receipts.onCommit(notice);
      released.push(receipts.proofOf(notice.firstIndex).checkpoint.note);
    });
    const writer = new TestWriter(store);
    await writer.append('INV-1', 2);
    await appendKeyEvent(store, 'ledger.key-added', keyAdded(first, second));
    await writer.append('INV-2', 3);
    await appendKeyEvent(store, 'ledger.key-retired', { vkey: first.vkey, reason: 'rotation' });
    await writer.append('INV-3');
    expect(released.map(lineIds)).toEqual([
      [idOf(first)],
      [idOf(first), idOf(second)],
      [idOf(first), idOf(second)],
      [idOf(second)],
      [idOf(second)],
    ]);
    // What was released at the commit is what is read back.
    const log = logOf(store);
    expect(released).toEqual(
      released.map((note) => log.checkpointAt(readCheckpoint(note).size).note),
    );
    expect(findingsOf(store)).toEqual([]);
    await store.close();

    const again = await openWith(folder, second);
    await new TestWriter(again).append('INV-4');
    expect(lineIds(logOf(again).checkpoint().note)).toEqual([idOf(second)]);
    await again.close();
    await expect(openWith(folder, first)).rejects.toMatchObject({ code: 'configuration' });
  });

  it('takes over alone when the recovery key speaks for it', async () => {
    const folder = folderOf();
    const founded = await openWith(folder, first);
    await foundTestLedger(founded, first);
    await new TestWriter(founded).append('INV-1');
    await founded.close();

    await expect(openWith(folder, second)).rejects.toMatchObject({ code: 'configuration' });
    const store = await openWith(folder, first, second);
    await appendKeyEvent(store, 'ledger.key-added', keyAdded(first, second, recovery));
    await appendKeyEvent(store, 'ledger.key-compromised', {
      vkey: first.vkey,
      trustedSize: 2,
      reason: 'lost',
    });
    expect(lineIds(logOf(store).checkpoint().note)).toEqual([idOf(second)]);
    expect(findingsOf(store)).toEqual([]);
    await store.close();
    await (await openWith(folder, second)).close();
  });

  it.each([
    ['without its file', keyAdded(first, testSigner(3))],
    [
      'that did not sign',
      { ...keyAdded(first, second), signature: keyAdded(first, testSigner(3))['signature']! },
    ],
    ['over a key that is not there', keyAdded(testSigner(3), second)],
  ])('is refused %s, and the ledger goes on', async (_what, data) => {
    const store = await openWith(folderOf(), first, second);
    await foundTestLedger(store, first);
    await expect(appendKeyEvent(store, 'ledger.key-added', data)).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    await new TestWriter(store).append('INV-1');
    expect(logOf(store).size()).toBe(2);
    expect(lineIds(logOf(store).checkpoint().note)).toEqual([idOf(first)]);
    await store.close();
  });
});

describe('the lines of an overlap', () => {
  async function overlapping(): Promise<string> {
    const folder = folderOf();
    const store = await openWith(folder, first, second);
    await foundTestLedger(store, first);
    await appendKeyEvent(store, 'ledger.key-added', keyAdded(first, second));
    await store.close();
    return folder;
  }

  it.each([
    ['gone', 'DELETE FROM checkpoint_line', 'key-handover'],
    ['changed', 'UPDATE checkpoint_line SET signature = zeroblob(64)', 'checkpoint-signature'],
  ])('are missed when the last one is %s', async (_what, edit, finding) => {
    const folder = await overlapping();
    tamper(folder, (db) => db.exec(edit));
    await expect(openWith(folder, first, second)).rejects.toMatchObject({
      code: 'store-corrupt',
      members: { finding },
    });
  });

  it('have a table that a ledger of the earlier version gets, and that may not go again', async () => {
    const folder = folderOf();
    await makeLedger(folder, 3);
    tamper(folder, (db) => db.exec(`DELETE FROM meta WHERE name = 'addition/checkpoint-line'`));
    const drop = (path: string) => {
      const db = new Database(path);
      db.exec('DROP TABLE checkpoint_line');
      db.close();
    };
    const file = join(folder, 'ledger.db');
    drop(file);
    // A reader of the file as it was finds its checkpoints.
    const old = openSqlite(file, { readonly: true });
    expect(new SqliteLog(old, TEST_ORIGIN).checkpoint().size).toBe(4);
    old.close();

    const upgraded = await openTestStore(folder);
    await new TestWriter(upgraded).append('NEW-1');
    await upgraded.close();
    const copy = folderOf();
    copyFileSync(file, join(copy, 'ledger.db'));
    drop(join(copy, 'ledger.db'));
    await expect(openTestStore(copy)).rejects.toMatchObject({
      code: 'store-corrupt',
      message: expect.stringContaining('schema was changed') as string,
    });
    await (await openTestStore(folder)).close();
  });
});
