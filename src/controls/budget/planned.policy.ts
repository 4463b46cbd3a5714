import { type MoneyJson, parseMoney } from '../../kernel/money';
import { type BudgetStep, type DocumentFold, type Said } from './document-fold.policy';

/** A budget after one of its steps. */
export interface PlannedStep {
  readonly event: string;
  readonly at: string;
  readonly action: string;
  /** as the event gives it */
  readonly amount?: MoneyJson;
  /** `sets` the whole budget, or `adds` to it; `none` without an amount, or with one in another currency */
  readonly effect: 'sets' | 'adds' | 'none';
  /** minor units after the step */
  readonly after: bigint;
}

export interface Planned {
  readonly currency: string;
  /** minor units when it was first released */
  readonly original: bigint;
  /** minor units now */
  readonly revised: bigint;
  readonly isClosed: boolean;
  readonly steps: readonly PlannedStep[];
}

/** Steps whose amount comes on top of what is there; it may be negative. */
const ADDING: ReadonlySet<string> = new Set(['transferred', 'supplemented']);
const RELEASED: ReadonlySet<string> = new Set(['released', 'closed']);

/** A budget counts from its release on, also when it is closed. */
export const isInForce = ({ state }: DocumentFold): boolean =>
  state !== undefined && RELEASED.has(state.value);

/**
 * What a budget's own events add up to: a step with an amount sets the whole budget, a transfer or supplement adds its
 * signed amount. The first amount gives the currency.
 *
 * @returns undefined for a budget without any amount
 */
export function plannedOf(fold: DocumentFold): Planned | undefined {
  const steps = fold.steps ?? [];
  const currency = steps.find(({ value }) => value.amount !== undefined)?.value.amount?.currency;
  if (currency === undefined) return undefined;
  let revised = 0n;
  let original: bigint | undefined;
  const told: PlannedStep[] = [];
  for (const step of steps) {
    const effect = effectOf(step, currency);
    const minor = effect === 'none' ? 0n : parseMoney(step.value.amount as MoneyJson).minor;
    revised = effect === 'sets' ? minor : revised + minor;
    if (step.value.action === 'released') original ??= revised;
    const { event, at } = step;
    told.push({ event, at, ...step.value, effect, after: revised });
  }
  const isClosed = fold.state?.value === 'closed';
  return { currency, original: original ?? revised, revised, isClosed, steps: told };
}

function effectOf({ value }: Said<BudgetStep>, currency: string): PlannedStep['effect'] {
  if (value.amount?.currency !== currency) return 'none';
  return ADDING.has(value.action) ? 'adds' : 'sets';
}
