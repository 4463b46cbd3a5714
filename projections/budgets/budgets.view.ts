import { type Gap } from '../../src/controls/budget/spending.policy';
import { type JsonObject } from '../../src/kernel/json';
import { formatMinor } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';
import { availableOf, lineOf, type LineFigures, type LineRow, type PendingLine } from './line-rows';
import { heldByLine, heldOf } from './reservation-rows';

export interface PositionFilter {
  readonly entity?: string | undefined;
  readonly costCenter?: string | undefined;
  readonly account?: string | undefined;
  readonly project?: string | undefined;
  readonly period?: string | undefined;
  readonly currency?: string | undefined;
  readonly state?: PositionState | undefined;
}

/** `over`: less than nothing is left; `unplanned`: spent or ordered without a budget; `inconclusive`: a figure is not certain. */
export const POSITION_STATES = ['over', 'unplanned', 'inconclusive', 'closed'] as const;
export type PositionState = (typeof POSITION_STATES)[number];

export interface PositionRequest {
  /** of which the reservations are shown */
  readonly now: Instant;
  readonly filter: PositionFilter;
  readonly limit: number;
  readonly after?: PageKey;
}

const SELECT = `
  SELECT id, entity, cost_center, account, project, period, currency, budgets, closed, documents, gaps,
         original, planned, precommitted, committed, actual
    FROM budget_line`;
const ORDER = `ORDER BY entity, cost_center, account, project, period, currency`;
const AFTER = `(entity, cost_center, account, project, period, currency) >
  (:afterEntity, :afterCostCenter, :afterAccount, :afterProject, :afterPeriod, :afterCurrency)`;
const COUNT = `SELECT count(*) AS count FROM budget_line`;

/** Budget lines in order of their dimensions. */
export function listPositions(
  db: Snapshot,
  { filter, limit, after, now }: PositionRequest,
): Page<JsonObject> {
  const [afterEntity, afterCostCenter, afterAccount, afterProject, afterPeriod, afterCurrency] =
    after ?? [];
  const conditions = conditionsOf(filter).add(AFTER, {
    ...{ afterEntity, afterCostCenter, afterAccount, afterProject, afterPeriod, afterCurrency },
  });
  const rows = db.all<LineRow>(`${SELECT} ${conditions.where} ${ORDER} LIMIT :limit`, {
    ...conditions.params,
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (row) => [
      ...[row.entity, row.cost_center, row.account],
      ...[row.project, row.period, row.currency],
    ],
    item: (row) => positionIn(db, lineOf(row), now),
    position: db.position,
  });
}

export function countPositions(db: ReadDb, filter: PositionFilter): number {
  const conditions = conditionsOf(filter);
  return Number(
    db.get<{ count: bigint }>(`${COUNT} ${conditions.where}`, conditions.params)?.count,
  );
}

interface Total extends LineFigures {
  lines: number;
  reserved: bigint;
}

/** Sums of all lines under a filter, by currency; figures of different currencies are never added. */
export function totalsOfPositions(
  db: ReadDb,
  { filter, now }: Pick<PositionRequest, 'filter' | 'now'>,
): JsonObject[] {
  const held = heldByLine(db, now);
  const conditions = conditionsOf(filter);
  const totals = new Map<string, Total>();
  for (const row of db.all<LineRow>(`${SELECT} ${conditions.where} ${ORDER}`, conditions.params)) {
    const line = lineOf(row);
    let total = totals.get(row.currency);
    if (total === undefined) {
      const nothing = { original: 0n, planned: 0n, precommitted: 0n, committed: 0n, actual: 0n };
      totals.set(row.currency, (total = { lines: 0, reserved: 0n, ...nothing }));
    }
    total.lines += 1;
    total.reserved += held.get(line.id) ?? 0n;
    for (const name of FIGURES) total[name] += line[name];
  }
  return [...totals.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, total]) => ({
      ...{ currency, lines: total.lines, ...figuresJson(total, currency) },
      reserved: formatMinor(total.reserved, currency),
      available: formatMinor(availableOf(total) - total.reserved, currency),
    }));
}

const FIGURES = ['original', 'planned', 'precommitted', 'committed', 'actual'] as const;

function conditionsOf(filter: PositionFilter): Conditions {
  const { entity, costCenter, account, project, period, currency, state } = filter;
  const conditions = new Conditions()
    .add('entity = :entity', { entity })
    .add('cost_center = :costCenter', { costCenter })
    .add('account = :account', { account })
    .add('project = :project', { project })
    .add('period = :period', { period })
    .add('currency = :currency', { currency });
  if (state === 'over') conditions.add('is_over = 1');
  if (state === 'unplanned') conditions.add('budgets = 0');
  if (state === 'inconclusive') conditions.add('gaps > 0');
  if (state === 'closed') conditions.add('budgets > 0 AND closed = budgets');
  return conditions;
}

/** A line with the arithmetic behind what is left of it, reservations of that moment taken off. */
export function positionIn(db: ReadDb, line: PendingLine, now: Instant): JsonObject {
  const reserved = heldOf(db, line.id, now).minor;
  const { entity, costCenter, account, project, period, currency } = line.key;
  const { budgets, closed, documents, gaps } = line;
  const states: PositionState[] = [];
  if (availableOf(line) < 0n) states.push('over');
  if (budgets === 0) states.push('unplanned');
  if (gaps > 0) states.push('inconclusive');
  if (budgets > 0 && closed === budgets) states.push('closed');
  return {
    ...{ id: line.id, entity, currency },
    dimensions: named({ costCenter, account, project, period }),
    ...figuresJson(line, currency),
    reserved: formatMinor(reserved, currency),
    available: formatMinor(availableOf(line) - reserved, currency),
    ...{ states, budgets, documents, uncertain: gaps },
    arithmetic: arithmeticOf(line, reserved, currency),
  };
}

/** Dimensions that have a value. */
export const named = (dimensions: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(Object.entries(dimensions).filter(([, value]) => value !== ''));

export function figuresJson(figures: LineFigures, currency: string): JsonObject {
  const text = (minor: bigint): string => formatMinor(minor, currency);
  return {
    original: text(figures.original),
    planned: text(figures.planned),
    precommitted: text(figures.precommitted),
    committed: text(figures.committed),
    actual: text(figures.actual),
  };
}

/** `10000.00 - 1000.00 - 2500.00 - 4000.00 - 0.00 = 2500.00 EUR` */
function arithmeticOf(line: LineFigures, reserved: bigint, currency: string): string {
  const terms = [line.planned, line.precommitted, line.committed, line.actual, reserved];
  const [first = '', ...others] = terms.map((minor) => signed(minor, currency));
  return `${[first, ...others].join(' - ')} = ${formatMinor(availableOf(line) - reserved, currency)} ${currency}`;
}

const signed = (minor: bigint, currency: string): string =>
  minor < 0n ? `(${formatMinor(minor, currency)})` : formatMinor(minor, currency);

/** What would make a figure certain, in a sentence. */
export function gapSentence(gap: Gap): string {
  switch (gap.kind) {
    case 'missing_rate':
      return `Load the exchange rate ${gap.rate}; without it the amount is not in the figures.`;
    case 'no_amount':
      return 'No event of this document states an amount.';
    case 'mixed_currencies':
      return gap.document.startsWith('budget-')
        ? `${gap.document} has amounts in several currencies; only those in the first one count.`
        : `${gap.document} takes over from documents in several currencies; nothing was taken over.`;
  }
}
