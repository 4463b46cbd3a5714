import { type CivilDate, civilDateOfDay, dayNumber, isDay } from '../../../kernel/civil-date';
import { readAmount, type ReadAmount } from '../amounts';

export interface NumberForm {
  readonly decimal: '.' | ',';
  readonly thousands: string;
}

/** `(1.00)`, `1.00-`, `-1.00`, `1.00 DR`: each marks money out; `CR` and `+` mark money in. */
const SIGNED =
  /^(\()?\s*([+\-\u2212])?\s*([\d.,' \u00a0\u202f\u2019]+?)\s*([+\-\u2212])?\s*(\))?\s*(CR|DR)?$/i;

/** A signed amount in the form that a mapping states; whatever does not fit it is no amount. */
export function readCsvAmount(text: string, currency: string, form: NumberForm): ReadAmount {
  const [, opened, before, digits = '', after, closed, mark] = SIGNED.exec(text.trim()) ?? [];
  const plain = plainDecimal(digits, form);
  const isPaired = (opened === undefined) === (closed === undefined);
  const signs = [opened, before, after, mark].filter((sign) => sign !== undefined);
  if (plain === undefined || !isPaired || signs.length > 1) return { refusal: 'amount-unreadable' };
  const read = readAmount(plain, currency);
  if ('refusal' in read) return read;
  const [sign = '+'] = signs;
  const isOut = sign === '(' || sign === '-' || sign === '\u2212' || sign.toUpperCase() === 'DR';
  return { minor: isOut ? -read.minor : read.minor };
}

/** Thousands must stand in groups of three: `1,5` is never read as fifteen. */
function plainDecimal(digits: string, { decimal, thousands }: NumberForm): string | undefined {
  const parts = digits.split(decimal);
  const [whole = '', fraction = ''] = parts;
  if (parts.length > 2 || !/^\d*$/.test(fraction)) return undefined;
  const even =
    thousands === ' ' || thousands === "'"
      ? whole.replace(/[\u00a0\u202f]/g, ' ').replaceAll('\u2019', "'")
      : whole;
  if (/^\d*$/.test(even)) return `${even}.${fraction}`;
  if (thousands === '') return undefined;
  const groups = even.split(thousands);
  const isGrouped =
    /^\d{1,3}$/.test(groups[0] ?? '') && groups.slice(1).every((group) => /^\d{3}$/.test(group));
  return isGrouped ? `${groups.join('')}.${fraction}` : undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export type DateForm = (text: string) => CivilDate | undefined;

const PARTS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  MMM: '(?<month>[A-Za-z]{3})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
};

/**
 * A reader of dates of one written form. A time may follow and never moves the day.
 *
 * @returns `undefined` for a form without year, month and day
 */
export function dateForm(form: string): DateForm | undefined {
  if (form === 'day-number') return dayOfSpreadsheet;
  if (form === 'iso') return dayOfIso;
  const seen: string[] = [];
  const source = form.replace(/YYYY|YY|MMM|MM|M|DD|D|[^YMD]/g, (part) => {
    const group = PARTS[part];
    if (group === undefined) return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    seen.push(part[0] ?? '');
    return group;
  });
  if (seen.sort().join('') !== 'DMY' || form.length > 20) return undefined;
  const pattern = new RegExp(`^${source}(?:[ T]\\d{1,2}[:.]\\d{2}.*)?$`);
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    return groups === undefined ? undefined : dayOf(groups);
  };
}

function dayOf({ year = '', month = '', day = '' }: Readonly<Record<string, string>>) {
  const named = MONTHS.indexOf(month.toLowerCase());
  const number = named < 0 ? Number(month) : named + 1;
  const short = Number(year);
  const full = year.length === 4 ? short : short < 80 ? 2000 + short : 1900 + short;
  if (!isDay(full, number, Number(day)) || full < 1) return undefined;
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  return `${pad(full, 4)}-${pad(number, 2)}-${pad(Number(day), 2)}`;
}

/** `2026-11-03` or `20261103`. */
function dayOfIso(text: string): CivilDate | undefined {
  const parts = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:[ T]\d{1,2}:?\d{2}.*)?$/.exec(text);
  if (parts === null) return undefined;
  const [, year = '', , month = '', day = ''] = parts;
  return dayOf({ year, month, day });
}

/** Day 1 is 1900-01-01 and day 60 a 29 February that never was: what lies before 61 is nobody's date. */
function dayOfSpreadsheet(text: string): CivilDate | undefined {
  const whole = /^(\d{2,6})(?:[.,]\d+)?$/.exec(text)?.[1];
  const number = Number(whole);
  if (whole === undefined || number < 61 || number > 2_900_000) return undefined;
  return civilDateOfDay(dayNumber('1899-12-30') + number);
}
