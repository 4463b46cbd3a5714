import { explain } from '../../src/controls/explain.policy';
import { type Side } from '../../src/controls/finding.policy';
import { actorsOf } from '../../src/controls/identity.policy';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { moneyJson, type MoneyJson } from '../../src/kernel/money';
import { ruleBookIn } from '../control-registers';
import { type ReadDb } from '../read-model';
import { identitiesIn } from './account-rows';
import {
  type FindingRow,
  type FindingSummary,
  objectName,
  type ObjectName,
  summaryOf,
} from './finding-json';

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
  const day = ruleBookIn(db).ruleSetOn(row.last_at.slice(0, 10));
  const pins = { ruleSet: { ...day.ruleSet }, dutyMapping: { ...day.dutyMapping } };
  return { ...summary, explanation: explain(told, day.rules), events, pins };
}

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
