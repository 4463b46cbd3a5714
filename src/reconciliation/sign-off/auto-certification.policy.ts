import { type Guard } from '../close/guard.policy';
import { type AutoMethod } from '../close/period.events';
import { type Figures } from './account-reconciliation.policy';
import { type AutoReason, type NotAutoCertified } from './sign-off.events';

/** What the methods look at. */
export interface AutoFacts {
  readonly guards: readonly Guard[];
  readonly figures: readonly Figures[];
  /** breaks that are open at the cut-off */
  readonly openBreaks: number;
  /** lines up to the cut-off, and up to the day before the period */
  readonly lines: number;
  readonly linesBefore: number;
  /** balances of the prior closing by currency, decimal text: books and source */
  readonly prior: ReadonlyMap<string, string> | undefined;
}

export type AutoResult =
  { readonly method: AutoMethod } | { readonly reasons: NotAutoCertified['reasons'] };

/** The first method that holds; if none does, the reason of each. A failed control blocks every method. */
export function autoCertification(methods: readonly AutoMethod[], facts: AutoFacts): AutoResult {
  const reasons: { method: AutoMethod; reason: AutoReason }[] = [];
  for (const method of methods) {
    const reason = blocked(facts) ?? REASON_OF[method](facts);
    if (reason === undefined) return { method };
    reasons.push({ method, reason });
  }
  return { reasons };
}

const CONDITIONS: readonly (readonly [guard: string, reason: AutoReason])[] = [
  ['matched-to-cut-off', 'not-matched-to-cut-off'],
  ['every-line-in-the-run', 'not-matched-to-cut-off'],
  ['source-fresh', 'not-fresh'],
  ['controls-passed', 'control-failed'],
];

function blocked({ guards }: AutoFacts): AutoReason | undefined {
  const unmet = new Set(guards.filter(({ holds }) => !holds).map(({ guard }) => guard));
  return CONDITIONS.find(([guard]) => unmet.has(guard))?.[1];
}

const hasDigits = (amount: string): boolean => /[1-9]/.test(amount);

const REASON_OF: Readonly<Record<AutoMethod, (facts: AutoFacts) => AutoReason | undefined>> = {
  'zero-balance-no-activity': ({ figures, lines, linesBefore }) => {
    if (figures.some(({ perBooks, perSource }) => hasDigits(perBooks) || hasDigits(perSource)))
      return 'balance-not-zero';
    return lines === linesBefore ? undefined : 'activity';
  },
  'unchanged-no-activity': ({ figures, lines, linesBefore, prior }) => {
    if (prior === undefined) return 'no-prior-closing';
    const isSame = figures.every(
      ({ currency, perBooks, perSource }) => prior.get(currency) === `${perBooks} ${perSource}`,
    );
    if (!isSame) return 'balance-changed';
    return lines === linesBefore ? undefined : 'activity';
  },
  'no-difference-no-open-break': ({ figures, openBreaks }) => {
    if (openBreaks > 0) return 'open-break';
    return figures.some(({ unexplainedGross }) => hasDigits(unexplainedGross))
      ? 'difference'
      : undefined;
  },
};
