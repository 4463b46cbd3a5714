import { TieoutError } from '../../kernel/errors';
import { formatMinor, parseAmount } from '../../kernel/money';
import { type AdjustmentLimit } from '../breaks/break-rules.policy';

/** Types that give money up. Without an approved limit there is none to give. */
const LIMITED: ReadonlySet<string> = new Set(['write-off', 'rounding']);

export interface LimitedAmount {
  readonly type: string;
  readonly currency: string;
  readonly minor: bigint;
  /** live proposals of this type and currency beside it, in minor units */
  readonly usedMinor: bigint;
}

/**
 * The limit that an adjustment keeps, or `undefined` for a type that needs none and has none.
 *
 * @throws TieoutError `authority-exceeded` beyond the item's or the run's limit
 */
export function keptLimit(
  { type, currency, minor, usedMinor }: LimitedAmount,
  limits: readonly AdjustmentLimit[],
): AdjustmentLimit | undefined {
  const limit = limits.find((one) => one.type === type && one.currency === currency);
  if (limit === undefined && !LIMITED.has(type)) return undefined;
  const { item, run } = limit ?? {
    item: formatMinor(0n, currency),
    run: formatMinor(0n, currency),
  };
  if (minor > parseAmount(item, currency))
    throw exceeded(`${type} of one item in ${currency}`, { limit: item, scope: 'item' });
  if (usedMinor + minor > parseAmount(run, currency))
    throw exceeded(`${type} of all items of the period in ${currency}`, {
      limit: run,
      scope: 'run',
      used: formatMinor(usedMinor, currency),
    });
  return limit;
}

const exceeded = (
  what: string,
  members: { readonly limit: string; readonly scope: string; readonly used?: string },
) =>
  new TieoutError(
    'authority-exceeded',
    `The limit for ${what} is ${members.limit}. The break stays open, or the limit is changed by two persons.`,
    members,
  );
