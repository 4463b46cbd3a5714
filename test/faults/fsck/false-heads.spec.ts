import { join } from 'node:path';
import { openSqlite, type SqliteStore } from '../../../src/event-store/sqlite';
import { instantOf } from '../../../src/kernel/instant';
import {
  checkLogFolder,
  exportLog,
  foundingOf,
  HeadsKeeper,
  type HeadsState,
  HeadsWriter,
  SqliteLog,
} from '../../../src/sealing';
import {
  check,
  foundTestLedger,
  lastRecordedAt,
  openTestStore,
  TEST_ORIGIN,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();

/** A signed ledger in which commitments to heads say what `claim` makes of the truth. */
async function ledgerWith(...claims: readonly ((truth: HeadsState) => HeadsState)[]) {
  const folder = folderOf();
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  const writer = new TestWriter(store);
  for (const claim of claims) {
    for (let i = 0; i < 20; i += 1) await writer.append(`INV-${i}`);
    const size = sizeOf(store);
    const { state } = new HeadsKeeper(store.reader(), undefined).at(size);
    const clock = { now: () => instantOf(lastRecordedAt(store)) };
    const heads = new HeadsWriter({ origin: TEST_ORIGIN, store, sql: store.reader(), clock });
    await heads.append(claim(state));
  }
  await store.close();
  return folder;
}

const sizeOf = (store: SqliteStore): number => new SqliteLog(store.reader(), TEST_ORIGIN).size();
const truly = (truth: HeadsState): HeadsState => truth;

async function exported(ledger: string): Promise<string> {
  const folder = join(folderOf(), 'log');
  const sql = openSqlite(join(ledger, 'ledger.db'), { readonly: true });
  const log = new SqliteLog(sql, foundingOf(sql).origin);
  await exportLog({ log, folder, keys: 'quorum none\n' });
  sql.close();
  return folder;
}

describe('commitments to the heads of all streams', () => {
  it('are compared with a map of the entries', async () => {
    const ledger = await ledgerWith(truly, truly, truly);
    expect(await check(ledger)).toMatchObject({ findingCount: 0, checked: { heads: 3 } });
    const log = await exported(ledger);
    const report = await checkLogFolder(log);
    expect(report).toMatchObject({ findingCount: 0, checked: { heads: 3 } });
  });

  it.each([
    ['another root', (t: HeadsState) => ({ ...t, root: Buffer.alloc(32, 7) })],
    ['a stream too few', (t: HeadsState) => ({ ...t, streams: t.streams - 1 })],
    ['another depth', (t: HeadsState) => ({ ...t, bits: t.bits + 1 })],
    ['a size to come', (t: HeadsState) => ({ ...t, size: t.size + 1 })],
    ['a size that has gone by', (t: HeadsState) => ({ ...t, size: 3 })],
  ])('are a finding with %s, although the ledger is signed', async (_, claim) => {
    const ledger = await ledgerWith(truly, claim, truly);
    const report = await check(ledger);
    expect(report).toMatchObject({
      result: 'failed',
      findingCount: 1,
      first: { code: 'heads-mismatch', stream: 'ledger-_.heads', revision: 1, index: 42 },
    });
    const log = await exported(ledger);
    expect((await checkLogFolder(log)).first).toMatchObject({
      ...{ code: 'heads-mismatch', index: 42 },
    });
  });
});
