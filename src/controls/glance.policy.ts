import { type DutyEvent } from './duty-event.policy';
import { actorsOf, type Identities } from './identity.policy';
import { type CompiledRules } from './rule-set.policy';

/** What is needed to see that an act conflicts with nothing. */
export type GlancedAct = Pick<DutyEvent, 'at' | 'account' | 'onBehalfOf' | 'initiatedBy'> & {
  /** every duty the act might have */
  readonly duties: readonly string[];
};

/**
 * False only when no pair rule can find anything on a chain with these acts: everybody is known, and nobody has duties
 * on both sides of a rule. Withdrawals, versions and objects are left aside, since they can only take pairs away.
 */
export function mayConflict(
  acts: Iterable<GlancedAct>,
  identities: Identities,
  rules: CompiledRules,
): boolean {
  const dutiesOf = new Map<string, Set<string>>();
  for (const act of acts) {
    const { persons, gaps } = actorsOf(act, identities);
    if (gaps.length > 0) return true;
    for (const person of persons) {
      const own = dutiesOf.get(person) ?? new Set<string>();
      dutiesOf.set(person, own);
      if (meetsOpposite(act.duties, own, rules)) return true;
    }
  }
  return false;
}

/** Adds duties to those a person has; true when one of them is then opposed to another. */
function meetsOpposite(duties: readonly string[], own: Set<string>, rules: CompiledRules): boolean {
  for (const duty of duties) own.add(duty);
  return duties.some((duty) => rules.opposites(duty).some((opposite) => own.has(opposite)));
}
