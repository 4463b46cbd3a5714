import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../../src/event-store/sqlite';
import { exportLog, foundingOf, policyText, SqliteLog } from '../../src/sealing';
import { foundTestLedger, openTestStore, TestWriter } from './sealed-ledger';

/** A closed ledger with `commits` commits of `each` events besides its founding, over twenty invoices. */
export async function makeWideLedger(folder: string, commits: number, each: number): Promise<void> {
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  const writer = new TestWriter(store);
  for (let i = 0; i < commits; i += 1) await writer.append(`INV-${i % 20}`, each);
  await store.close();
}

/** Exports the log of a ledger's folder. */
export async function exportTestLog(ledger: string, folder: string): Promise<void> {
  const sql = openSqlite(join(ledger, 'ledger.db'), { readonly: true });
  try {
    const { origin, vkey } = foundingOf(sql);
    await exportLog({ log: new SqliteLog(sql, origin), folder, keys: policyText(vkey) });
  } finally {
    sql.close();
  }
}

/** Paths of all files below a folder, relative to it, in order. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
