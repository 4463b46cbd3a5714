import { type CivilDate } from '../../kernel/civil-date';
import { TieoutError } from '../../kernel/errors';
import { type DutyMapping, unknownDuties } from '../duty-mapping.policy';
import {
  type CompiledRules,
  compileRules,
  DEFAULT_RULE_SET,
  type RuleSet,
} from '../rule-set.policy';
import { type RuleBook } from './rule-book.policy';
import { type Validity } from './read-rule-set.policy';

/** An approved version that another one may not overlap. */
export interface Neighbour extends Validity {
  readonly name: string;
}

/**
 * Refuses a validity that overlaps an approved one. One without an end makes room for a version that begins later; a
 * stated end is a promise, and so is the beginning of a version that is still to come.
 *
 * @throws TieoutError `state-conflict`
 */
export function refuseOverlap(own: Validity, others: readonly Neighbour[]): void {
  for (const other of others) {
    if (other.from === own.from) continue;
    const [first, second] = own.from < other.from ? [own, other] : [other, own];
    const overlaps =
      first === other
        ? other.to !== undefined && own.from <= other.to
        : own.to === undefined || own.to >= second.from;
    if (overlaps) throw overlap(other);
  }
}

function overlap({ name, from, to }: Neighbour): TieoutError {
  const period = to === undefined ? `from ${from} on` : `from ${from} to ${to}`;
  return new TieoutError(
    'state-conflict',
    `The validity overlaps ${name}, which is approved ${period}. Begin after its end, or end the day before it begins.`,
    { validFrom: from, validTo: to ?? null },
  );
}

/** @throws TieoutError `state-conflict`: a rule never reaches back to what was done before its approval */
export function refuseBackdated(from: CivilDate, earliest: CivilDate): void {
  if (from >= earliest) return;
  throw new TieoutError(
    'state-conflict',
    `It would be in force from ${from}, before it is approved. Propose it from ${earliest} or later.`,
    { earliest },
  );
}

/**
 * Critical rules of the shipped set that a set does not have, or has weaker: less severe, or not able to refuse. They may
 * be missing for a reason, which then is said wherever the set judges.
 */
export function missingCritical(rules: CompiledRules): string[] {
  return DEFAULT_RULE_SET.rules
    .filter(({ severity }) => severity === 'critical')
    .filter(({ id, control }) => {
      const own = rules.rule(id);
      if (own?.severity !== 'critical') return true;
      return control.includes('preventive') && !own.control.includes('preventive');
    })
    .map(({ id }) => id);
}

/**
 * Refuses a rule set that lacks a duty which the mapping beside it names: acts of that duty would meet no rule.
 *
 * @throws TieoutError `state-conflict`
 */
export function refuseUnmappable(set: RuleSet, from: CivilDate, book: RuleBook): void {
  const rules = compileRules(set);
  for (const day of daysFrom(from, book)) {
    const { duties } = book.ruleSetOn(day);
    const unknown = unknownDuties(duties.mapping, rules);
    if (unknown.length > 0)
      throw new TieoutError(
        'state-conflict',
        `The duty mapping ${duties.mapping.id}@${duties.mapping.version} names ${unknown.join(', ')}, which the rule set has not. Keep the duties, or change the mapping first.`,
        { duties: unknown },
      );
  }
}

/**
 * Refuses a mapping that names a duty which a rule set beside it does not have.
 *
 * @throws TieoutError `state-conflict`
 */
export function refuseUnknownDuties(mapping: DutyMapping, from: CivilDate, book: RuleBook): void {
  for (const day of daysFrom(from, book)) {
    const { rules, ruleSet } = book.ruleSetOn(day);
    const unknown = unknownDuties(mapping, rules);
    if (unknown.length > 0)
      throw new TieoutError(
        'state-conflict',
        `The rule set ${ruleSet.id}@${ruleSet.version} has no duty ${unknown.join(', ')}.`,
        { duties: unknown },
      );
  }
}

const daysFrom = (from: CivilDate, { turns }: RuleBook): CivilDate[] => [
  from,
  ...turns.filter((turn) => turn > from),
];
