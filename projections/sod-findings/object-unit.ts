import { onObject } from '../../src/controls/evaluate.policy';
import { byObject } from '../../src/controls/object-acts.policy';
import { type Found, merged } from '../../src/controls/rules/finding-of.policy';
import { isJudgedNow } from '../../src/controls/rules/rule-context.policy';
import { judgedActs } from '../../src/controls/standing.policy';
import { factsOf, type ActRow } from './chain-rows';
import { knownRoots } from './lineage-rows';
import { ordersOf, type OrderRow } from './order-rows';
import { actsIn, contextOf, type JudgedUnit, type Judging, standingIn } from './unit';

/** One object judged by the rules about an object and its own acts, and what it adds to wider units. */
export interface JudgedObject extends JudgedUnit {
  /** acts behind which nobody stands: a finding about their account holds those of all objects */
  readonly unattributed: readonly Found[];
  /** what it is as an order of its makers to its payee */
  readonly orders: readonly OrderRow[];
}

export function judgeObject(
  object: string,
  rows: readonly ActRow[],
  judging: Judging,
): JudgedObject {
  const isWithdrawn = rows.some(({ cancels }) => cancels !== '');
  const facts = factsOf(
    rows,
    isWithdrawn ? knownRoots(object, judging.db) : [object],
    judging.book,
  );
  const acts = judgedActs(facts.events, facts.cancellations, standingIn(judging));
  const context = contextOf(judging);
  const [unit] = byObject(acts, judging.day.rules);
  const broken = unit === undefined ? [] : onObject(unit, context);
  const found = broken.filter(({ acts: own }) =>
    isJudgedNow(
      own.map(({ event }) => event),
      context,
    ),
  );
  const isUnattributed = ({ rule }: Found): boolean => rule.type === 'attribution';
  const known = actsIn(rows);
  return {
    findings: merged(found.filter((one) => !isUnattributed(one))),
    turns: new Map(),
    acts: known,
    unattributed: found.filter(isUnattributed),
    orders: unit === undefined ? [] : ordersOf(unit, known, context),
  };
}
