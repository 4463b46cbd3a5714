import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile, toServer } from '../../../src/cli/migrate';
import { loadConfig } from '../../../src/config';
import { openSqliteReader } from '../../../src/event-store/sqlite';
import { SqliteLog } from '../../../src/sealing';
import { type StandInServer } from '../../support/kurrentdb';
import { KurrentNodes } from '../../support/kurrent-nodes';
import {
  check,
  foundTestLedger,
  makeLedger,
  openTestStore,
  TEST_ORIGIN,
  TestWriter,
} from '../../support/sealed-ledger';

const EVENTS = 40;
let nodes: KurrentNodes;
let dataDir: string;
beforeEach(async () => {
  nodes = await KurrentNodes.start();
  dataDir = mkdtempSync(join(tmpdir(), 'tieout-move-'));
});
afterEach(async () => {
  await nodes.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const config = (server: StandInServer, folder = dataDir) =>
  loadConfig({
    TIEOUT_DATA_DIR: folder,
    TIEOUT_ORIGIN: TEST_ORIGIN,
    TIEOUT_KURRENTDB_URL: server.url,
  });
const folderOf = (data: string) => join(data, 'ledgers', 'main');
const said: string[] = [];
const output = {
  json: true,
  out: (text: string) => void said.push(text),
  note: () => undefined,
} as unknown as Parameters<typeof toServer>[1];

/** Every entry, and the first receipt's proof of each. */
function everything(folder: string) {
  const reader = openSqliteReader(folder);
  const log = new SqliteLog(reader.sql, TEST_ORIGIN);
  const all = Array.from({ length: log.size() }, (_, index) => {
    const checkpoint = log.firstCheckpointOf(index);
    return {
      entry: Buffer.from(log.entryBytes(index)).toString('utf8'),
      note: checkpoint.note,
      hashes: log.inclusionProof(index, checkpoint.size),
    };
  });
  reader.close();
  return all;
}

it('to a server and back keeps every entry, checkpoint and proof', async () => {
  await makeLedger(folderOf(dataDir), EVENTS);
  const before = everything(folderOf(dataDir));
  await toServer(config(nodes.server), output);
  expect(JSON.parse(said.at(-1)!)).toEqual({ events: EVENTS + 1, checkpoints: EVENTS + 1 });

  const fresh = mkdtempSync(join(tmpdir(), 'tieout-moved-'));
  await toFile(config(nodes.server, fresh), output);
  expect(JSON.parse(said.at(-1)!)).toEqual({ events: EVENTS + 1 });
  expect(everything(folderOf(fresh))).toEqual(before);
  expect(await check(folderOf(fresh))).toMatchObject({ size: EVENTS + 1, findings: [] });

  const embedded = await openTestStore(folderOf(fresh));
  const writer = new TestWriter(embedded);
  await writer.append('AFTER');
  await embedded.close();
  rmSync(fresh, { recursive: true, force: true });
});

it('the data folder goes on as the log folder of a node', async () => {
  await makeLedger(folderOf(dataDir), EVENTS);
  await toServer(config(nodes.server), output);
  const { store } = await nodes.open({ folder: folderOf(dataDir) });
  await new TestWriter(store).append('AFTER');
  expect(new SqliteLog(store.reader(), TEST_ORIGIN).size()).toBe(EVENTS + 2);
});

it('is done again without harm where it was interrupted', async () => {
  await makeLedger(folderOf(dataDir), EVENTS);
  await toServer(config(nodes.server), output);
  const count = nodes.server.log.records.length;
  nodes.server.log.restore(Math.floor(count / 2));
  await toServer(config(nodes.server), output);
  expect(nodes.server.log.records).toHaveLength(count);
});

it('does not mix two ledgers', async () => {
  const { store } = await nodes.open();
  await foundTestLedger(store);
  await new TestWriter(store).append('INV-0', 2);
  await makeLedger(folderOf(dataDir), EVENTS, '7.00');
  await expect(toServer(config(nodes.server), output)).rejects.toMatchObject({
    code: 'store-corrupt',
  });
});

it('says that there is nothing to move', async () => {
  await expect(toServer(config(nodes.server), output)).rejects.toThrow(/no ledger/);
});
