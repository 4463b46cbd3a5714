import { type PeriodState } from '../../src/reconciliation/close/period-state.policy';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';

export interface PeriodRow {
  readonly entity: string;
  readonly period: string;
  readonly revision: number;
  readonly from: string;
  readonly to: string;
  readonly state: PeriodState;
}

interface StoredRow {
  readonly entity: string;
  readonly period: string;
  readonly revision: bigint;
  readonly from_day: string;
  readonly to_day: string;
  readonly state: string;
}

const SELECT = `SELECT entity, period, revision, from_day, to_day, state FROM close_period`;
const BY_NAME = `WHERE entity = :entity AND period = :period`;
const IN_ORDER = `ORDER BY entity, period DESC LIMIT :limit`;
const LATEST = `WHERE entity = :entity ORDER BY to_day DESC, period DESC LIMIT 1`;
const COUNT = `SELECT count(*) AS n FROM close_period`;

const periodRow = (row: StoredRow): PeriodRow => ({
  entity: row.entity,
  period: row.period,
  revision: Number(row.revision),
  from: row.from_day,
  to: row.to_day,
  state: JSON.parse(row.state) as PeriodState,
});

export function findPeriod(db: ReadDb, entity: string, period: string): PeriodRow | undefined {
  const row = db.get<StoredRow>(`${SELECT} ${BY_NAME}`, { entity, period });
  return row === undefined ? undefined : periodRow(row);
}

/** The last period of an entity. */
export function latestPeriod(db: ReadDb, entity: string): PeriodRow | undefined {
  const row = db.get<StoredRow>(`${SELECT} ${LATEST}`, { entity });
  return row === undefined ? undefined : periodRow(row);
}

const CLOSED_AFTER = `
  WHERE entity = :entity AND status = 'closed'
    AND (to_day, period) > (SELECT to_day, period FROM close_period WHERE entity = :entity AND period = :period)
  ORDER BY to_day DESC, period DESC`;

/** Closed periods after one, newest first. */
export const closedAfter = (db: ReadDb, entity: string, period: string): PeriodRow[] =>
  db.all<StoredRow>(`${SELECT} ${CLOSED_AFTER}`, { entity, period }).map(periodRow);

export interface PeriodFilter {
  readonly entity?: string | undefined;
  readonly status?: string | undefined;
}

/** Periods by entity, the newest first. */
export function listPeriods(
  db: Snapshot,
  filter: PeriodFilter,
  after: readonly string[] | undefined,
  limit: number,
): Page<PeriodRow> {
  const conditions = conditionsOf(filter).add(
    '(entity > :afterEntity OR (entity = :afterEntity AND period < :afterPeriod))',
    { afterEntity: after?.[0], afterPeriod: after?.[1] },
  );
  const rows = db.all<StoredRow>(`${SELECT} ${conditions.where} ${IN_ORDER}`, {
    ...conditions.params,
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (row) => [row.entity, row.period],
    item: periodRow,
    position: db.position,
  });
}

export function countPeriods(db: ReadDb, filter: PeriodFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${COUNT} ${where}`, params)?.n ?? 0n);
}

const conditionsOf = ({ entity, status }: PeriodFilter): Conditions =>
  new Conditions().add('entity = :entity', { entity }).add('status = :status', { status });
