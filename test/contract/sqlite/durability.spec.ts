import { openSqlite, openSqliteStore, type SqliteStore } from '../../../src/event-store/sqlite';
import { compile, type Compiled } from '../../support/compile';
import { temporaryFolder } from '../../support/temporary-folder';

const newFolder = temporaryFolder();
let folder: string;
beforeEach(() => {
  folder = newFolder();
});
let worker: Compiled;
let store: SqliteStore;

beforeAll(() => {
  worker = compile('test/support/faulty-writer.worker.ts');
});
afterAll(() => worker.remove());
afterEach(() => store.close());

/** Without these an acknowledged event can vanish in a power cut, or be rewritten. */
const EXPECTED = {
  journal_mode: 'wal',
  synchronous: '2',
  fullfsync: '1',
  checkpoint_fullfsync: '1',
  foreign_keys: '1',
  recursive_triggers: '1',
  cell_size_check: '1',
  trusted_schema: '0',
  busy_timeout: '5000',
  wal_autocheckpoint: '0',
};

it.each(['inline', 'worker'] as const)(
  'the writing connection syncs each commit and keeps its rules, %s',
  async (mode) => {
    store = await openSqliteStore({
      folder,
      ledger: 'main',
      mode,
      workerFile: worker.file,
      workerData: { faults: new Int32Array(new SharedArrayBuffer(4)) },
    });
    expect(store.settings).toEqual(EXPECTED);
  },
);

it('the reading connection cannot write', async () => {
  store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline' });
  const reader = store.reader();
  expect(() => reader.run('INSERT INTO writer VALUES (2)')).toThrow(/readonly/);
});

it('other files of the service are as durable', async () => {
  store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline' });
  const other = openSqlite(`${folder}/other.db`, { schema: 'CREATE TABLE t (x TEXT) STRICT' });
  expect(other.get('PRAGMA synchronous')).toEqual({ synchronous: 2n });
  expect(other.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
  other.close();
});
