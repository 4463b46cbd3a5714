import { dayNumber } from '../../src/kernel/civil-date';
import { type MoneyJson } from '../../src/kernel/money';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { amountText } from '../../src/reconciliation/matching/amount-text.policy';
import {
  explainBreak,
  type ExplainedBreak,
} from '../../src/reconciliation/matching/explain.policy';
import {
  type FailedPredicate,
  type NearestCandidate,
} from '../../src/reconciliation/matching/result';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';
import {
  isUnsettled,
  missingToSign,
  periodOf,
  type SignBlocker,
} from '../../src/reconciliation/breaks/break-work.policy';
import { type MaterialityBand } from '../../src/reconciliation/breaks/materiality.policy';
import { causesOf, type CauseView } from './break-work.view';
import { findDefinitionOn } from './definitions.view';
import { explained, linesById, type LineView } from './lines.view';
import { ratingOf } from './materiality-bands';
import { latestCutoff } from './runs.view';

interface BreakRow {
  readonly id: string;
  readonly definition: string;
  readonly type: string;
  readonly class: string;
  readonly status: string;
  readonly resolution: string | null;
  readonly reason: string | null;
  readonly entity: string;
  readonly currency: string;
  readonly a: string;
  readonly b: string;
  readonly count_a: bigint;
  readonly count_b: bigint;
  readonly book_date: string;
  readonly failed: string;
  readonly nearest: string | null;
  readonly subject: string | null;
  readonly first_seen: string;
  readonly first_run: string;
  readonly last_run: string;
  readonly predecessor: string | null;
  readonly owner: string | null;
  readonly due: string | null;
  readonly sla: string | null;
  readonly counterparty: string | null;
  readonly resolved_period: string | null;
  readonly revision: bigint;
}

export interface BreakView {
  readonly id: string;
  readonly definition: string;
  readonly type: string;
  readonly class: string;
  readonly status: string;
  readonly resolution?: string;
  /** fiscal period for which it was carried */
  readonly resolvedPeriod?: string;
  readonly reason?: string;
  /** what it is about when that is more than its lines */
  readonly subject?: Readonly<Record<string, string>>;
  readonly entity: string;
  /** what is open: side A - side B */
  readonly amount: MoneyJson;
  readonly amountA: MoneyJson;
  readonly amountB: MoneyJson;
  readonly bookDate: string;
  /** days from the book date to the cut-off of the last run */
  readonly ageDays: number;
  readonly agingBucket: string;
  readonly firstSeen: string;
  readonly firstRun: string;
  readonly lastRun: string;
  readonly predecessor?: string;
  readonly owner?: string;
  readonly due?: string;
  /** the routing rule that gave it owner and date, unless a person did */
  readonly sla?: string;
  /** who else has to act, while it waits for them */
  readonly counterparty?: string;
  readonly band: MaterialityBand;
  /** whose levels the band is of */
  readonly materiality?: { readonly period: string; readonly version: number };
  /** what a material break still needs for the period of the last run: cause, explanation, owner */
  readonly missing: readonly SignBlocker[];
  /** cause and explanation by fiscal period */
  readonly causes: readonly CauseView[];
  /** its lines, at most 100; `lineCount` counts them all */
  readonly lines: readonly LineView[];
  readonly lineCount: number;
  readonly failed: readonly FailedPredicate[];
  readonly nearest?: { readonly line: LineView; readonly failed: readonly FailedPredicate[] };
  readonly explanation: string;
}

export interface BreakFilter {
  readonly definition?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly entity?: string | undefined;
  readonly currency?: string | undefined;
  readonly owner?: string | undefined;
}

const SELECT_BREAKS = `
  SELECT id, definition, type, class, status, resolution, reason, entity, currency, a, b, count_a, count_b, book_date, failed, nearest, subject,
         first_seen, first_run, last_run, predecessor, owner, due, sla, counterparty, resolved_period, revision
    FROM break`;
const BY_ID = `WHERE id = :id`;
const OLDEST_FIRST = `ORDER BY first_seen, id LIMIT :limit`;

const LIST_BREAK_LINES = `SELECT line FROM break_line WHERE break = :id ORDER BY line LIMIT 100`;

const COUNT_BREAKS = `SELECT count(*) AS n FROM break`;

/** Breaks, the oldest first; without a status only those that are open. */
export function listBreaks(
  db: Snapshot,
  filter: BreakFilter,
  after: readonly string[] | undefined,
  limit: number,
): Page<BreakView> {
  const conditions = conditionsOf(filter).add('(first_seen, id) > (:afterSeen, :afterId)', {
    afterSeen: after?.[0],
    afterId: after?.[1],
  });
  const sql = `${SELECT_BREAKS} ${conditions.where} ${OLDEST_FIRST}`;
  const rows = db.all<BreakRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (r) => [r.first_seen, r.id],
    item: (r) => breakView(db, r),
    position: db.position,
  });
}

