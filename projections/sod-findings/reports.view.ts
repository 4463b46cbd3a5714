import { type FindingStatus, type ScopeKind } from '../../src/controls/finding.policy';
import { SEVERITIES } from '../../src/controls/rule-set.policy';
import { type FoundNow } from '../../src/controls/finding-work/finding-work.events';
import { type Instant } from '../../src/kernel/runtime';
import { type Snapshot } from '../read-model';
import { FINDING_STATUS } from './finding-json';

/** A finding of which the ledger does not tell yet, or tells otherwise. */
export interface Unreported {
  readonly id: string;
  /** number that its next report has */
  readonly report: number;
  /** as it is now; absent: it is supported no more */
  readonly found?: FoundNow;
  /** up to where the read model is complete */
  readonly position: string;
}

const LIST_UNREPORTED = `
  SELECT id, rule, severity, status, person, kind, scope, evidence, reports
    FROM (SELECT f.id, f.rule, f.severity, ${FINDING_STATUS} AS status, f.person, f.kind, f.scope, f.evidence,
                 coalesce(w.reports, 0) AS reports, w.told_status, w.told_on
            FROM sod_finding AS f LEFT JOIN sod_finding_work AS w ON w.finding = f.id)
   WHERE status <> 'clear' AND (told_status IS NULL OR told_status <> status OR told_on <> evidence)
   ORDER BY severity, id
   LIMIT :limit`;
const LIST_CLEARED = `
  SELECT w.finding AS id, w.reports
    FROM sod_finding_work AS w
   WHERE w.told_status IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM sod_finding AS f WHERE f.id = w.finding AND ${FINDING_STATUS} <> 'clear')
   ORDER BY w.finding
   LIMIT :limit`;

interface UnreportedRow {
  readonly id: string;
  readonly rule: string;
  readonly severity: bigint;
  readonly status: Exclude<FindingStatus, 'clear'>;
  readonly person: string | null;
  readonly kind: ScopeKind;
  readonly scope: string;
  readonly evidence: string;
  readonly reports: bigint;
}

/** Findings to tell the ledger of, the most severe first, then those to be cleared. */
export function unreportedFindings(
  db: Snapshot,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Unreported[] {
  const position = db.position ?? '';
  const found = db.all<UnreportedRow>(LIST_UNREPORTED, { now, limit }).map((row) => ({
    id: row.id,
    report: Number(row.reports) + 1,
    position,
    found: foundNow(row),
  }));
  const gone = db
    .all<{ id: string; reports: bigint }>(LIST_CLEARED, { now, limit })
    .map(({ id, reports }) => ({ id, report: Number(reports) + 1, position }));
  return [...found, ...gone];
}

function foundNow({ rule, severity, status, person, kind, scope, evidence }: UnreportedRow) {
  const named = person === null ? {} : { person };
  return { ...{ rule, status, kind, scope, evidence }, severity: severityOf(severity), ...named };
}

const severityOf = (index: bigint) => SEVERITIES[Number(index)] ?? 'low';
