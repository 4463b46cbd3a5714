import { formatMinor, parseAmount, type MoneyJson, moneyJson } from '../../src/kernel/money';
import {
  type AdjustmentProposed,
  type AdjustmentPosted,
} from '../../src/reconciliation/adjustments/adjustment.events';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';
import { breakRulesIn } from './recon-registers';

interface AdjustmentRow {
  readonly id: string;
  readonly definition: string;
  readonly period: string;
  readonly status: string;
  readonly expires_on: string;
  readonly proposed: string;
  readonly approved_by: string | null;
  readonly approved_at: string | null;
  readonly rejected: string | null;
  readonly posting: string | null;
  readonly log_index: bigint;
}

export type AdjustmentView = Omit<AdjustmentProposed, 'at' | 'by' | 'byPerson'> & {
  readonly definition: string;
  readonly period: string;
  /** `expired` also while nobody has recorded that its last day is over */
  readonly status: string;
  readonly proposedAt: string;
  readonly proposedBy: string;
  readonly approvedBy?: string;
  readonly approvedAt?: string;
  readonly rejectedBy?: string;
  readonly rejection?: string;
  readonly posting?: Pick<AdjustmentPosted, 'reference' | 'postedOn' | 'object'>;
};

export interface AdjustmentFilter {
  readonly definition?: string | undefined;
  readonly period?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly break?: string | undefined;
}

/** Live adjustments of one type and currency beside their limit. */
export interface AdjustmentTotal {
  readonly type: string;
  readonly currency: string;
  readonly proposed: MoneyJson;
  readonly approved: MoneyJson;
  readonly cleared: MoneyJson;
  /** what counts against the limit: proposed, approved and posted */
  readonly used: MoneyJson;
  readonly limit?: { readonly item: string; readonly run: string; readonly left: string };
}

/** Where a row stands on a day: nothing is approved after its last one. */
/** As of `:today`: a proposal that nobody decided on in time. */
const STATUS = `CASE WHEN status = 'proposed' AND expires_on < :today THEN 'expired' ELSE status END`;
const HAS_STATUS = `${STATUS} = :status`;
const SELECT = `
  SELECT id, definition, period, ${STATUS} AS status, expires_on, proposed, approved_by, approved_at, rejected, posting, log_index
    FROM adjustment`;
const NEWEST_FIRST = `ORDER BY log_index DESC LIMIT :limit`;
const COUNT = `SELECT count(*) AS n FROM adjustment`;
const SUM_BY_TYPE = `
  SELECT type, currency,
         sum(CASE WHEN status = 'proposed' AND expires_on >= :today THEN amount_minor ELSE 0 END) AS proposed,
         sum(CASE WHEN status IN ('approved', 'posted') THEN amount_minor ELSE 0 END) AS approved,
         sum(CASE WHEN status = 'cleared' THEN amount_minor ELSE 0 END) AS cleared
    FROM adjustment WHERE definition = :definition AND period = :period
   GROUP BY type, currency ORDER BY type, currency`;
const FIND_PLACE = `SELECT definition, period, break FROM adjustment WHERE id = :id`;

export interface AdjustmentPageRequest {
  readonly filter: AdjustmentFilter;
  readonly limit: number;
  readonly after: PageKey | undefined;
  /** civil date on which it is asked */
  readonly today: string;
}

/** Adjustments, the newest first. */
export function listAdjustments(
  db: Snapshot,
  { filter, limit, after, today }: AdjustmentPageRequest,
): Page<AdjustmentView> {
  const conditions = conditionsOf(filter, today).add('log_index < :before', {
    before: after?.[0] === undefined ? undefined : BigInt(after[0]),
  });
  const rows = db.all<AdjustmentRow>(`${SELECT} ${conditions.where} ${NEWEST_FIRST}`, {
    ...conditions.params,
    today,
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (row) => [String(row.log_index)],
    item: adjustmentView,
    position: db.position,
  });
}

export function countAdjustments(db: ReadDb, filter: AdjustmentFilter, today: string): number {
  const { where, params } = conditionsOf(filter, today);
  return Number(db.get<{ n: bigint }>(`${COUNT} ${where}`, params)?.n ?? 0n);
}

export function findAdjustment(db: ReadDb, id: string, today: string): AdjustmentView | undefined {
  const row = db.get<AdjustmentRow>(`${SELECT} WHERE id = :id`, { id, today });
  return row === undefined ? undefined : adjustmentView(row);
}

export const adjustmentPlace = (db: ReadDb, id: string) =>
  db.get<{ definition: string; period: string; break: string }>(FIND_PLACE, { id });

/** What was adjusted of a definition in a period, by type and currency, beside the limits in force. */
export function adjustmentTotals(
  db: ReadDb,
  { definition, period, today }: { definition: string; period: string; today: string },
): AdjustmentTotal[] {
  const { limits } = breakRulesIn(db, definition);
  const rows = db.all<{
    readonly type: string;
    readonly currency: string;
    readonly proposed: bigint;
    readonly approved: bigint;
    readonly cleared: bigint;
  }>(SUM_BY_TYPE, { definition, period, today });
  return rows.map(({ type, currency, proposed, approved, cleared }) => {
    const limit = limits.find((one) => one.type === type && one.currency === currency);
    const used = proposed + approved + cleared;
    const money = (minor: bigint) => moneyJson({ minor, currency });
    const left = (run: string) => formatMinor(parseAmount(run, currency) - used, currency);
    return {
      ...{ type, currency, proposed: money(proposed), approved: money(approved) },
      ...{ cleared: money(cleared), used: money(used) },
      ...(limit === undefined
        ? {}
        : { limit: { item: limit.item, run: limit.run, left: left(limit.run) } }),
    };
  });
}

function conditionsOf(filter: AdjustmentFilter, today: string): Conditions {
  const { definition, period, status, type, break: item } = filter;
  return new Conditions()
    .add('definition = :definition', { definition })
    .add('period = :period', { period })
    .add(HAS_STATUS, { status, ...(status === undefined ? {} : { today }) })
    .add('type = :type', { type })
    .add('break = :break', { break: item });
}

function adjustmentView(row: AdjustmentRow): AdjustmentView {
  const whole = JSON.parse(row.proposed) as AdjustmentProposed & { byPerson?: string };
  const { at, by, ...proposed } = whole;
  delete proposed.byPerson;
  const rejected = JSON.parse(row.rejected ?? '{}') as { by?: string; reason?: string };
  return {
    ...proposed,
    ...{ definition: row.definition, period: row.period, status: row.status },
    ...{ proposedAt: at, proposedBy: by },
    ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
    ...(row.approved_at === null ? {} : { approvedAt: row.approved_at }),
    ...(rejected.by === undefined ? {} : { rejectedBy: rejected.by }),
    ...(rejected.reason === undefined ? {} : { rejection: rejected.reason }),
    ...(row.posting === null
      ? {}
      : { posting: JSON.parse(row.posting) as NonNullable<AdjustmentView['posting']> }),
  };
}