export function countBreaks(db: ReadDb, filter: BreakFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${COUNT_BREAKS} ${where}`, params)?.n ?? 0n);
}

function conditionsOf(filter: BreakFilter): Conditions {
  const conditions = new Conditions()
    .add('definition = :definition', { definition: filter.definition })
    .add('type = :type', { type: filter.type })
    .add('status = :status', { status: filter.status })
    .add('entity = :entity', { entity: filter.entity })
    .add('currency = :currency', { currency: filter.currency })
    .add('owner = :owner', { owner: filter.owner });
  if (filter.status !== undefined) return conditions;
  return conditions.add(`status NOT IN ('resolved', 'closed')`);
}

export function findBreak(
  db: ReadDb,
  id: string,
): (BreakView & { readonly revision: number }) | undefined {
  const row = db.get<BreakRow>(`${SELECT_BREAKS} ${BY_ID}`, { id });
  return row === undefined ? undefined : { ...breakView(db, row), revision: Number(row.revision) };
}

function breakView(db: ReadDb, row: BreakRow): BreakView {
  const ids = db.all<{ line: string }>(LIST_BREAK_LINES, { id: row.id }).map(({ line }) => line);
  const nearest = row.nearest === null ? undefined : (JSON.parse(row.nearest) as NearestCandidate);
  const wanted = nearest === undefined ? ids : [...ids, nearest.line];
  const found = linesById(db, wanted, findDefinitionOn(db, row.definition)?.sides);
  const lines = ids.flatMap((id) => found.get(id) ?? []);
  const nearestLine = nearest === undefined ? undefined : found.get(nearest.line);
  const candidate =
    nearest === undefined || nearestLine === undefined
      ? undefined
      : { line: nearestLine, failed: nearest.failed };
  const { currency } = row;
  const money = (amount: string): MoneyJson => ({ amount, currency });
  const cutoff = latestCutoff(db, row.definition) ?? row.book_date;
  const ageDays = Math.max(0, dayNumber(cutoff) - dayNumber(row.book_date));
  const rating = ratingOf(db, row);
  const causes = causesOf(db, row.id);
  const failed = JSON.parse(row.failed) as FailedPredicate[];
  return {
    id: row.id,
    definition: row.definition,
    type: row.type,
    class: row.class,
    status: row.status,
    ...(row.resolution === null ? {} : { resolution: row.resolution }),
    ...(row.resolved_period === null ? {} : { resolvedPeriod: row.resolved_period }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.subject === null ? {} : { subject: JSON.parse(row.subject) as Record<string, string> }),
    entity: row.entity,
    amount: money(amountText(minorOf(row.a) - minorOf(row.b), currency)),
    amountA: money(row.a),
    amountB: money(row.b),
    bookDate: row.book_date,
    ageDays,
    agingBucket: bucketOf(ageDays),
    firstSeen: row.first_seen,
    firstRun: row.first_run,
    lastRun: row.last_run,
    ...(row.predecessor === null ? {} : { predecessor: row.predecessor }),
    ...workOf(row),
    ...rating,
    missing: missingOf(row, causes, { band: rating.band, period: periodOf(cutoff) }),
    causes,
    lines,
    lineCount: Number(row.count_a + row.count_b),
    failed,
    ...(candidate === undefined ? {} : { nearest: candidate }),
    explanation: sentenceOf(row, lines, candidate, findDefinitionOn(db, row.definition, cutoff)),
  };
}

/** Nothing more is asked of what is settled. */
function missingOf(
  { status, owner }: BreakRow,
  causes: readonly CauseView[],
  { band, period }: { readonly band: MaterialityBand; readonly period: string },
): readonly SignBlocker[] {
  if (!isUnsettled(status)) return [];
  const { cause, explanation } = causes.find((one) => one.period === period) ?? {};
  return missingToSign({ owner: owner ?? undefined, cause, explanation }, band);
}

const workOf = ({ owner, due, sla, counterparty }: BreakRow) => ({
  ...(owner === null ? {} : { owner }),
  ...(due === null ? {} : { due }),
  ...(sla === null ? {} : { sla }),
  ...(counterparty === null ? {} : { counterparty }),
});

function sentenceOf(
  { type, reason, currency, b: openB, subject, failed, count_a, count_b }: BreakRow,
  lines: readonly LineView[],
  nearest: BreakView['nearest'],
  definition: Definition | undefined,
): string {
  if (definition === undefined) return '';
  const item: ExplainedBreak = {
    type,
    currency,
    openB,
    ...(reason === null ? {} : { reason }),
    ...(subject === null ? {} : { subject: JSON.parse(subject) as Record<string, string> }),
    failed: JSON.parse(failed) as FailedPredicate[],
    lines: subject === null ? lines.map(explained) : bySide(lines).map(explained),
    countA: Number(count_a),
    countB: Number(count_b),
    ...(nearest === undefined
      ? {}
      : { nearest: { line: explained(nearest.line), failed: nearest.failed } }),
  };
  return explainBreak(item, definition);
}

/** What a subject's documents are is clear in the order of the sides: order, receipt, invoice. */
const bySide = (lines: readonly LineView[]): LineView[] =>
  [...lines].sort((x, y) =>
    `${x.side} ${x.bookDate} ${x.id}` < `${y.side} ${y.bookDate} ${y.id}` ? -1 : 1,
  );

/** Aging buckets from the book date, as controllers report them. */
function bucketOf(ageDays: number): string {
  if (ageDays <= 30) return '0-30';
  if (ageDays <= 60) return '31-60';
  if (ageDays <= 90) return '61-90';
  return ageDays <= 180 ? '91-180' : 'over 180';
}
