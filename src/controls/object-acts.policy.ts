import { type Decimal, multiplyDecimal } from '../kernel/decimal';
import { minorDigits, type Money } from '../kernel/money';
import { compareMoments, type DutyEvent, type Moment } from './duty-event.policy';
import { localDateOf, type Registers } from './registers.policy';
import { type CompiledRules } from './rule-set.policy';
import { isPreparation, type Act } from './standing.policy';

/** What happened to one object, in order of occurrence. */
export interface ObjectActs {
  readonly object: string;
  /** void ones too */
  readonly all: readonly Act[];
  readonly standing: readonly Act[];
  /** standing acts that set or change what is approved */
  readonly preparations: readonly Act[];
}

/** Acts of each object, in the order given. */
export function groupByObject(acts: readonly Act[]): Map<string, Act[]> {
  const groups = new Map<string, Act[]>();
  for (const act of acts) {
    const known = groups.get(act.event.object);
    if (known === undefined) groups.set(act.event.object, [act]);
    else known.push(act);
  }
  return groups;
}

/** @param acts in order of occurrence */
export function byObject(acts: readonly Act[], rules: CompiledRules): ObjectActs[] {
  const groups = groupByObject(acts);
  return [...groups.keys()].sort().map((object) => {
    const all = groups.get(object) ?? [];
    const standing = all.filter(({ isVoid }) => !isVoid);
    const preparations = standing.filter(({ event }) => isPreparation(event, rules));
    return { object, all, standing, preparations };
  });
}

/** The version an object had at a moment: that of its last preparation until then, else 1. */
export function versionAt({ preparations }: ObjectActs, moment: Moment): number {
  const before = preparations.filter(({ event }) => compareMoments(event, moment) <= 0);
  return before.at(-1)?.version ?? 1;
}

/** Of acts of an object, those of any of the duties. */
export function withDuty(acts: readonly Act[], duties: readonly string[]): Act[] {
  return acts.filter(({ event }) => event.duties.some((duty) => duties.includes(duty)));
}

export function isWithdrawnBy({ withdrawn }: Act, moment: Moment): boolean {
  return withdrawn !== undefined && compareMoments(withdrawn, moment) <= 0;
}

/** An amount in base currency; `missing_rate` when there is no rate of that very date. */
export type BaseAmount = Decimal | 'missing_rate';

/**
 * The amount of a version as an act at `moment` met it: of the last material preparation of that version or an earlier
 * one until then, at the rate of that preparation's local date. An object whose preparation nobody reported has the
 * amount the act itself states.
 *
 * @returns undefined when no amount is known
 */
export function amountOf(
  acts: ObjectActs,
  act: { readonly event: DutyEvent; readonly version: number },
  context: { readonly registers: Registers; readonly baseCurrency: string },
): BaseAmount | undefined {
  const setting = acts.preparations
    .map(({ event, version }) => ({ event, version }))
    .filter(({ event, version }) => event.amount !== undefined && version <= act.version);
  const until = setting.filter(({ event }) => compareMoments(event, act.event) <= 0);
  const { event } = until.at(-1) ?? setting.at(-1) ?? act;
  return event.amount === undefined ? undefined : baseAmount(event, event.amount, context);
}

/** Exact, never rounded before a comparison. */
export function baseAmount(
  event: DutyEvent,
  { minor, currency }: Money,
  context: { readonly registers: Registers; readonly baseCurrency: string },
): BaseAmount {
  const amount = { unscaled: minor, scale: minorDigits(currency) ?? 0 };
  if (currency === context.baseCurrency) return amount;
  const date = localDateOf(event, context.registers);
  const rate = context.registers.rateOf(currency, context.baseCurrency, date);
  return rate === undefined ? 'missing_rate' : multiplyDecimal(amount, rate);
}
