import { fieldError } from '../../kernel/errors';
import { minorDigits } from '../../kernel/money';

const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$/;
const DIGITS_MAX = 100;

/**
 * A number of a file, in whatever form programs print numbers, as an exact decimal: `1.5E-4` is `0.00015`. No digit is
 * added or lost; zeros at the end stay.
 *
 * @throws TieoutError `contract-violation` for anything that is no finite number
 */
export function plainDecimal(text: string, pointer: string): string {
  const match = NUMBER.exec(text.trim());
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') {
    throw fieldError('contract-violation', pointer, `"${text}" is no decimal number.`);
  }
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (digits.length > DIGITS_MAX || Math.abs(point) > DIGITS_MAX) {
    throw fieldError('contract-violation', pointer, `"${text}" has too many digits.`);
  }
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const integer = padded.slice(0, at).replace(/^0+(?=[0-9])/, '');
  const rest = padded.slice(at);
  const plain = rest === '' ? integer : `${integer}.${rest}`;
  return sign === '-' && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/**
 * A number of a file as an amount in major units with exactly the digits of its currency: `12.5` EUR is `12.50`.
 *
 * @throws TieoutError `money-form` when digits that mean something would have to go, or the currency is unknown
 */
export function amountText(text: string, currency: string, pointer: string): string {
  const minor = minorDigits(currency);
  if (minor === undefined) {
    throw fieldError(
      'money-form',
      `${pointer}/currency`,
      `"${currency}" is not an ISO 4217 currency.`,
    );
  }
  const [whole = '0', fraction = ''] = plainDecimal(text, `${pointer}/amount`).split('.');
  if (/[1-9]/.test(fraction.slice(minor))) {
    throw fieldError(
      'money-form',
      `${pointer}/amount`,
      `"${text}" has more digits than ${currency} has.`,
    );
  }
  const digits = fraction.slice(0, minor).padEnd(minor, '0');
  const amount = minor === 0 ? whole : `${whole}.${digits}`;
  return /[1-9]/.test(amount) ? amount : amount.replace('-', '');
}
