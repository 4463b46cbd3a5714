import { compareMoments, type DutyEvent } from './duty-event.policy';
import { findingId, type Finding, type FindingStatus, type Proof } from './finding.policy';
import { type IdentityGap } from './identity.policy';
import { type CompiledRules, type PairRule } from './rule-set.policy';
import { isPreparation, type Act } from './standing.policy';

type Predicate = (left: Act, right: Act) => boolean;

/**
 * Findings of the pair rules on one document chain: one person in the accountable sets of a left and of a right act.
 *
 * A pair that shares several chains belongs to the first of them. A pair that cannot be decided, because somebody who
 * took part is unknown, makes one finding for the rule and chain, without a person.
 *
 * @param lineage the chain
 * @param acts those that stand on it, in order of occurrence
 */
export function pairFindings(
  lineage: string,
  acts: readonly Act[],
  rules: CompiledRules,
): Finding[] {
  const byDuty = new Map<string, Act[]>();
  for (const act of acts) {
    for (const duty of act.event.duties) {
      const known = byDuty.get(duty);
      if (known === undefined) byDuty.set(duty, [act]);
      else known.push(act);
    }
  }
  // Most chains hold few duties: a rule without an act on either side costs two look-ups.
  return rules.lineagePairs.flatMap((rule) => {
    const left = actsOf(rule.left, byDuty);
    if (left.length === 0) return [];
    const right = actsOf(rule.right, byDuty);
    if (right.length === 0) return [];
    return ruleFindings(rule, lineage, left, right, rules);
  });
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

function ruleFindings(
  rule: PairRule,
  lineage: string,
  left: readonly Act[],
  right: readonly Act[],
  rules: CompiledRules,
): Finding[] {
  const meets: Predicate = (l, r) =>
    isFirstShared(lineage, l.event, r.event) && (!rule.versioned || l.version <= r.version);
  const broken = new Map<string, Paired[]>();
  const open: Paired[] = [];
  for (const [lefts, rights] of opponents(rule, left, right, rules)) {
    for (const person of new Set(lefts.flatMap(({ actors }) => actors.persons))) {
      const did = ({ actors }: Act): boolean => actors.persons.includes(person);
      const pairs = paired(lefts.filter(did), rights.filter(did), meets);
      if (pairs.length > 0) broken.set(person, [...(broken.get(person) ?? []), ...pairs]);
    }
    open.push(...undecided(lefts, rights, meets));
  }
  const violations = [...broken.keys()]
    .sort()
    .map((person) => finding(rule, lineage, person, 'violation', broken.get(person) ?? []));
  return open.length === 0
    ? violations
    : [...violations, finding(rule, lineage, null, 'inconclusive', open)];
}

type Opponents = readonly [left: readonly Act[], right: readonly Act[]];

/** Under a versioned rule an approval stands against what prepared the same object, and only while it counts. */
function opponents(
  rule: PairRule,
  left: readonly Act[],
  right: readonly Act[],
  rules: CompiledRules,
): Opponents[] {
  if (!rule.versioned) return [[left, right]];
  const preparations = byObject(left.filter((act) => prepares(act, rules)));
  const approvals = byObject(right.filter((act) => !act.isOvertaken));
  return [...preparations].flatMap(([object, lefts]) => {
    const rights = approvals.get(object);
    return rights === undefined ? [] : [[lefts, rights] as const];
  });
}

function byObject(acts: readonly Act[]): Map<string, Act[]> {
  const groups = new Map<string, Act[]>();
  for (const act of acts) {
    const known = groups.get(act.event.object);
    if (known === undefined) groups.set(act.event.object, [act]);
    else known.push(act);
  }
  return groups;
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

/** Pairs that nobody can decide; an act is undecided against every opposite act, so few unknown ones cost little. */
function undecided(left: readonly Act[], right: readonly Act[], meets: Predicate): Paired[] {
  const isUnknown = ({ actors }: Act): boolean => actors.gaps.length > 0;
  const isOpen: Predicate = (l, r) => isUndecided(l, r) && meets(l, r);
  return [
    ...paired(left.filter(isUnknown), right, isOpen),
    ...paired(left, right.filter(isUnknown), isOpen),
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

interface Paired {
  readonly act: Act;
  readonly side: 'left' | 'right';
}

/**
 * Every act that meets one of the other side. An act is kept at its first opposite, so a chain on which one person did
 * thousands of things costs their number and not its square.
 */
function paired(left: readonly Act[], right: readonly Act[], meets: Predicate): Paired[] {
  return [
    ...left
      .filter((l) => right.some((r) => meets(l, r)))
      .map((act) => ({ act, side: 'left' as const })),
    ...right
      .filter((r) => left.some((l) => meets(l, r)))
      .map((act) => ({ act, side: 'right' as const })),
  ];
}

function finding(
  rule: PairRule,
  lineage: string,
  person: string | null,
  status: FindingStatus,
  pairs: readonly Paired[],
): Finding {
  const acts = [...new Set(pairs.map(({ act }) => act))].sort((a, b) =>
    compareMoments(a.event, b.event),
  );
  const exposure = acts.map(({ event }) => event.amount).findLast((amount) => amount !== undefined);
  const isOpen = status === 'inconclusive';
  return {
    id: findingId(rule.id, person, lineage),
    rule: rule.id,
    severity: rule.severity,
    person,
    scope: lineage,
    status,
    reasons: isOpen ? ['unresolved_actor'] : [],
    proofs: proofsOf(acts, pairs),
    gaps: isOpen ? gapsOf(acts) : [],
    ...(exposure === undefined ? {} : { exposure }),
  };
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

function gapsOf(acts: readonly Act[]): IdentityGap[] {
  const gaps = new Map<string, IdentityGap>();
  for (const { actors } of acts) {
    for (const gap of actors.gaps) gaps.set(`${gap.account} ${gap.reason}`, gap);
  }
  return [...gaps.keys()].sort().flatMap((key) => gaps.get(key) ?? []);
}
