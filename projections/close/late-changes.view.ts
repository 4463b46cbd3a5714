import { bandOf } from '../../src/reconciliation/breaks/materiality.policy';
import { type LateTotal } from '../../src/reconciliation/sign-off/reconciliation-rows.policy';
import { type DeltaCause } from '../../src/reconciliation/close/closing-delta.policy';
import { formatMinor } from '../../src/kernel/money';
import { type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';
import { materialityIn } from '../reconciliation-board/recon-registers';

interface LateRow {
  readonly reconciliation: string;
  readonly line: string;
  readonly log_index: bigint;
  readonly position: string;
  readonly recorded_at: string;
  readonly version: bigint;
  readonly side: string;
  readonly account: string;
  readonly currency: string;
  readonly book_date: string;
  readonly before_minor: bigint | null;
  readonly after_minor: bigint | null;
  readonly in_scope: bigint;
  readonly entered: string | null;
}

/** A line that came or changed after its period was closed. */
export interface LateChangeView {
  readonly reconciliation: string;
  readonly line: string;
  readonly side: string;
  readonly account: string;
  readonly currency: string;
  readonly bookDate: string;
  readonly before?: string;
  readonly after?: string;
  /** new - old */
  readonly change: string;
  readonly recordedAt: string;
  readonly position: string;
  /** closing version that it came after */
  readonly version: number;
  /** the period was reopened for it */
  readonly inScope: boolean;
  /** open period that it entered */
  readonly entered?: string;
}

const SELECT = `
  SELECT l.reconciliation, l.line, l.log_index, l.position, l.recorded_at, l.version, l.side, l.account, l.currency,
         l.book_date, l.before_minor, l.after_minor, l.in_scope, l.entered
    FROM late_change l JOIN reconciliation r ON r.id = l.reconciliation`;
const OF_PERIOD = `WHERE r.entity = :entity AND r.period = :period`;
const IN_ORDER = `ORDER BY l.log_index, l.reconciliation, l.line, l.currency, l.account, l.book_date LIMIT :limit`;
const COUNT = `
  SELECT count(*) AS n FROM late_change l JOIN reconciliation r ON r.id = l.reconciliation
   WHERE r.entity = :entity AND r.period = :period`;
const KEY = `(l.log_index, l.reconciliation, l.line, l.currency, l.account, l.book_date)`;
const AFTER = `AND ${KEY} > (:index, :reconciliation, :line, :currency, :account, :bookDate)`;

export interface PeriodOf {
  readonly entity: string;
  readonly period: string;
}

/** What came late for a closed period, in the order of recording. */
export function listLateChanges(
  db: Snapshot,
  { entity, period }: PeriodOf,
  after: readonly string[] | undefined,
  limit: number,
): Page<LateChangeView> {
  const [index, reconciliation = '', line = '', currency = '', account = '', bookDate = ''] =
    after ?? [];
  const sql =
    index === undefined
      ? `${SELECT} ${OF_PERIOD} ${IN_ORDER}`
      : `${SELECT} ${OF_PERIOD} ${AFTER} ${IN_ORDER}`;
  const key =
    index === undefined
      ? {}
      : { index: BigInt(index), reconciliation, line, currency, account, bookDate };
  const rows = db.all<LateRow>(sql, { entity, period, ...key, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (r) => [
      ...[String(r.log_index), r.reconciliation, r.line, r.currency, r.account, r.book_date],
    ],
    item: lateView,
    position: db.position,
  });
}

export const countLateChanges = (db: ReadDb, { entity, period }: PeriodOf): number =>
  Number(db.get<{ n: bigint }>(COUNT, { entity, period })?.n ?? 0n);

function lateView(row: LateRow): LateChangeView {
  const { currency } = row;
  const text = (minor: bigint) => formatMinor(minor, currency);
  return {
    reconciliation: row.reconciliation,
    line: row.line,
    side: row.side,
    account: row.account,
    currency,
    bookDate: row.book_date,
    ...(row.before_minor === null ? {} : { before: text(row.before_minor) }),
    ...(row.after_minor === null ? {} : { after: text(row.after_minor) }),
    change: text((row.after_minor ?? 0n) - (row.before_minor ?? 0n)),
    recordedAt: row.recorded_at,
    position: row.position,
    version: Number(row.version),
    inScope: row.in_scope === 1n,
    ...(row.entered === null ? {} : { entered: row.entered }),
  };
}

const SUM_SINCE_CLOSE = `
  SELECT l.side, l.currency, l.before_minor, l.after_minor
    FROM late_change l
    JOIN reconciliation r ON r.id = l.reconciliation
    JOIN close_period p ON p.entity = r.entity AND p.period = r.period
   WHERE r.entity = :entity AND r.period = :period AND l.log_index > p.closed_index`;

/** Late changes of one side and currency since the last closing version. */
export interface LateSummary {
  readonly side: string;
  readonly currency: string;
  readonly count: number;
  readonly net: string;
  readonly gross: string;
  /** gross is above performance materiality: somebody has to look at it */
  readonly material: boolean;
}

export function lateSummary(db: ReadDb, { entity, period }: PeriodOf): LateSummary[] {
  const levels = materialityIn(db, entity, period);
  const rows = db.all<LateSum>(SUM_SINCE_CLOSE, { entity, period });
  return totalsOf(rows).map(({ side, currency, count, netMinor, grossMinor }) => ({
    ...{ side, currency, count, net: formatMinor(netMinor, currency) },
    gross: formatMinor(grossMinor, currency),
    material: ['above-performance', 'above-overall'].includes(bandOf(grossMinor, currency, levels)),
  }));
}

type LateSum = Pick<LateRow, 'side' | 'currency' | 'before_minor' | 'after_minor'>;

function totalsOf(rows: readonly LateSum[]): Omit<LateTotal, 'period'>[] {
  const totals = new Map<string, Omit<LateTotal, 'period'>>();
  for (const { side, currency, before_minor, after_minor } of rows) {
    const key = `${side} ${currency}`;
    const change = (after_minor ?? 0n) - (before_minor ?? 0n);
    const { count, netMinor, grossMinor } = totals.get(key) ?? {
      ...{ count: 0, netMinor: 0n, grossMinor: 0n },
    };
    totals.set(key, {
      ...{ side, currency, count: count + 1, netMinor: netMinor + change },
      grossMinor: grossMinor + (change < 0n ? -change : change),
    });
  }
  return [...totals].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, total]) => total);
}

