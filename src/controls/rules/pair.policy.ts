import { dayNumber } from '../../kernel/civil-date';
import { compareMoments, type DutyEvent } from '../duty-event.policy';
import {
  findingId,
  type Finding,
  type FindingStatus,
  type Proof,
  type ScopeKind,
} from '../finding.policy';
import { groupByObject } from '../object-acts.policy';
import { localDateOf } from '../registers.policy';
import { type CompiledRules, type PairRule, type RelationPair } from '../rule-set.policy';
import { isPreparation, type Act } from '../standing.policy';
import { gapsOf, inOrder } from './finding-of.policy';
import { liftOf, mayBeLifted } from './mitigation.policy';
import { meetingActs, type Meets, type Paired } from './pairing.policy';
import { isJudgedNow, type RuleContext } from './rule-context.policy';

/**
 * Findings of the pair rules on one document chain: one person in the accountable sets of a left and of a right act.
 *
 * A pair that shares several chains belongs to the first of them. A pair that cannot be decided, because somebody who
 * took part is unknown, makes one finding for the rule and chain, without a person.
 *
 * @param lineage the chain
 * @param acts those that stand on it, in order of occurrence
 */
export function lineageFindings(
  lineage: string,
  acts: readonly Act[],
  context: RuleContext,
): Finding[] {
  const byDuty = actsByDuty(acts);
  // Most chains hold few duties: a rule without an act on either side costs two look-ups.
  return context.rules.lineagePairs.flatMap((rule) => {
    const sides = sidesOf(rule, byDuty);
    if (sides === undefined) return [];
    const meets: Meets = {
      test: (l, r) =>
        isFirstShared(lineage, l.event, r.event) &&
        (!rule.versioned || l.version <= r.version) &&
        isJudgedNow([l.event, r.event], context),
    };
    return conflicts({ rule, kind: 'lineage', scope: lineage, meets, ...sides }, context);
  });
}

/**
 * Findings of one pair rule about one related object, such as a vendor: the acts lie at most `windowDays` local days
 * apart, in either order.
 *
 * @param scope `key:value`
 * @param acts those that stand and name the object, in order of occurrence
 */
export function relationFindings(
  { rule, windowDays }: RelationPair,
  scope: string,
  acts: readonly Act[],
  context: RuleContext,
): Finding[] {
  const known = sidesOf(rule, actsByDuty(acts));
  if (known === undefined) return [];
  const dayOf = ({ event }: Act): number => dayNumber(localDateOf(event, context.registers));
  const days = new Map([...known.left, ...known.right].map((act) => [act, dayOf(act)]));
  const day = (act: Act): number => days.get(act) ?? 0;
  const { since, until } = daysOf(context);
  const isEarlier = (act: Act): boolean => day(act) < until;
  const sides = { left: known.left.filter(isEarlier), right: known.right.filter(isEarlier) };
  const meets: Meets = {
    test: (l, r) =>
      Math.abs(day(l) - day(r)) <= windowDays &&
      (!rule.versioned || l.version <= r.version) &&
      isJudgedNow([l.event, r.event], context),
    ...(rule.versioned ? {} : { within: { day, days: windowDays, since } }),
  };
  return conflicts({ rule, kind: 'relation', scope, meets, ...sides }, context);
}

/** The period of the context in days. */
function daysOf({ period }: RuleContext): { readonly since: number; readonly until: number } {
  if (period === undefined) return { since: -Infinity, until: Infinity };
  const until = period.until === undefined ? Infinity : dayNumber(period.until);
  return { since: dayNumber(period.since), until };
}

function actsByDuty(acts: readonly Act[]): ReadonlyMap<string, readonly Act[]> {
  const byDuty = new Map<string, Act[]>();
  for (const act of acts) {
    for (const duty of act.event.duties) {
      const known = byDuty.get(duty);
      if (known === undefined) byDuty.set(duty, [act]);
      else known.push(act);
    }
  }
  return byDuty;
}

interface Sides {
  readonly left: readonly Act[];
  readonly right: readonly Act[];
}

function sidesOf(rule: PairRule, byDuty: ReadonlyMap<string, readonly Act[]>): Sides | undefined {
  const left = actsOf(rule.left, byDuty);
  if (left.length === 0) return undefined;
  const right = actsOf(rule.right, byDuty);
  return right.length === 0 ? undefined : { left, right };
}

const NONE: readonly Act[] = [];

function actsOf(
  duties: readonly string[],
  byDuty: ReadonlyMap<string, readonly Act[]>,
): readonly Act[] {
  const found = duties.map((duty) => byDuty.get(duty) ?? NONE).filter((acts) => acts.length > 0);
  const [first = NONE] = found;
  return found.length > 1 ? [...new Set(found.flat())] : first;
}

interface Question extends Sides {
  readonly rule: PairRule;
  readonly kind: ScopeKind;
  readonly scope: string;
  readonly meets: Meets;
}

function conflicts(question: Question, context: RuleContext): Finding[] {
  const broken = new Map<string, Broken>();
  const open: Paired[] = [];
  for (const sides of opponents(question, context.rules)) {
    for (const person of new Set(sides.left.flatMap(({ actors }) => actors.persons))) {
      const own = brokenBy(person, { ...question, ...sides }, context);
      if (own === undefined) continue;
      const known = broken.get(person);
      broken.set(person, known === undefined ? own : both(known, own));
    }
    open.push(...undecided(sides, question.meets));
  }
  const decided = [...broken.keys()]
    .sort()
    .flatMap((person) => finding(question, person, broken.get(person)));
  const unknown: Broken = { status: 'inconclusive', reasons: ['unresolved_actor'], pairs: open };
  return open.length === 0 ? decided : [...decided, ...finding(question, null, unknown)];
}

