import { type CivilDate } from '../../kernel/civil-date';
import { type DutyEvent } from '../duty-event.policy';
import { type Identities } from '../identity.policy';
import { localDateOf, type Registers } from '../registers.policy';
import { type CompiledRules } from '../rule-set.policy';

/** Local dates on which one rule set judges. */
export interface Period {
  readonly since: CivilDate;
  /** first date of the next period */
  readonly until?: CivilDate;
}

/** What every rule may look up. */
export interface RuleContext {
  readonly rules: CompiledRules;
  readonly identities: Identities;
  readonly registers: Registers;
  /** what is judged by these rules: acts of which the latest lies in it; without it all */
  readonly period?: Period;
}

export const baseOf = ({ rules, registers }: RuleContext) => ({
  registers,
  baseCurrency: rules.set.ruleset.baseCurrency,
});

/**
 * Whether what these acts break is broken under the rules of the context: those of the local date of the latest of them.
 * What has no act, such as two rights, is judged by the rules that began last.
 */
export function isJudgedNow(events: readonly DutyEvent[], context: RuleContext): boolean {
  const { period, registers } = context;
  if (period === undefined) return true;
  const dates = events.map((event) => localDateOf(event, registers)).sort();
  const latest = dates.at(-1);
  return latest === undefined ? period.until === undefined : isWithinPeriod(latest, context);
}

/** Whether a date is one of those on which the rules of the context judge. */
export function isWithinPeriod(date: CivilDate, { period }: RuleContext): boolean {
  if (period === undefined) return true;
  return period.since <= date && (period.until === undefined || date < period.until);
}

/** Whether an act may belong to what the rules of the context judge: it is not after their end. */
export function isBeforeEnd(event: DutyEvent, { period, registers }: RuleContext): boolean {
  return period?.until === undefined || localDateOf(event, registers) < period.until;
}
