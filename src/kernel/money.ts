import { minorDigits } from './currencies';
import { fieldError } from './errors';

export { minorDigits } from './currencies';

/** An exact amount: integer minor units (cents for EUR, yen for JPY) and an ISO 4217 code. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** Money in requests, replies, entries and packs: a decimal string with exactly the currency's digits. */
export interface MoneyJson {
  readonly amount: string;
  readonly currency: string;
}

/** Digits an amount may have, before and after the point together: it then fits a signed 64-bit integer everywhere. */
export const AMOUNT_DIGITS_MAX = 18;

/** The pattern of an amount by the number of minor digits. */
const FORMS = [0, 1, 2, 3, 4].map(
  (digits) => new RegExp(`^-?(?:0|[1-9][0-9]*)${digits === 0 ? '' : `\\.[0-9]{${digits}}`}$`),
);
const MINUS_ZERO = /^-[0.]*$/;

/**
 * @param json `{"amount":"1190.00","currency":"EUR"}`
 * @param pointer JSON Pointer of the money object, for the error
 * @throws TieoutError `money-form`
 */
export function parseMoney(json: MoneyJson, pointer = ''): Money {
  if (typeof json.currency !== 'string' || minorDigits(json.currency) === undefined) {
    throw fieldError(
      'money-form',
      `${pointer}/currency`,
      'this is not an ISO 4217 currency with minor units.',
    );
  }
  return {
    minor: parseAmount(json.amount, json.currency, `${pointer}/amount`),
    currency: json.currency,
  };
}

/**
 * Minor units of a signed decimal string with exactly the currency's digits: no plus, no exponent, no minus zero.
 *
 * @throws TieoutError `money-form`, also for a currency that is not known and for more than 18 digits
 */
export function parseAmount(text: string, currency: string, pointer = ''): bigint {
  const digits = minorDigits(currency);
  if (digits === undefined)
    throw fieldError(
      'money-form',
      pointer,
      'the currency is not an ISO 4217 currency with minor units.',
    );
  const form = FORMS[digits] as RegExp;
  if (typeof text !== 'string' || !form.test(text) || MINUS_ZERO.test(text)) {
    const example = formatMinor(119000n, currency);
    throw fieldError(
      'money-form',
      pointer,
      `an amount in ${currency} is written like "${example}" or "-${example}".`,
    );
  }
  const unscaled = digits === 0 ? text : text.slice(0, -digits - 1) + text.slice(-digits);
  if (unscaled.length - (text.startsWith('-') ? 1 : 0) > AMOUNT_DIGITS_MAX) {
    throw fieldError('money-form', pointer, `an amount has at most ${AMOUNT_DIGITS_MAX} digits.`);
  }
  return BigInt(unscaled);
}

/** The JSON form. @throws TieoutError `money-form` for a currency that is not known */
export function moneyJson(money: Money): MoneyJson {
  return { amount: formatMinor(money.minor, money.currency), currency: money.currency };
}

/**
 * Minor units as a decimal string in major units: `formatMinor(-5n, 'EUR')` is `-0.05`.
 *
 * @throws TieoutError `money-form` for a currency that is not known
 */
export function formatMinor(minor: bigint, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === undefined)
    throw fieldError('money-form', '', `${currency} is not an ISO 4217 currency with minor units.`);
  if (digits === 0) return minor.toString();
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  return `${minor < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** @throws RangeError for two currencies: adding them is a fault in the program, not in the data */
export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`cannot add ${b.currency} to ${a.currency}`);
  return { minor: a.minor + b.minor, currency: a.currency };
}
