import { explain } from '../../src/controls/explain.policy';
import { type FindingStatus, type ScopeKind, type Side } from '../../src/controls/finding.policy';
import { actorsOf, type IdentityGap } from '../../src/controls/identity.policy';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { DEFAULT_RULES, SEVERITIES, type Severity } from '../../src/controls/rule-set.policy';
import { present } from '../../src/kernel/present';
import { moneyJson, type MoneyJson } from '../../src/kernel/money';
import { isStreamName, parseStreamName } from '../../src/kernel/stream-name';
import { type ReadDb } from '../read-model';
import { identitiesIn } from './account-rows';

/** As of `:now`: a finding that a control mitigates is a violation once the control is due and was not performed. */
export const FINDING_STATUS = `CASE WHEN f.turns_at <= :now THEN 'violation' ELSE f.status END`;
export const FINDING_COLUMNS = `f.id, f.rule, f.severity, ${FINDING_STATUS} AS status, f.turns_at, f.person, f.kind, f.scope, f.reasons, f.gaps, f.events,
       f.first_at, f.last_at, f.amount_minor, f.currency, f.evidence, w.owner, w.due, w.outcome, w.reason,
       w.reference, w.decided_on, w.decided_by, w.decided_at, w.approved_by, w.needs_approval`;
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
  readonly turns_at: string | null;
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
  /** occurred-at of the first and the last event that prove it */
  readonly firstAt: string;
  readonly lastAt: string;
  /** amount of the latest event that states one */
  readonly exposure?: MoneyJson;
  /** 64 hex; changes whenever what proves the finding does */
  readonly evidence: string;
  /** when it turns from mitigated into a violation unless the control is evidenced; absent once it has turned */
  readonly turnsAt?: string;
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

/** One event that proves a finding. */
export interface ProvingEvent {
  readonly id: string;
  /** place in the log, from 0 */
  readonly index: number;
  readonly type: string;
  readonly side: Side;
  readonly duties: readonly string[];
  readonly object: ObjectName;
  readonly occurredAt: string;
  readonly account: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  /** who is accountable, as the register says now about then */
  readonly persons: readonly string[];
  readonly amount?: MoneyJson;
}

export interface FindingDetail extends FindingSummary {
  /** what happened, which rule it touches and why that matters, what would decide it */
  readonly explanation: readonly string[];
  readonly events: readonly ProvingEvent[];
  /** what the judgement rests on */
  readonly pins: {
    readonly ruleSet: { readonly id: string; readonly version: string };
    readonly dutyMapping: { readonly id: string; readonly version: string };
  };
}

export function summaryOf(row: FindingRow): FindingSummary {
  const rule = DEFAULT_RULES.rule(row.rule);
  return {
    id: row.id,
    rule: row.rule,
    title: rule?.name ?? row.rule,
    risk: rule?.risk ?? '',
    severity: SEVERITIES[Number(row.severity)] ?? 'low',
    status: row.status,
    person: row.person,
    scope: scopeOf(row),
    reasons: hasTurned(row)
      ? ['compensating_control_not_evidenced']
      : (JSON.parse(row.reasons) as string[]),
    missing: JSON.parse(row.gaps) as IdentityGap[],
    eventCount: Number(row.events),
    firstAt: row.first_at,
    lastAt: row.last_at,
    ...(row.amount_minor === null || row.currency === null
      ? {}
      : { exposure: moneyJson({ minor: row.amount_minor, currency: row.currency }) }),
    evidence: row.evidence,
    ...(row.turns_at === null || hasTurned(row) ? {} : { turnsAt: row.turns_at }),
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

function hasTurned({ status, turns_at: turnsAt }: FindingRow): boolean {
  return turnsAt !== null && status === 'violation';
}

interface ProofRow {
  readonly n: bigint;
  readonly side: Side;
  readonly event: string;
  readonly type: string;
  readonly at: string;
  readonly object: string;
  readonly account: string;
  readonly on_behalf_of: string | null;
  readonly initiated_by: string | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
}

const LIST_PROOFS = `
  SELECT a.n, p.side, a.event, a.type, a.at, a.object, a.account, a.on_behalf_of, a.initiated_by, a.amount_minor,
         a.currency
    FROM sod_proof AS p
    JOIN sod_act AS a ON a.n = p.n
   WHERE p.finding = :finding
   ORDER BY a.at, a.event`;

/** Event types of one object: what a duty is may depend on them. */
const LIST_TYPES = `SELECT DISTINCT type FROM sod_act WHERE object = :object ORDER BY type`;

/** A finding with every event that proves it. */
export function detailOf(row: FindingRow, db: ReadDb): FindingDetail {
  const summary = summaryOf(row);
  const identities = identitiesIn(db);
  const duties = dutiesByObject(db);
  const rows = db.all<ProofRow>(LIST_PROOFS, { finding: row.id });
  const events = rows.map((proof): ProvingEvent => {
    const { at, account, on_behalf_of: onBehalfOf, initiated_by: initiatedBy } = proof;
    const others = {
      ...(onBehalfOf === null ? {} : { onBehalfOf }),
      ...(initiatedBy === null ? {} : { initiatedBy }),
    };
    const { amount_minor: minor, currency } = proof;
    return {
      id: proof.event,
      index: Number(proof.n),
      type: proof.type,
      side: proof.side,
      duties: duties(proof.object, proof.type),
      object: objectName(proof.object),
      occurredAt: at,
      account,
      ...others,
      persons: actorsOf({ at, account, ...others }, identities).persons,
      ...(minor === null || currency === null ? {} : { amount: moneyJson({ minor, currency }) }),
    };
  });
  const acts = rows.map(({ side, at, object }, i) => ({
    side,
    at,
    object,
    duties: events[i]?.duties ?? [],
  }));
  const { rule, person, kind, scope } = row;
  const { reasons, missing: gaps } = summary;
  const told = { rule, person, kind, scope, reasons, acts, gaps };
  return { ...summary, explanation: explain(told, DEFAULT_RULES), events, pins: PINS };
}

const PINS: FindingDetail['pins'] = {
  ruleSet: { id: DEFAULT_RULES.set.ruleset.id, version: DEFAULT_RULES.set.ruleset.version },
  dutyMapping: { id: DEFAULT_DUTIES.mapping.id, version: DEFAULT_DUTIES.mapping.version },
};

function dutiesByObject(db: ReadDb): (object: string, type: string) => readonly string[] {
  const known = new Map<string, Map<string, readonly string[]>>();
  return (object, type) => {
    let byType = known.get(object);
    if (byType === undefined) {
      const types = db.all<{ type: string }>(LIST_TYPES, { object }).map((row) => row.type);
      const duties = DEFAULT_DUTIES.dutiesOf(types);
      byType = new Map(types.map((one, i) => [one, duties[i] ?? []]));
      known.set(object, byType);
    }
    return byType.get(type) ?? [];
  };
}

function scopeOf({ kind, scope: name }: Pick<FindingRow, 'kind' | 'scope'>): FindingScope {
  const key = kind === 'relation' ? name.slice(0, name.indexOf(':')) : undefined;
  const value = key === undefined ? name : name.slice(key.length + 1);
  const object = isStreamName(value) ? objectName(value) : undefined;
  return present({ kind, name, key, object });
}

function objectName(stream: string): ObjectName {
  const { objectType, entity, key } = parseStreamName(stream);
  return { type: objectType, entity, id: key };
}
