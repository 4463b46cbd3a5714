import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CommitNotice,
  openSqliteStore,
  type SqliteStore,
} from '../../../src/event-store/sqlite';
import { leafHash } from '../../../src/kernel/hash';
import { createReceipts, SqliteLog } from '../../../src/sealing';
import { privateKeyText } from '../../../src/sealing/signer';
import { compile, type Compiled } from '../../support/compile';
import { temporaryFolder } from '../../support/temporary-folder';
import { event, events, newStream } from '../event-store/build';

const ORIGIN = 'tieout.example/acme';
const newFolder = temporaryFolder();
let worker: Compiled;
let store: SqliteStore;

beforeAll(() => {
  worker = compile('src/writer.worker.ts');
});
afterAll(() => worker.remove());

async function open(keyName: string): Promise<SqliteStore> {
  const folder = newFolder();
  const keyFile = join(folder, 'log.key');
  writeFileSync(keyFile, privateKeyText(keyName, Buffer.alloc(32, 1)), { mode: 0o600 });
  return openSqliteStore({
    folder,
    ledger: 'main',
    mode: 'worker',
    workerFile: worker.file,
    workerData: { origin: ORIGIN, keyFile },
  });
}

it('the writer of production seals each commit, and its notice gives the proof', async () => {
  store = await open(ORIGIN);
  const notices: CommitNotice[] = [];
  const log = new SqliteLog(store.reader(), ORIGIN);
  const receipts = createReceipts({ origin: ORIGIN, reader: log });
  store.onCommit((notice) => {
    notices.push(notice);
    receipts.onCommit(notice);
  });
  await store.append(newStream(), 'no-stream', events(5));
  const one = event();
  await store.append(newStream(), 'no-stream', [one]);
  expect(notices.map(({ firstIndex, count }) => [firstIndex, count])).toEqual([
    [0, 5],
    [5, 1],
  ]);
  expect(log.size()).toBe(6);
  expect(Buffer.from(log.leaf(5))).toEqual(leafHash(one.entry));
  // What the notice gave must be what the log gives to one who reads it years later.
  const later = createReceipts({ origin: ORIGIN, reader: log });
  for (const index of [0, 4, 5]) expect(receipts.proofOf(index)).toEqual(later.proofOf(index));
  await store.close();
});

it('a key of another ledger is refused at the opening', async () => {
  await expect(open('tieout.example/other')).rejects.toMatchObject({ code: 'configuration' });
});
