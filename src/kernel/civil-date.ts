import { fieldError } from './errors';
import { type Instant } from './runtime';

/** A date of the calendar, `2026-11-20`, without time or zone. Text order is date order. Years 0001 to 9999. */
export type CivilDate = string;

const FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** @throws TieoutError `time-form` for other forms and for days that the calendar does not have */
export function parseCivilDate(text: string, pointer = ''): CivilDate {
  if (typeof text === 'string' && FORM.test(text)) {
    const [year, month, day] = partsOf(text);
    if (year >= 1 && isDay(year, month, day)) return text;
  }
  throw fieldError(
    'time-form',
    pointer,
    'a date is written like "2026-11-20" and is a day of the calendar.',
  );
}

/**
 * The date that a clock on the wall shows.
 *
 * @param timeZone IANA name such as `Europe/Berlin`
 * @throws RangeError for a time zone that this machine does not know
 */
export function civilDateOf(instant: Instant, timeZone: string): CivilDate {
  if (timeZone === 'UTC') return instant.slice(0, 10);
  let year = '';
  let month = '';
  let day = '';
  for (const { type, value } of formatterOf(timeZone).formatToParts(Date.parse(instant))) {
    if (type === 'year') year = value.padStart(4, '0');
    else if (type === 'month') month = value;
    else if (type === 'day') day = value;
  }
  return `${year}-${month}-${day}`;
}

/** True for a time zone that this machine knows, by a name of the IANA list. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{1,64}$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Days since 1970-01-01; before it, negative. Differences of day numbers count days, whatever the months. */
export function dayNumber(date: CivilDate): number {
  const [year, month, day] = partsOf(date);
  // The year begins in March here, so that the leap day is its last and the months before it have fixed lengths.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

/** The inverse of `dayNumber`. @throws RangeError beyond the years 0001 to 9999 */
export function civilDateOfDay(day: number): CivilDate {
  if (!Number.isInteger(day) || day < -719_162 || day > 2_932_896)
    throw new RangeError(`day ${day} is not in the years 0001 to 9999`);
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The date `days` later, or earlier for a negative number. */
export function addDays(date: CivilDate, days: number): CivilDate {
  return civilDateOfDay(dayNumber(date) + days);
}

/** True for a day that the proleptic Gregorian calendar has. */
export function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function partsOf(date: CivilDate): readonly [year: number, month: number, day: number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}
