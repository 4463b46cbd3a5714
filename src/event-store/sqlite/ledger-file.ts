import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TieoutError } from '../../kernel/errors';
import { type CommitParticipant, type CommitParticipantFactory } from './commit-participant';
import { checkLedgerFile, quickCheck, schemaDifferences } from './open-checks';
import { type OpenedSql, openSqlite } from './open-sqlite';
import { addMissing, presentAdditions, schemaWith } from './schema-additions';
import { APPLICATION_ID, FORMAT_VERSION, LEDGER_SCHEMA } from './schema';
import { type Sql } from './sql';

export interface LedgerFileOptions {
  readonly folder: string;
  readonly ledger: string;
  readonly participant?: CommitParticipantFactory | undefined;
}

/** The one writing connection of a ledger, checked, with its participant. */
export interface LedgerFile {
  readonly sql: OpenedSql;
  readonly participant: CommitParticipant;
  /** this opening's number; a higher one in the file means that another writer took over */
  readonly epoch: bigint;
}

export const ledgerPath = (folder: string): string => join(folder, 'ledger.db');

const ADD_META = `INSERT INTO meta (name, value) VALUES (:name, :value)`;
const ADD_STORE_ID = `INSERT INTO meta (name, value) VALUES ('store', lower(hex(randomblob(16))))`;
const READ_META = `SELECT value FROM meta WHERE name = :name`;
const HAS_TABLES = `SELECT 1 FROM sqlite_schema LIMIT 1`;
const NEXT_EPOCH = `SELECT coalesce(max(epoch), 0) + 1 AS epoch FROM writer`;
const TAKE_OVER = `INSERT INTO writer (epoch) VALUES (:epoch)`;

const NO_PARTICIPANT: CommitParticipant = {
  schema: '',
  open() {},
  beforeCommit: () => undefined,
  committed() {},
  rolledBack() {},
};

/**
 * Opens or makes `ledger.db` for writing. The caller holds the writer's lock.
 *
 * @throws TieoutError `store-corrupt` from a check, `configuration` when the file is another ledger's; the driver's errors
 */
export function openLedgerFile({
  folder,
  ledger,
  participant: make,
}: LedgerFileOptions): LedgerFile {
  const path = ledgerPath(folder);
  const unclean = hasFrames(path);
  const sql = openSqlite(path, { autocheckpoint: 0 });
  try {
    const participant = make?.() ?? NO_PARTICIPANT;
    const schema = LEDGER_SCHEMA + participant.schema;
    const additions = participant.additions ?? [];
    if (sql.get(HAS_TABLES) === undefined) create(sql, schema, ledger, folder);
    checkLedgerFile(sql, schemaWith(schema, presentAdditions(sql, additions)));
    if (unclean) quickCheck(sql);
    checkLedgerName(sql, ledger);
    addMissing(sql, additions);
    participant.open(sql);
    return { sql, participant, epoch: takeOver(sql) };
  } catch (error) {
    sql.close();
    throw error;
  }
}

/**
 * Objects of a ledger's file that are missing, changed or not ours, by name.
 *
 * @param participant DDL of what takes part in its commits; of its additions those that the file says it has
 */
export function ledgerSchemaDifferences(
  sql: Sql,
  participant: Pick<CommitParticipant, 'schema' | 'additions'>,
): string[] {
  const additions = presentAdditions(sql, participant.additions ?? []);
  return schemaDifferences(sql, schemaWith(LEDGER_SCHEMA + participant.schema, additions));
}

/** A WAL with frames: the last writer did not close. */
function hasFrames(path: string): boolean {
  const wal = `${path}-wal`;
  return existsSync(wal) && statSync(wal).size > 0;
}

function create(sql: Sql, schema: string, ledger: string, folder: string): void {
  // First the name of the file: what is in the file is durable only where the file is found. Without tables it is made
  // again, so a failure here is repeated at the next opening.
  syncFolder(folder);
  sql.transaction(() => {
    sql.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    sql.exec(`PRAGMA user_version = ${FORMAT_VERSION}`);
    sql.exec(schema);
    sql.run(ADD_META, { name: 'format', value: `${FORMAT_VERSION}` });
    sql.run(ADD_META, { name: 'ledger', value: ledger });
    sql.run(ADD_STORE_ID);
  });
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function checkLedgerName(sql: Sql, ledger: string): void {
  const found = sql.get<{ value: string }>(READ_META, { name: 'ledger' })?.value;
  if (found === ledger) return;
  throw new TieoutError(
    'configuration',
    `The folder holds the ledger ${String(found)}, not ${ledger}. Set the ledger's name or its data folder.`,
  );
}

function takeOver(sql: Sql): bigint {
  return sql.transaction(() => {
    const epoch = sql.get<{ epoch: bigint }>(NEXT_EPOCH)?.epoch ?? 1n;
    sql.run(TAKE_OVER, { epoch });
    return epoch;
  });
}
