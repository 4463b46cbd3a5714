import { join } from 'node:path';
import Database from 'better-sqlite3';

import { encodeForStore, type Entry } from '../../src/kernel/entry';
import { hex, leafHash } from '../../src/kernel/hash';
import { sourceEventId } from '../../src/kernel/ids';
import { instantOf } from '../../src/kernel/instant';
import { openSqliteStore, type SqliteStore } from '../../src/event-store/sqlite';
import { type CheckReport } from '../../src/sealing/check-report';
import {
  checkStoreFolder,
  createSealer,
  foundLedger,
  type Signer,
  signerOf,
  SqliteLog,
  type StoreCheckOptions,
} from '../../src/sealing';

export const TEST_ORIGIN = 'tieout.example/acme';
const STARTED = Date.UTC(2026, 0, 5, 8);

/** The key of ledgers in tests. */
export const testSigner = (fill = 1): Signer => signerOf(TEST_ORIGIN, Buffer.alloc(32, fill));

export function openTestStore(folder: string, signer = testSigner()): Promise<SqliteStore> {
  return openSqliteStore({
    folder,
    ledger: 'main',
    mode: 'inline',
    participant: () => createSealer({ signer }),
  });
}

/** Founds a ledger on a store that `openTestStore` opened. */
export async function foundTestLedger(store: SqliteStore, signer = testSigner()): Promise<void> {
  const recoveryVkey = signerOf(`${TEST_ORIGIN}/recovery`, Buffer.alloc(32, 99)).vkey;
  const at = instantOf(STARTED);
  await foundLedger(store, { origin: TEST_ORIGIN, vkey: signer.vkey, recoveryVkey, at });
}

/** Appends invoices' events and knows what each stream ends with. */
export class TestWriter {
  private readonly ends = new Map<string, { revision: number; leaf: string }>();
  /** of the event before; nothing may be recorded earlier */
  private at: number | undefined;

  constructor(
    private readonly store: SqliteStore,
    private readonly amount = '1190.00',
  ) {}

  /** One commit with `count` events of one invoice. */
  async append(invoice: string, count = 1): Promise<void> {
    const stream = `invoice-E_DE.${invoice}`;
    this.at ??= lastRecordedAt(this.store);
    const end = this.ends.get(stream);
    const events = Array.from({ length: count }, () => encodeForStore(this.entry(stream)));
    const expected = end === undefined ? 'no-stream' : BigInt(end.revision);
    await this.store.append(stream, expected, events);
  }

  private entry(stream: string): Entry {
    const end = this.ends.get(stream);
    const revision = (end?.revision ?? -1) + 1;
    const callerId = `${stream}/${revision}`;
    this.at = (this.at ?? STARTED) + 1_000;
    const at = instantOf(this.at);
    const entry: Entry = {
      v: 1,
      stream,
      revision,
      id: sourceEventId(TEST_ORIGIN, 'ap-hub', callerId),
      type: 'invoice.received',
      contract: 1,
      occurredAt: at,
      recordedAt: at,
      actor: { id: 'per-9b52d3aa0c11', kind: 'person' },
      source: { system: 'ap-hub', id: callerId },
      data: {
        amount: { amount: this.amount, currency: 'EUR' },
        transition: { action: 'received', to: 'received' },
      },
      ...(end === undefined ? {} : { prev: end.leaf }),
    };
    this.ends.set(stream, { revision, leaf: hex(leafHash(encodeForStore(entry).entry)) });
    return entry;
  }
}

/** Milliseconds since 1970. */
export function lastRecordedAt(store: SqliteStore): number {
  const log = new SqliteLog(store.reader(), TEST_ORIGIN);
  const size = log.size();
  if (size === 0) return STARTED;
  const last = JSON.parse(Buffer.from(log.entryBytes(size - 1)).toString('utf8')) as Entry;
  return Date.parse(last.recordedAt);
}

/** A closed ledger of `events` events besides its founding: three invoices in turn, one event a commit. */
export async function makeLedger(folder: string, events: number, amount?: string): Promise<void> {
  const store = await openTestStore(folder);
  await foundTestLedger(store);
  const writer = new TestWriter(store, amount);
  const appends = Array.from({ length: events }, (_, i) => i);
  for (const i of appends) await writer.append(`INV-${i % 3}`);
  await store.close();
}

/** Changes a ledger's file as somebody would who holds it: triggers dropped for the edit, and put back. */
export function tamper(folder: string, edit: (db: Database.Database) => void): void {
  const db = new Database(join(folder, 'ledger.db'));
  try {
    const triggers = db
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
      )
      .all();
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    edit(db);
    for (const { sql } of triggers) db.exec(sql);
  } finally {
    db.close();
  }
}

export const check = (
  folder: string,
  options: Omit<StoreCheckOptions, 'folder'> = {},
): Promise<CheckReport> => checkStoreFolder(folder, options);
