import { AMOUNT_DIGITS_MAX, minorDigits } from '../../kernel/money';
import { type RowRefusal } from './statement';

const MINOR_MAX = 10n ** BigInt(AMOUNT_DIGITS_MAX) - 1n;

/** An unsigned decimal as XML Schema writes it; a statement gives the direction apart. */
const UNSIGNED_DECIMAL = /^\+?(\d*)(?:\.(\d*))?$/;

export type ReadAmount = { readonly minor: bigint } | { readonly refusal: RowRefusal };

/**
 * Decimal text to minor units by the currency's exponent. Digits beyond the exponent must be zeros; nothing is rounded.
 */
export function readAmount(text: string, currency: string): ReadAmount {
  const digits = minorDigits(currency);
  if (digits === undefined) return { refusal: 'currency-unknown' };
  const parts = UNSIGNED_DECIMAL.exec(text);
  const whole = parts?.[1] ?? '';
  const fraction = parts?.[2] ?? '';
  if (parts === null || whole.length + fraction.length === 0)
    return { refusal: 'amount-unreadable' };
  if (whole.length + fraction.length > 40) return { refusal: 'amount-out-of-range' };
  if (/[1-9]/.test(fraction.slice(digits))) return { refusal: 'excess-precision' };
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0') || '0');
  return minor > MINOR_MAX ? { refusal: 'amount-out-of-range' } : { minor };
}
