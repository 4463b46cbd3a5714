import { formatMinor, minorDigits } from '../../kernel/money';

/** An amount as decimal text; of what is no money, such as states or keys, the number itself. */
export const amountText = (minor: bigint, currency: string): string =>
  minorDigits(currency) === undefined ? minor.toString() : formatMinor(minor, currency);
