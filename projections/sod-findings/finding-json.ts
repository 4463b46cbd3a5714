import { type FindingStatus, type ScopeKind } from '../../src/controls/finding.policy';
import { type IdentityGap } from '../../src/controls/identity.policy';
import { DEFAULT_RULES, SEVERITIES, type Severity } from '../../src/controls/rule-set.policy';
import { moneyJson, type MoneyJson } from '../../src/kernel/money';
import { present } from '../../src/kernel/present';
import { isStreamName, parseStreamName } from '../../src/kernel/stream-name';
import { type Turn } from './unit';

/** As of `:now`: what a finding rests on may have fallen due since it was judged. */
export const FINDING_STATUS = `
  CASE WHEN f.turns IS NULL THEN f.status
       ELSE coalesce(
         (SELECT t.value ->> 'status' FROM json_each(f.turns) AS t WHERE t.value ->> 'at' <= :now
           ORDER BY t.value ->> 'at' DESC LIMIT 1), f.status) END`;
export const FINDING_COLUMNS = `f.id, f.rule, f.severity, ${FINDING_STATUS} AS status, f.turns, :now AS now, f.person, f.kind, f.scope, f.reasons, f.gaps, f.events,
       f.first_at, f.last_at, f.amount_minor, f.currency, f.evidence, w.owner, w.due, w.outcome, w.reason,
       w.reference, w.raised_at, w.decided_on, w.decided_by, w.decided_at, w.approved_by, w.needs_approval`;
export const FROM_FINDINGS = `FROM sod_finding AS f LEFT JOIN sod_finding_work AS w ON w.finding = f.id`;
/** Decided on as it is proved now, and approved where that is needed. */
export const IS_DISPOSED = `(w.decided_on = f.evidence AND (w.needs_approval = 0 OR w.approved_by IS NOT NULL))`;

export interface FindingRow {
  readonly id: string;
  readonly rule: string;
  readonly severity: bigint;
  readonly status: FindingStatus;
  readonly person: string | null;
  readonly kind: ScopeKind;
  readonly scope: string;
  readonly reasons: string;
  readonly gaps: string;
  readonly events: bigint;
  readonly first_at: string;
  readonly last_at: string;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly evidence: string;
  readonly turns: string | null;
  readonly now: string;
  readonly raised_at: string | null;
  readonly owner: string | null;
  readonly due: string | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly decided_on: string | null;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly approved_by: string | null;
  readonly needs_approval: bigint | null;
}

export interface ObjectName {
  readonly type: string;
  readonly entity: string;
  readonly id: string;
}

/** What a finding is about. */
export interface FindingScope {
  readonly kind: ScopeKind;
  /** root document of a chain, `key:value`, `static`, object, account, payee or session */
  readonly name: string;
  /** what a relation is about, such as `vendor` */
  readonly key?: string;
  /** the object that the name is, where it is one */
  readonly object?: ObjectName;
}

export interface FindingSummary {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly risk: string;
  readonly severity: Severity;
  readonly status: FindingStatus;
  /** opaque person id; null where nobody can be named */
  readonly person: string | null;
  readonly scope: FindingScope;
  readonly reasons: readonly string[];
  /** accounts to map before it can be decided */
  readonly missing: readonly IdentityGap[];
  readonly eventCount: number;
  /** occurred-at of the first and the last event that prove it; absent of rights, which are no events */
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** amount of the latest event that states one */
  readonly exposure?: MoneyJson;
  /** 64 hex; changes whenever what proves the finding does */
  readonly evidence: string;
  /** when it becomes something else unless something is done: a control performed, a session reviewed */
  readonly turnsAt?: string;
  /** when the ledger was first told of it */
  readonly raisedAt?: string;
  readonly owner?: string;
  /** civil date */
  readonly due?: string;
  readonly disposition?: FindingDisposition;
}

/** What was decided about a finding; it never changes the status. */
export interface FindingDisposition {
  /** `outdated`: what proves the finding has changed since, so that it has to be decided on again */
  readonly state: 'waiting' | 'effective' | 'outdated';
  readonly outcome: string;
  readonly reason: string;
  readonly reference?: string;
  readonly by: string;
  readonly at: string;
  readonly approvedBy?: string;
}

export function summaryOf(row: FindingRow): FindingSummary {
  const rule = DEFAULT_RULES.rule(row.rule);
  const turns = JSON.parse(row.turns ?? '[]') as Turn[];
  const last = turns.findLast(({ at }) => at <= row.now);
  const next = turns.find(({ at }) => at > row.now);
  return {
    id: row.id,
    rule: row.rule,
    title: rule?.name ?? row.rule,
    risk: rule?.risk ?? '',
    severity: SEVERITIES[Number(row.severity)] ?? 'low',
    status: row.status,
    person: row.person,
    scope: scopeOf(row),
    reasons: last?.reasons ?? (JSON.parse(row.reasons) as string[]),
    missing: JSON.parse(row.gaps) as IdentityGap[],
    eventCount: Number(row.events),
    ...(row.first_at === '' ? {} : { firstAt: row.first_at, lastAt: row.last_at }),
    ...(row.amount_minor === null || row.currency === null
      ? {}
      : { exposure: moneyJson({ minor: row.amount_minor, currency: row.currency }) }),
    evidence: row.evidence,
    ...(next === undefined ? {} : { turnsAt: next.at }),
    ...(row.raised_at === null ? {} : { raisedAt: row.raised_at }),
    ...(row.owner === null ? {} : { owner: row.owner }),
    ...(row.due === null ? {} : { due: row.due }),
    ...dispositionOf(row),
  };
}

function dispositionOf(row: FindingRow): Pick<FindingSummary, 'disposition'> {
  const {
    outcome,
    reason,
    reference,
    decided_by: by,
    decided_at: at,
    approved_by: approvedBy,
  } = row;
  if (outcome === null || reason === null || by === null || at === null) return {};
  const isWaiting = row.needs_approval === 1n && approvedBy === null;
  const state = row.decided_on !== row.evidence ? 'outdated' : isWaiting ? 'waiting' : 'effective';
  return {
    disposition: {
      ...{ state, outcome, reason, by, at },
      ...(reference === null ? {} : { reference }),
      ...(approvedBy === null ? {} : { approvedBy }),
    },
  };
}

function scopeOf({ kind, scope: name }: Pick<FindingRow, 'kind' | 'scope'>): FindingScope {
  const key = kind === 'relation' ? name.slice(0, name.indexOf(':')) : undefined;
  const value = key === undefined ? name : name.slice(key.length + 1);
  const object = isStreamName(value) ? objectName(value) : undefined;
  return present({ kind, name, key, object });
}

export function objectName(stream: string): ObjectName {
  const { objectType, entity, key } = parseStreamName(stream);
  return { type: objectType, entity, id: key };
}
