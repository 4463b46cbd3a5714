import { type CivilDate } from '../kernel/civil-date';
import { compareMoments, type Moment } from './duty-event.policy';
import { evaluate, type Facts } from './evaluate.policy';
import { STATUSES, type Finding } from './finding.policy';
import { localDateOf } from './registers.policy';
import { type RuleBook, type RulesOfDay } from './rule-sets/rule-book.policy';
import { type Period } from './rules/rule-context.policy';

/** The rules of some dates, and on which of them they judge. */
export interface PeriodOfRules extends Period {
  readonly day: RulesOfDay;
}

/** The parts of the book that judge any date from the first to the last of these; of none the part that began last. */
export function periodsOf(
  { turns, ruleSetOn }: RuleBook,
  dates: Iterable<CivilDate>,
): PeriodOfRules[] {
  const sorted = [...dates].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  const periods = turns.map((since, i): PeriodOfRules => {
    const until = turns[i + 1];
    return { since, day: ruleSetOn(since), ...(until === undefined ? {} : { until }) };
  });
  if (first === undefined || last === undefined) return periods.slice(-1);
  return periods.filter(
    ({ since, until }) => since <= last && (until === undefined || first < until),
  );
}

/**
 * Findings by the rules of the day: an act, pair, window or quorum is judged by the set in force on the local date of its
 * latest act, a session by that of its beginning, and rights by the set that began last.
 */
export function evaluateByDate(facts: Facts, book: RuleBook): Finding[] {
  const { registers, events } = facts;
  const dates = events.map((event) => localDateOf(event, registers));
  const begun = registers.sessions.map(({ from }) => from.slice(0, 10));
  const latest = registers.entitlements.length === 0 ? [] : book.turns.slice(-1);
  const periods = periodsOf(book, [...dates, ...begun, ...latest]);
  const [only] = periods;
  if (periods.length === 1 && only !== undefined) return evaluate(facts, only.day.rules);
  const found = periods.flatMap((period) => evaluate(facts, period.day.rules, period));
  return findingsJoined(found, events);
}

/**
 * One finding for each rule, person and scope, also where two rule sets after one another find it: the worst status, with
 * the reasons of that status and every event.
 *
 * @param found by period, the earliest first
 */
export function findingsJoined(found: readonly Finding[], events: readonly Moment[]): Finding[] {
  const joined = new Map<string, Finding>();
  for (const finding of found) {
    const known = joined.get(finding.id);
    joined.set(finding.id, known === undefined ? finding : both(known, finding, events));
  }
  return [...joined.values()];
}

function both(earlier: Finding, later: Finding, events: readonly Moment[]): Finding {
  const worst = STATUSES.indexOf(earlier.status) < STATUSES.indexOf(later.status) ? earlier : later;
  const reasons =
    earlier.status === later.status ? [...earlier.reasons, ...later.reasons] : worst.reasons;
  const moments = new Map(events.map((event) => [event.id, event]));
  const proofs = new Map([...earlier.proofs, ...later.proofs].map((proof) => [proof.event, proof]));
  return {
    ...later,
    status: worst.status,
    reasons: [...new Set(reasons)].sort(),
    gaps: worst.gaps,
    proofs: [...proofs.values()].sort((a, b) => {
      const [left, right] = [moments.get(a.event), moments.get(b.event)];
      return left === undefined || right === undefined ? 0 : compareMoments(left, right);
    }),
  };
}
