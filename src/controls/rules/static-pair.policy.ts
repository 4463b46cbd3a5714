import { type Entitlement } from '../registers.policy';
import { type PairRule } from '../rule-set.policy';
import { type Found } from './finding-of.policy';
import { liftOf } from './mitigation.policy';
import { type RuleContext } from './rule-context.policy';

/** S15: one person holds rights to both sides of a rule at the same time in the same legal entity. */
export function standingConflicts(context: RuleContext): Found[] {
  const { registers, identities, rules } = context;
  const byPerson = new Map<string, Entitlement[]>();
  for (const entitlement of registers.entitlements) {
    const person = identities.survivorOf(entitlement.person);
    byPerson.set(person, [...(byPerson.get(person) ?? []), entitlement]);
  }
  return [...byPerson].flatMap(([person, held]) =>
    rules.staticPairs.flatMap((rule): Found[] => {
      if (!isHeld(rule, held)) return [];
      const found = { rule, person, scope: 'static', acts: [] };
      const lifted = liftOf({ rule, person, events: [] }, context);
      if (lifted.status === 'mitigated')
        return [{ ...found, status: 'mitigated', reasons: [lifted.by] }];
      const reasons = lifted.fault === undefined ? ['static'] : [lifted.fault];
      return [{ ...found, status: 'violation', reasons }];
    }),
  );
}

function isHeld({ left, right }: PairRule, held: readonly Entitlement[]): boolean {
  const rights = held.filter(({ duty }) => right.includes(duty));
  return held
    .filter(({ duty }) => left.includes(duty))
    .some((l) => rights.some((r) => l !== r && doMeet(l, r)));
}

function doMeet(a: Entitlement, b: Entitlement): boolean {
  const startsBeforeEnd = (start: string | undefined, end: string | undefined): boolean =>
    start === undefined || end === undefined || start < end;
  const isSameEntity = a.entity === '*' || b.entity === '*' || a.entity === b.entity;
  return isSameEntity && startsBeforeEnd(a.from, b.to) && startsBeforeEnd(b.from, a.to);
}