const LIST_ENTERED = `
  SELECT r.period, l.line, l.side, l.currency, l.before_minor, l.after_minor
    FROM late_change l JOIN reconciliation r ON r.id = l.reconciliation
   WHERE r.entity = :entity AND r.definition = :definition AND l.entered = :period
   ORDER BY r.period, l.line`;

/** What entered an open period as late changes of closed ones, by the period that it belongs to. */
export function enteredLate(
  db: ReadDb,
  of: PeriodOf & { readonly definition: string },
): { readonly late: readonly LateTotal[]; readonly lines: ReadonlySet<string> } {
  const { entity, period, definition } = of;
  const rows = db.all<LateSum & { readonly period: string; readonly line: string }>(LIST_ENTERED, {
    ...{ entity, period, definition },
  });
  const periods = [...new Set(rows.map((row) => row.period))];
  return {
    late: periods.flatMap((name) =>
      totalsOf(rows.filter((row) => row.period === name)).map((total) => ({
        ...total,
        period: name,
      })),
    ),
    lines: new Set(rows.map(({ line }) => line)),
  };
}

const LIST_CAUSES = `
  SELECT l.line, l.side, l.currency, l.before_minor, l.after_minor
    FROM late_change l
    JOIN reconciliation late ON late.id = l.reconciliation
    JOIN reconciliation r ON r.entity = late.entity AND r.definition = late.definition
    JOIN close_period p ON p.entity = r.entity AND p.period = r.period
   WHERE r.id = :id AND l.book_date <= r.cutoff AND l.log_index > p.closed_index
   ORDER BY l.log_index, l.line, l.currency`;

/** Lines that came or changed since a reconciliation was closed: what its next closing version differs by. */
export const causesSinceClose = (db: ReadDb, id: string): DeltaCause[] =>
  db.all<LateSum & { readonly line: string }>(LIST_CAUSES, { id }).map((row) => ({
    line: row.line,
    side: row.side,
    currency: row.currency,
    before: row.before_minor ?? 0n,
    after: row.after_minor ?? 0n,
  }));
