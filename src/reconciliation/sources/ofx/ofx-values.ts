import { type CivilDate, isDay } from '../../../kernel/civil-date';
import { readAmount, type ReadAmount } from '../amounts';

/** Point or comma, one of them: the format allows both as the decimal sign and no thousands separator. */
const AMOUNT = /^([+-]?)(\d*(?:[.,]\d*)?)$/;

/** A signed amount as OFX writes it: `-59.51`, `+0,5`. */
export function readOfxAmount(text: string, currency: string): ReadAmount {
  const [, sign, digits = ''] = AMOUNT.exec(text) ?? [];
  if (sign === undefined) return { refusal: 'amount-unreadable' };
  const read = readAmount(digits.replace(',', '.'), currency);
  return 'refusal' in read || sign !== '-' ? read : { minor: -read.minor };
}

const DATE = /^(\d{4})(\d{2})(\d{2})(?:\d{4}(?:\d{2})?)?(?:[.:,]\d+)?\s*(?:\[[^\]]*\]?)?$/;

/** `YYYYMMDD`, with a time and a zone that never move the day. */
export function readOfxDate(text: string): CivilDate | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = ''] = parts;
  return isDay(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : undefined;
}
