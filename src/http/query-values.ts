import { TieoutError } from '../kernel/errors';
import { type Instant, parseInstant } from '../kernel/instant';
import { parseAmount } from '../kernel/money';

export interface InstantRange {
  readonly from?: Instant;
  readonly to?: Instant;
}

export interface AmountRange {
  readonly currency: string;
  /** minor units, included */
  readonly from?: bigint;
  /** minor units, included */
  readonly to?: bigint;
}

/**
 * A half-open range of instants from two query parameters.
 *
 * @param name the parameters are `<name>From` and `<name>To`
 * @throws TieoutError `time-form`
 */
export function instantRange(
  name: string,
  from: string | undefined,
  to: string | undefined,
): InstantRange {
  return {
    ...(from === undefined ? {} : { from: parseInstant(from, `${name}From`) }),
    ...(to === undefined ? {} : { to: parseInstant(to, `${name}To`) }),
  };
}

/**
 * A range of amounts; figures of different currencies cannot be compared, so it names one.
 *
 * @throws TieoutError `malformed` for an amount without a currency, `money-form`
 */
export function amountRange(query: {
  readonly amountFrom?: string;
  readonly amountTo?: string;
  readonly currency?: string;
}): AmountRange | undefined {
  const { amountFrom, amountTo, currency } = query;
  if (currency === undefined) {
    if (amountFrom === undefined && amountTo === undefined) return undefined;
    throw new TieoutError('malformed', 'amountFrom and amountTo need a currency.', {
      parameter: 'currency',
    });
  }
  return {
    currency,
    ...(amountFrom === undefined ? {} : { from: parseAmount(amountFrom, currency, 'amountFrom') }),
    ...(amountTo === undefined ? {} : { to: parseAmount(amountTo, currency, 'amountTo') }),
  };
}
