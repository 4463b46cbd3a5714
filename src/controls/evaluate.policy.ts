import { compareMoments, type Cancellation, type DutyEvent } from './duty-event.policy';
import { worstStatus, type Finding, type FindingStatus } from './finding.policy';
import { type Identities } from './identity.policy';
import { pairFindings } from './pair.policy';
import { type CompiledRules } from './rule-set.policy';
import { consequencesAmong, standingActs, type Act } from './standing.policy';

/** Everything a judgement rests on. A finding is a function of this set, not of the order in which it became known. */
export interface Facts {
  readonly events: readonly DutyEvent[];
  readonly cancellations: readonly Cancellation[];
  readonly identities: Identities;
}

/**
 * Findings of a set of facts, evaluated from scratch.
 *
 * @returns by rule in the order of the set, then by scope, then by person
 */
export function evaluate(facts: Facts, rules: CompiledRules): Finding[] {
  const { cancellations, identities } = facts;
  const events = onceEach(facts.events);
  const consequences = consequencesAmong(events, rules);
  const acts = standingActs(events, cancellations, { rules, identities, consequences });
  const byLineage = new Map<string, Act[]>();
  for (const act of acts) {
    for (const lineage of act.event.lineages) {
      const known = byLineage.get(lineage);
      if (known === undefined) byLineage.set(lineage, [act]);
      else known.push(act);
    }
  }
  const findings = [...byLineage.keys()]
    .sort()
    .flatMap((lineage) => pairFindings(lineage, byLineage.get(lineage) ?? [], rules));
  const order = new Map(rules.set.rules.map((rule, index) => [rule.id, index]));
  return findings.sort((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0));
}

function onceEach(events: readonly DutyEvent[]): DutyEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

export function verdictOf(findings: readonly Finding[]): FindingStatus {
  return worstStatus(findings.map(({ status }) => status));
}

export type Decision = 'deny' | 'escalate' | 'allow';

/**
 * What to answer to somebody who asks before acting: a violation of a preventive rule that includes the act denies it,
 * an inconclusive one escalates it.
 *
 * @param event id of the act asked for
 */
export function decisionOn(
  event: string,
  findings: readonly Finding[],
  rules: CompiledRules,
): Decision {
  const concerned = findings.filter(
    ({ rule, proofs }) =>
      rules.rule(rule)?.control.includes('preventive') === true &&
      proofs.some((proof) => proof.event === event),
  );
  const worst = verdictOf(concerned);
  if (worst === 'violation') return 'deny';
  return worst === 'inconclusive' ? 'escalate' : 'allow';
}

/** The act that occurred last; undefined of none. */
export function lastEvent(facts: Facts): string | undefined {
  const all = [...facts.events, ...facts.cancellations].sort(compareMoments);
  return all.at(-1)?.id;
}
