import { type CivilDate } from '../../kernel/civil-date';
import { type Rule } from '../rule-set.policy';
import { type RuleBook, SHIPPED_BOOK } from '../rule-sets/rule-book.policy';

/** What an entry of a register may name. */
export interface Vocabulary {
  hasDuty(id: string): boolean;
  rule(id: string): Rule | undefined;
  readonly baseCurrency: string;
  readonly sessionHoursMax: number;
}

const SESSION_HOURS_MAX = 12;

/** The words of the set in force on a date, then those of sets that are approved for later. */
export function vocabularyOn(date: CivilDate, book: RuleBook): Vocabulary {
  const later = book.turns.filter((turn) => turn > date);
  const sets = [date, ...later].map((day) => book.ruleSetOn(day).rules);
  const { rules } = book.ruleSetOn(date);
  return {
    hasDuty: (id) => sets.some((set) => set.duty(id) !== undefined),
    rule: (id) => sets.map((set) => set.rule(id)).find((rule) => rule !== undefined),
    baseCurrency: rules.set.ruleset.baseCurrency,
    sessionHoursMax: rules.ofType('emergency')[0]?.config.maxHours ?? SESSION_HOURS_MAX,
  };
}

/** The words before any set was approved. */
export const SHIPPED_WORDS: Vocabulary = vocabularyOn('0001-01-01', SHIPPED_BOOK);