/** Under a versioned rule an approval stands against what prepared the same object, and only while it counts. */
function opponents({ rule, left, right }: Question, rules: CompiledRules): Sides[] {
  if (!rule.versioned) return [{ left, right }];
  const preparations = groupByObject(left.filter((act) => prepares(act, rules)));
  const approvals = groupByObject(right.filter((act) => !act.isOvertaken));
  return [...preparations].flatMap(([object, lefts]) => {
    const rights = approvals.get(object);
    return rights === undefined ? [] : [{ left: lefts, right: rights }];
  });
}

/** A change that touches nothing an approval is bound to does not prepare; an act of another category always does. */
function prepares({ event }: Act, rules: CompiledRules): boolean {
  return isPreparation(event, rules) || !event.duties.some((duty) => rules.isPreparing(duty));
}

/** Both are on `lineage`; of several chains that two acts share, the first by code point is theirs. */
function isFirstShared(lineage: string, a: DutyEvent, b: DutyEvent): boolean {
  if (a.lineages.length === 1 || b.lineages.length === 1) return true;
  return a.lineages.find((one) => b.lineages.includes(one)) === lineage;
}

/** Everything of one person that breaks a rule in a scope. */
interface Broken {
  readonly status: FindingStatus;
  readonly reasons: readonly string[];
  readonly pairs: readonly Paired[];
}

function brokenBy(
  person: string,
  { rule, left, right, meets }: Question,
  context: RuleContext,
): Broken | undefined {
  const did = ({ actors }: Act): boolean => actors.persons.includes(person);
  const own = { left: left.filter(did), right: right.filter(did) };
  const pairs = meetingActs(own.left, own.right, meets);
  if (pairs.length === 0) return undefined;
  if (!mayBeLifted(rule, person, context)) return { status: 'violation', reasons: [], pairs };
  return { ...liftedPairs({ rule, person, ...own, meets }, context), pairs };
}

/** The worst of all pairs: one that nothing lifts leaves the whole a violation. */
function liftedPairs(
  {
    rule,
    person,
    left,
    right,
    meets,
  }: Omit<Question, 'kind' | 'scope'> & { readonly person: string },
  context: RuleContext,
): Pick<Broken, 'status' | 'reasons'> {
  const lifting = new Set<string>();
  const faults = new Set<string>();
  let isBroken = false;
  for (const l of left) {
    for (const r of right) {
      if (!meets.test(l, r)) continue;
      const events = [l.event, r.event].sort(compareMoments);
      const lifted = liftOf({ rule, person, events }, context);
      if (lifted.status === 'mitigated') lifting.add(lifted.by);
      else isBroken = true;
      if (lifted.status === 'violation' && lifted.fault !== undefined) faults.add(lifted.fault);
    }
  }
  return isBroken
    ? { status: 'violation', reasons: [...faults].sort() }
    : { status: 'mitigated', reasons: [...lifting].sort() };
}

function both(a: Broken, b: Broken): Broken {
  const pairs = [...a.pairs, ...b.pairs];
  if (a.status !== b.status) return { ...(a.status === 'violation' ? a : b), pairs };
  const reasons = [...new Set([...a.reasons, ...b.reasons])].sort();
  return { status: a.status, reasons, pairs };
}

/** Pairs that nobody can decide; an act is undecided against every opposite act, so few unknown ones cost little. */
function undecided({ left, right }: Sides, meets: Meets): Paired[] {
  const isUnknown = ({ actors }: Act): boolean => actors.gaps.length > 0;
  const isOpen: Meets = { test: (l, r) => isUndecided(l, r) && meets.test(l, r) };
  return [
    ...meetingActs(left.filter(isUnknown), right, isOpen),
    ...meetingActs(left, right.filter(isUnknown), isOpen),
  ];
}

/** Somebody unknown took part, nobody known is on both sides, and neither side is known to be nobody. */
function isUndecided(left: Act, right: Act): boolean {
  if (left.actors.gaps.length === 0 && right.actors.gaps.length === 0) return false;
  if (isNobody(left) || isNobody(right)) return false;
  return !left.actors.persons.some((person) => right.actors.persons.includes(person));
}

/** A job of a service account that nobody started conflicts with nobody. */
function isNobody({ actors }: Act): boolean {
  return actors.persons.length === 0 && actors.gaps.length === 0;
}

function finding(
  { rule, kind, scope }: Question,
  person: string | null,
  broken: Broken | undefined,
): Finding[] {
  if (broken === undefined) return [];
  const { status, reasons, pairs } = broken;
  const acts = inOrder(pairs.map(({ act }) => act));
  const exposure = acts.map(({ event }) => event.amount).findLast((amount) => amount !== undefined);
  return [
    {
      id: findingId(rule.id, person, scope),
      rule: rule.id,
      severity: rule.severity,
      person,
      kind,
      scope,
      status,
      reasons,
      proofs: proofsOf(acts, pairs),
      gaps: status === 'inconclusive' ? gapsOf(acts) : [],
      ...(exposure === undefined ? {} : { exposure }),
    },
  ];
}

function proofsOf(acts: readonly Act[], pairs: readonly Paired[]): Proof[] {
  const on = (side: 'left' | 'right'): Set<Act> =>
    new Set(pairs.filter((pair) => pair.side === side).map(({ act }) => act));
  const [lefts, rights] = [on('left'), on('right')];
  return acts.map((act) => ({
    event: act.event.id,
    side: lefts.has(act) ? (rights.has(act) ? 'both' : 'left') : 'right',
  }));
}
