import { openSqlite, schemaDifferences, type Sql } from '../event-store/sqlite';
import { isInstant } from '../kernel/instant';
import { type Finding } from '../sealing';
import { keyId } from './envelope';
import { GROWTH, SCHEMA } from './schema';
import { openSideRows } from './side-rows';

const DAMAGES = `PRAGMA integrity_check(20)`;
const KEKS = `
  SELECT count(*) AS keys, coalesce(sum(kek_id <> :kekId), 0) AS others FROM subject_key`;
const TIMES = `SELECT DISTINCT stored_at AS storedAt FROM personal_value`;
const EVENT_IDS = `SELECT DISTINCT event_id AS id FROM personal_value`;

/** What a finding calls the file of the key-encryption key, wherever it lies. */
export const KEK = 'kek';

/**
 * What can be told of `privacy.db` alone: its pages, indexes and schema, and that every row opens under its key. Values are
 * compared with the log by `PrivacyCheck`.
 *
 * @param kek undefined when it is not at hand: rows are then not opened
 * @throws the driver's error when a page cannot be read
 */
export function* checkSideFile(path: string, kek: Uint8Array | undefined): Generator<Finding> {
  const sql = openSqlite(path, { readonly: true });
  try {
    for (const detail of damagesOf(sql)) yield damage(detail);
    for (const name of schemaDifferences(sql, SCHEMA + GROWTH)) {
      const detail = `${name} is missing, changed or not ours in the schema.`;
      yield { code: 'schema-changed', file: 'privacy.db', detail };
    }
    for (const { storedAt } of sql.all<{ storedAt: string }>(TIMES)) {
      if (!isInstant(storedAt)) yield damage('A time of storing is no time.');
    }
    if (kek !== undefined) yield* checkRows(sql, path, kek);
  } finally {
    sql.close();
  }
}

function* checkRows(sql: Sql, path: string, kek: Uint8Array): Generator<Finding> {
  const { keys = 0n, others = 0n } =
    sql.get<{ keys: bigint; others: bigint }>(KEKS, { kekId: keyId(kek) }) ?? {};
  if (keys > 0n && keys === others) {
    yield {
      ...damage('It is not the key that the keys of subjects were wrapped with.'),
      file: KEK,
    };
    return;
  }
  if (others > 0n) yield damage(`${others} keys of subjects name another KEK than the rest.`);
  const rows = openSideRows(path, kek);
  try {
    for (const { id } of sql.all<{ id: string }>(EVENT_IDS)) {
      for (const { path: pointer, content } of rows.rowsOf(id)) {
        if (content !== 'damaged') continue;
        const detail = `A value of event ${id} does not open under its key.`;
        yield { code: 'opening-mismatch', file: 'privacy.db', pointer, detail };
      }
    }
  } finally {
    rows.close();
  }
}

const damagesOf = (sql: Sql): string[] =>
  sql
    .all<{ integrity_check: string }>(DAMAGES)
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok');

const damage = (detail: string): Finding => ({ code: 'store-damaged', file: 'privacy.db', detail });
