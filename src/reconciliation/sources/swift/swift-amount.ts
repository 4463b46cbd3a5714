import { readAmount, type ReadAmount } from '../amounts';

/** Digits, a comma, and decimals or nothing. Some banks leave the comma out, which the standard does not allow. */
const COMMA_DECIMAL = /^\d+(?:,\d*)?$/;

/** An amount as SWIFT writes it: `1250,`, `0,5`; it has no sign and no thousands separator. */
export function readCommaAmount(text: string, currency: string): ReadAmount {
  if (!COMMA_DECIMAL.test(text)) return { refusal: 'amount-unreadable' };
  return readAmount(text.replace(',', '.'), currency);
}
