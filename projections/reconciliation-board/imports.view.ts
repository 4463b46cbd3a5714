import { type MoneyJson } from '../../src/kernel/money';
import {
  type BatchDecided,
  type BatchReceived,
  type BatchWithdrawn,
} from '../../src/reconciliation/imports/batch.events';
import { type NormalisedStatement } from '../../src/reconciliation/imports/normalised-file';
import { keyOf } from '../../src/reconciliation/imports/read-statement-file';
import { type Control, type RejectedRow } from '../../src/reconciliation/sources/statement';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';
import { type LineView, statementLine } from './lines.view';

interface BatchRow {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly entity: string;
  readonly received_at: string;
  readonly received_by: string;
  readonly position: string;
  readonly log_index: bigint;
  readonly data: string;
  readonly accepted: string | null;
  readonly withdrawn: string | null;
}

export interface BatchView extends Omit<BatchReceived, 'statements'> {
  readonly id: string;
  readonly entity: string;
  readonly revision: number;
  readonly receivedAt: string;
  readonly receivedBy: string;
  readonly position: string;
  /** who accepted its failed controls, and why */
  readonly controlsAccepted?: BatchDecided;
  /** who withdrew it, and why: its lines are gone */
  readonly withdrawn?: BatchWithdrawn;
}

export type StatementView = NormalisedStatement & {
  readonly controls: NormalisedStatement['controls'] & {
    /** opening = closing of the statement before it, found by account and balance */
    readonly chain: Control & {
      readonly predecessor?: { readonly batch: string; readonly statement: number };
    };
  };
};

const SELECT_BATCHES = `
  SELECT id, stream, revision, entity, received_at, received_by, position, log_index, data, accepted, withdrawn
    FROM batch`;
const BY_ID = `WHERE id = :id`;
const NEWEST_FIRST = `ORDER BY log_index DESC LIMIT :limit`;

const FIND_BATCH_OF_FILE = `SELECT id FROM batch WHERE source = :source AND file_sha256 = :sha256 ORDER BY id LIMIT 1`;

const LIST_STATEMENTS = `SELECT ordinal, source, data FROM statement WHERE batch = :batch ORDER BY ordinal LIMIT 1000`;

/** The statement that closed where this one opens: the latest of them, not the one that arrived last. */
const FIND_PREDECESSOR = `
  SELECT p.batch, p.ordinal
    FROM statement s JOIN statement p ON p.source = s.source AND p.account = s.account
     AND p.closing_currency = s.opening_currency AND p.closing_minor = s.opening_minor
   WHERE s.batch = :batch AND s.ordinal = :ordinal AND NOT (p.batch = s.batch AND p.ordinal = s.ordinal)
     AND COALESCE(p.closing_date, '') <= COALESCE(s.closing_date, '9999')
   ORDER BY p.closing_date DESC, p.batch, p.ordinal
   LIMIT 1`;

const HAS_OTHERS = `
  SELECT 1 AS yes FROM statement
   WHERE source = :source AND account = :account AND closing_minor IS NOT NULL AND COALESCE(closing_date, '') < :before
   LIMIT 1`;

const COUNT_BATCHES = `SELECT count(*) AS n FROM batch`;

export interface BatchFilter {
  readonly source?: string | undefined;
  readonly entity?: string | undefined;
}

/** Batches, the newest first. */
export function listBatches(
  db: Snapshot,
  filter: BatchFilter,
  before: string | undefined,
  limit: number,
): Page<BatchView> {
  const conditions = conditionsOf(filter).add('log_index < :before', {
    before: before === undefined ? undefined : BigInt(before),
  });
  const sql = `${SELECT_BATCHES} ${conditions.where} ${NEWEST_FIRST}`;
  const rows = db.all<BatchRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (r) => [String(r.log_index)],
    item: batchView,
    position: db.position,
  });
}

