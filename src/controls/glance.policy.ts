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
      let own = dutiesOf.get(person);
      if (own === undefined) dutiesOf.set(person, (own = new Set()));
      for (const duty of act.duties) own.add(duty);
      for (const duty of act.duties) {
        for (const opposite of rules.opposites(duty)) if (own.has(opposite)) return true;
      }
    }
  }
  return false;
}
