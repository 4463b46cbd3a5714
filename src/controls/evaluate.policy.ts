import { compareMoments, type Cancellation, type DutyEvent } from './duty-event.policy';
import { worstStatus, type Finding, type FindingStatus } from './finding.policy';
import { type Identities } from './identity.policy';
import { byObject, type ObjectActs } from './object-acts.policy';
import { type Registers } from './registers.policy';
import { unattributed } from './rules/attribution.policy';
import { overAuthority, subordinateApprovals, withoutMandate } from './rules/authority.policy';
import { unapprovedExecutions } from './rules/effective-approval.policy';
import { sessionsOutOfOrder } from './rules/emergency.policy';
import { merged, type Found } from './rules/finding-of.policy';
import { lineageFindings, relationFindings } from './rules/pair.policy';
import { missingQuorums } from './rules/quorum.policy';
import {
  isBeforeEnd,
  isJudgedNow,
  type Period,
  type RuleContext,
} from './rules/rule-context.policy';
import { splitOrders } from './rules/split.policy';
import { standingConflicts } from './rules/static-pair.policy';
import { type CompiledRules } from './rule-set.policy';
import { consequencesAmong, judgedActs, type Act, type Consequences } from './standing.policy';

/** Everything a judgement rests on. A finding is a function of this set, not of the order in which it became known. */
export interface Facts {
  readonly events: readonly DutyEvent[];
  readonly cancellations: readonly Cancellation[];
  readonly identities: Identities;
  readonly registers: Registers;
  /** where lasting acts are looked up when `events` are a part of what is known; without it among `events` */
  readonly consequences?: Consequences;
}

/**
 * Findings of a set of facts under every rule, evaluated from scratch.
 *
 * @param period only what these rules judge: acts of which the latest lies in it
 * @returns by rule in the order of the set, then by scope, then by person
 */
export function evaluate(facts: Facts, rules: CompiledRules, period?: Period): Finding[] {
  const { cancellations, identities, registers } = facts;
  const events = onceEach(facts.events);
  const consequences = facts.consequences ?? consequencesAmong(events, rules);
  const acts = judgedActs(events, cancellations, { rules, identities, consequences });
  const standing = acts.filter(({ isVoid }) => !isVoid);
  const context = { rules, identities, registers, ...(period === undefined ? {} : { period }) };
  const found = [...onObjects(acts, context), ...sessionFindings(standing, context)];
  const findings = [
    ...onChains(standing, context),
    ...onRelations(standing, context),
    ...merged([...found, ...rightsInConflict(context)]),
  ];
  const order = new Map(rules.set.rules.map((rule, index) => [rule.id, index]));
  const place = ({ rule }: Finding): number => order.get(rule) ?? 0;
  return findings.sort(
    (a, b) =>
      place(a) - place(b) || compareText(a.scope, b.scope) || compareText(a.person, b.person),
  );
}

function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  // What nobody can be named for comes last.
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function onceEach(events: readonly DutyEvent[]): DutyEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

function onChains(acts: readonly Act[], context: RuleContext): Finding[] {
  const byLineage = grouped(acts, ({ event }) => event.lineages);
  return [...byLineage].flatMap(([lineage, own]) => lineageFindings(lineage, own, context));
}

function onRelations(acts: readonly Act[], context: RuleContext): Finding[] {
  const byRef = grouped(acts, ({ event }) => event.refs);
  const byEntity = grouped(acts, ({ event }) => [`${ENTITY}:${event.entity}`]);
  const byKey = grouped([...byRef, ...byEntity], ([ref]) => [ref.slice(0, ref.indexOf(':'))]);
  return context.rules.relationPairs.flatMap((pair) =>
    (byKey.get(pair.key) ?? []).flatMap(([ref, own]) => relationFindings(pair, ref, own, context)),
  );
}

/** The key that stands for the legal entity of an act itself. */
const ENTITY = 'entity';

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [item]);
      else known.push(item);
    }
  }
  return groups;
}

function onObjects(acts: readonly Act[], context: RuleContext): Found[] {
  const objects = byObject(acts, context.rules);
  const { rules } = context;
  // A window that closed under these rules stays what it was, whatever is ordered later.
  const known =
    context.period === undefined
      ? objects
      : byObject(
          acts.filter(({ event }) => isBeforeEnd(event, context)),
          rules,
        );
  const found = [
    ...objects.flatMap((object) => onObject(object, context)),
    ...rules.ofType('aggregate').flatMap((rule) => splitOrders(rule, known, context)),
  ];
  return context.period === undefined ? found : found.filter((one) => isNow(one, context));
}

const isNow = ({ acts }: Found, context: RuleContext): boolean =>
  isJudgedNow(
    acts.map(({ event }) => event),
    context,
  );

/** Rules about one object and its own acts. */
export function onObject(object: ObjectActs, context: RuleContext): Found[] {
  const { rules } = context;
  return [
    ...rules.ofType('limit').flatMap((rule) => overAuthority(rule, object, context)),
    ...rules.ofType('quorum').flatMap((rule) => missingQuorums(rule, object, context)),
    ...rules.ofType('delegation').flatMap((rule) => withoutMandate(rule, object, context)),
    ...rules
      .ofType('approval-effective')
      .flatMap((rule) => unapprovedExecutions(rule, object, context)),
    ...rules.ofType('hierarchy').flatMap((rule) => subordinateApprovals(rule, object, context)),
    ...rules.ofType('attribution').flatMap((rule) => unattributed(rule, object, context)),
  ];
}

/** Rights are no acts: the rules that began last judge them. */
function rightsInConflict(context: RuleContext): Found[] {
  return isJudgedNow([], context) ? standingConflicts(context) : [];
}

function sessionFindings(acts: readonly Act[], context: RuleContext): Found[] {
  return context.rules
    .ofType('emergency')
    .flatMap((rule) => sessionsOutOfOrder(rule, acts, context));
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