export function countBatches(db: ReadDb, filter: BatchFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${COUNT_BATCHES} ${where}`, params)?.n ?? 0n);
}

const conditionsOf = ({ source, entity }: BatchFilter): Conditions =>
  new Conditions().add('source = :source', { source }).add('entity = :entity', { entity });

export function findBatch(db: ReadDb, id: string): BatchView | undefined {
  const row = db.get<BatchRow>(`${SELECT_BATCHES} ${BY_ID}`, { id });
  return row === undefined ? undefined : batchView(row);
}

/** The batch of a file that was imported for a source, under whatever entity. */
export const findBatchOfFile = (db: ReadDb, source: string, sha256: string): string | undefined =>
  db.get<{ id: string }>(FIND_BATCH_OF_FILE, { source, sha256 })?.id;

/** Statements of a batch with all four controls; the chain is judged by what is there now. */
export function statementsOf(db: ReadDb, batch: string): readonly StatementView[] {
  return db
    .all<{ ordinal: bigint; source: string; data: string }>(LIST_STATEMENTS, { batch })
    .map(({ ordinal, source, data }) => {
      const statement = JSON.parse(data) as NormalisedStatement;
      const chain = chainOf(db, { batch, ordinal, source, statement });
      return { ...statement, controls: { ...statement.controls, chain } };
    });
}

interface ChainPlace {
  readonly batch: string;
  readonly ordinal: bigint;
  readonly source: string;
  readonly statement: NormalisedStatement;
}

function chainOf(
  db: ReadDb,
  { batch, ordinal, source, statement }: ChainPlace,
): StatementView['controls']['chain'] {
  const { opening, account } = statement;
  if (opening === undefined)
    return { verdict: 'not-stated', detail: 'No opening balance is stated.' };
  const found = db.get<{ batch: string; ordinal: bigint }>(FIND_PREDECESSOR, { batch, ordinal });
  if (found !== undefined) {
    return {
      verdict: 'passed',
      predecessor: { batch: found.batch, statement: Number(found.ordinal) },
    };
  }
  const before = statement.closing?.date ?? opening.date ?? '';
  if (db.get(HAS_OTHERS, { source, account, before }) === undefined) {
    return { verdict: 'not-stated', detail: 'No earlier statement of this account is here.' };
  }
  return {
    verdict: 'failed',
    detail: `No statement of this account closed at ${moneyText(opening.amount)}: one is missing.`,
  };
}

const LIST_REJECTS = `
  SELECT ordinal, data FROM rejected_row WHERE batch = :batch AND ordinal > :after ORDER BY ordinal LIMIT :limit`;

export function listRejects(
  db: Snapshot,
  batch: string,
  after: string,
  limit: number,
): Page<RejectedRow> {
  const rows = db.all<{ ordinal: bigint; data: string }>(LIST_REJECTS, {
    batch,
    after: BigInt(after),
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (r) => [String(r.ordinal)],
    item: (r) => JSON.parse(r.data) as RejectedRow,
    position: db.position,
  });
}

const LIST_LINES = `
  SELECT b.ordinal AS place, b.is_new, l.id, l.entity, l.batch, l.account, l.status, l.book_date, l.value_date,
         l.amount_minor, l.currency, l.refs, l.text
    FROM batch_line b JOIN statement_line l ON l.id = b.line
   WHERE b.batch = :batch AND b.ordinal > :after
   ORDER BY b.ordinal
   LIMIT :limit`;

type LineRow = Parameters<typeof statementLine>[0] & {
  readonly place: bigint;
  readonly is_new: bigint;
};

export type BatchLineView = LineView & { readonly isNew: boolean };

export function listBatchLines(
  db: Snapshot,
  batch: string,
  after: string,
  limit: number,
): Page<BatchLineView> {
  const rows = db.all<LineRow>(LIST_LINES, { batch, after: BigInt(after), limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (r) => [String(r.place)],
    item: (r) => ({ ...statementLine(r), isNew: r.is_new === 1n }),
    position: db.position,
  });
}

function batchView(row: BatchRow): BatchView {
  const received = JSON.parse(row.data) as Omit<BatchReceived, 'statements'> & {
    statements?: unknown;
  };
  delete received.statements;
  return {
    id: row.id,
    entity: row.entity,
    revision: Number(row.revision),
    receivedAt: row.received_at,
    receivedBy: row.received_by,
    position: row.position,
    ...received,
    ...(row.accepted === null
      ? {}
      : { controlsAccepted: JSON.parse(row.accepted) as BatchDecided }),
    ...(row.withdrawn === null ? {} : { withdrawn: JSON.parse(row.withdrawn) as BatchWithdrawn }),
  };
}

const moneyText = ({ amount, currency }: MoneyJson) => `${currency} ${amount}`;

const COUNT_KNOWN_LINES = `SELECT count(*) AS n FROM statement_line WHERE id IN (SELECT value FROM json_each(:ids))`;

/** How many of these lines an import has brought already. */
export const countKnownLines = (db: ReadDb, ids: readonly string[]): number =>
  Number(db.get<{ n: bigint }>(COUNT_KNOWN_LINES, { ids: JSON.stringify(ids) })?.n ?? 0n);

const LIST_KNOWN_KEYS = `
  SELECT l.account, l.natural_key AS key, l.id
    FROM json_each(:keys) k
    JOIN statement_line l ON l.source = :source AND l.account = k.value ->> 'account' AND l.natural_key = k.value ->> 'key'
   WHERE l.status NOT IN ('withdrawn', 'pending', 'information')`;

/** Lines that are here under natural keys. */
export const knownLinesByKey = (
  db: ReadDb,
  source: string,
  keys: readonly { readonly account: string; readonly key: string }[],
): ReadonlyMap<string, string> =>
  new Map(
    db
      .all<{ account: string; key: string; id: string }>(LIST_KNOWN_KEYS, {
        source,
        keys: JSON.stringify(keys),
      })
      .map(({ account, key, id }) => [keyOf(account, key), id]),
  );

const FIND_STREAM = `SELECT stream FROM batch WHERE id = :id`;

export const batchStreamOf = (db: ReadDb, id: string): string | undefined =>
  db.get<{ stream: string }>(FIND_STREAM, { id })?.stream;

const COUNT_REJECTS = `SELECT count(*) AS n FROM rejected_row WHERE batch = :batch`;
const COUNT_LINES = `SELECT count(*) AS n FROM batch_line WHERE batch = :batch`;

export const countRejects = (db: ReadDb, batch: string): number =>
  Number(db.get<{ n: bigint }>(COUNT_REJECTS, { batch })?.n ?? 0n);

export const countBatchLines = (db: ReadDb, batch: string): number =>
  Number(db.get<{ n: bigint }>(COUNT_LINES, { batch })?.n ?? 0n);
