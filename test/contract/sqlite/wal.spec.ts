import { statSync } from 'node:fs';
import { openSqliteStore } from '../../../src/event-store/sqlite';
import { temporaryFolder } from '../../support/temporary-folder';
import { event, newStream } from '../event-store/build';

const MIB = 1024 * 1024;
const newFolder = temporaryFolder();

/** 14 entries of 65,000 bytes are almost the largest append. */
const large = () => Array.from({ length: 14 }, (_, i) => event({ entry: Buffer.alloc(65_000, i) }));

it('copies the log of SQLite into the file before it grows past 64 MiB', async () => {
  const store = await openSqliteStore({ folder: newFolder(), ledger: 'main', mode: 'inline' });
  for (let i = 0; i < 110; i += 1) await store.append(newStream(), 'no-stream', large());
  const { size } = statSync(`${store.path}-wal`);
  expect(size).toBeGreaterThan(40 * MIB);
  expect(size).toBeLessThan(72 * MIB);
  await store.close();
  expect(statSync(store.path).size).toBeGreaterThan(95 * MIB);
}, 60_000);

it('copies on while a reader holds an old state', async () => {
  const store = await openSqliteStore({ folder: newFolder(), ledger: 'main', mode: 'inline' });
  await store.append(newStream(), 'no-stream', large());
  const reader = store.reader();
  reader.exec('BEGIN');
  reader.get('SELECT count(*) FROM event');
  for (let i = 0; i < 80; i += 1) await store.append(newStream(), 'no-stream', large());
  reader.exec('COMMIT');
  for (let i = 0; i < 80; i += 1) await store.append(newStream(), 'no-stream', large());
  expect(reader.get('SELECT count(*) AS n FROM event')).toEqual({ n: 161n * 14n });
  expect(statSync(store.path).size).toBeGreaterThan(60 * MIB);
  await store.close();
}, 60_000);
