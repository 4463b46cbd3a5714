import { type Instant } from '../../src/kernel/runtime';
import { type FindingStatus, type ScopeKind } from '../../src/controls/finding.policy';
import { SEVERITIES, type Severity } from '../../src/controls/rule-set.policy';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';
import { detailOf, type FindingDetail } from './finding-detail';
import {
  FINDING_COLUMNS,
  FINDING_STATUS,
  FROM_FINDINGS,
  IS_DISPOSED,
  type FindingRow,
  type FindingSummary,
  summaryOf,
} from './finding-json';

export interface FindingFilter {
  /** statuses are those of this instant */
  readonly now: Instant;
  readonly rule?: string;
  readonly kind?: ScopeKind;
  readonly severity?: Severity;
  readonly status?: FindingStatus;
  readonly person?: string;
  /** civil date: first told to the ledger before it */
  readonly raisedBefore?: string;
  /** civil date: the last event that proves it occurred on it or later */
  readonly lastFrom?: string;
  readonly owner?: string;
  /** `open`: nothing effective was decided about what proves it now */
  readonly work?: 'open' | 'disposed';
  /** stream of an object that an event of the finding is about */
  readonly object?: string;
  /** range of the exposure in minor units, both ends included */
  readonly amount?: { readonly currency: string; readonly from?: bigint; readonly to?: bigint };
}

export interface FindingPageRequest {
  readonly filter: FindingFilter;
  readonly limit: number;
  readonly after?: PageKey;
}

/** Findings in the order of work: the most severe first, of these the latest. */
export function listFindings(
  db: Snapshot,
  { filter, limit, after }: FindingPageRequest,
): Page<FindingSummary> {
  const [severity, lastAt, id] = after ?? [];
  const conditions = conditionsOf(filter).add(
    `(f.severity > :afterSeverity OR (f.severity = :afterSeverity
      AND (f.last_at < :afterAt OR (f.last_at = :afterAt AND f.id > :afterId))))`,
    {
      afterSeverity: severity === undefined ? undefined : Number(severity),
      afterAt: lastAt,
      afterId: id,
    },
  );
  const sql = `SELECT ${FINDING_COLUMNS} ${FROM_FINDINGS} ${conditions.where}
    ORDER BY f.severity, f.last_at DESC, f.id LIMIT :limit`;
  const params = { ...conditions.params, now: filter.now, limit: limit + 1 };
  const rows = db.all<FindingRow>(sql, params);
  return pageOf(rows, limit, {
    keyOf: (row) => [String(row.severity), row.last_at, row.id],
    item: summaryOf,
    position: db.position,
  });
}

/** How many findings the filter holds, on all pages together. */
export function countFindings(db: ReadDb, filter: FindingFilter): number {
  const conditions = conditionsOf(filter);
  const sql = `SELECT count(*) AS count ${FROM_FINDINGS} ${conditions.where}`;
  return Number(db.get<{ count: bigint }>(sql, conditions.params)?.count ?? 0n);
}

function conditionsOf(filter: FindingFilter): Conditions {
  const { now, rule, kind, severity, status, person, owner, work, object, amount } = filter;
  const { raisedBefore, lastFrom } = filter;
  const conditions = new Conditions()
    .add('f.rule = :rule', { rule })
    .add('f.severity = :severity', {
      severity: severity === undefined ? undefined : SEVERITIES.indexOf(severity),
    })
    .add(IS_THERE, { now })
    .add(HAS_STATUS, { status })
    .add('f.kind = :kind', { kind })
    .add('f.person = :person', { person })
    .add('w.raised_at < :raisedBefore', { raisedBefore })
    .add('f.last_at >= :lastFrom', { lastFrom })
    .add('w.owner = :owner', { owner })
    .add('f.currency = :currency', { currency: amount?.currency })
    .add('f.amount_minor >= :amountFrom', { amountFrom: amount?.from })
    .add('f.amount_minor <= :amountTo', { amountTo: amount?.to });
  // A condition without a value stands or falls with the request.
  if (work === 'disposed') conditions.add(IS_DISPOSED);
  if (work === 'open') conditions.add(IS_OPEN);
  return conditions.add(IS_PROVED_BY, { object });
}

/** What only falls due later is not there yet. */
const IS_THERE = `(f.status <> 'clear' OR ${FINDING_STATUS} <> 'clear')`;
const HAS_STATUS = `${FINDING_STATUS} = :status`;
const IS_OPEN = `${IS_DISPOSED} IS NOT TRUE`;
const IS_PROVED_BY = `
  f.id IN (SELECT p.finding FROM sod_act AS a JOIN sod_proof AS p ON p.n = a.n WHERE a.object = :object)`;

const FIND_FINDING = `SELECT ${FINDING_COLUMNS} ${FROM_FINDINGS} WHERE f.id = :id AND ${IS_THERE}`;

/** One finding with every event that proves it; undefined when there is none, or none any more. */
export function findFinding(
  db: ReadDb,
  { id, now }: { readonly id: string; readonly now: Instant },
): FindingDetail | undefined {
  const row = db.get<FindingRow>(FIND_FINDING, { id, now });
  return row === undefined ? undefined : detailOf(row, db);
}

const LIST_FINDINGS_OF_OBJECT = `
  SELECT ${FINDING_COLUMNS} ${FROM_FINDINGS}
   WHERE ${IS_PROVED_BY} AND ${IS_THERE}
   ORDER BY f.severity, f.last_at DESC, f.id`;

const LAST_RECORDED = `SELECT recorded_at AS at FROM event ORDER BY idx DESC LIMIT 1`;

/** Findings that an event of one of these objects proves, each once, with all of their events, as of the last record. */
export function findingsOf(db: ReadDb, objects: readonly string[]): FindingDetail[] {
  const found = new Map<string, FindingDetail>();
  const now = db.get<{ at: Instant }>(LAST_RECORDED)?.at ?? '';
  for (const object of objects) {
    for (const row of db.all<FindingRow>(LIST_FINDINGS_OF_OBJECT, { object, now })) {
      if (!found.has(row.id)) found.set(row.id, detailOf(row, db));
    }
  }
  return [...found.values()];
}
