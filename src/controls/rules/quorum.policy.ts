import { compareDecimal, parseDecimal } from '../../kernel/decimal';
import { compareMoments } from '../duty-event.policy';
import { mandateOf } from '../mandate.policy';
import {
  amountOf,
  isWithdrawnBy,
  versionAt,
  withDuty,
  type ObjectActs,
} from '../object-acts.policy';
import { type QuorumRule } from '../rule-set.policy';
import { type Act } from '../standing.policy';
import { type Found } from './finding-of.policy';
import { baseOf, type RuleContext } from './rule-context.policy';

/** DOA-02: a large amount was approved by enough independent persons when it was executed. */
export function missingQuorums(rule: QuorumRule, acts: ObjectActs, context: RuleContext): Found[] {
  return withDuty(acts.standing, rule.config.executionDuties).flatMap((execution) =>
    judge(rule, acts, execution, context),
  );
}

function judge(rule: QuorumRule, acts: ObjectActs, execution: Act, context: RuleContext): Found[] {
  const version = versionAt(acts, execution.event);
  const amount = amountOf(acts, { event: execution.event, version }, baseOf(context));
  if (amount === undefined) return [];
  const approvals = withDuty(acts.all, rule.config.duties).filter(
    (approval) =>
      approval.version === version &&
      compareMoments(approval.event, execution.event) <= 0 &&
      !isWithdrawnBy(approval, execution.event),
  );
  const found = { rule, person: null, scope: acts.object, acts: [...approvals, execution] };
  if (amount === 'missing_rate')
    return [{ ...found, status: 'inconclusive', reasons: ['missing_rate'] }];
  const { thresholdBase, minDistinct } = rule.config;
  if (compareDecimal(amount, parseDecimal(thresholdBase)) <= 0) return [];
  const mandates = approvals.map((approval) => ({
    approval,
    mandate: mandateOf(approval, context),
  }));
  const isUnresolved = ({ approval, mandate }: (typeof mandates)[number]): boolean =>
    mandate.kind === 'unresolved' || approval.actors.gaps.length > 0;
  const unresolved = mandates.filter(isUnresolved);
  const valid = mandates.filter((one) => !isUnresolved(one) && one.mandate.kind !== 'invalid');
  const distinct = disjointSets(
    valid.map(({ approval }) => approval.actors.persons),
    minDistinct,
  );
  if (distinct >= minDistinct) return [];
  if (distinct + unresolved.length >= minDistinct)
    return [{ ...found, status: 'inconclusive', reasons: ['unresolved_actor'] }];
  return [{ ...found, status: 'violation', reasons: [`distinct=${distinct}`] }];
}

/**
 * The largest number of pairwise disjoint sets, counted up to `enough`. A set of nobody, a job without initiator, is no
 * approval by a person and counts for nothing.
 */
function disjointSets(sets: readonly (readonly string[])[], enough: number): number {
  const distinct = [...new Map(sets.map((set) => [set.join('\n'), set])).values()].filter(
    (set) => set.length > 0,
  );
  const search = (from: number, taken: ReadonlySet<string>, count: number): number => {
    let best = count;
    for (let i = from; i < distinct.length && best < enough; i += 1) {
      const set = distinct[i] ?? [];
      if (set.some((person) => taken.has(person))) continue;
      best = Math.max(best, search(i + 1, new Set([...taken, ...set]), count + 1));
    }
    return best;
  };
  return search(0, new Set(), 0);
}
