import { dayNumber, isDay } from './civil-date';
import { fieldError } from './errors';
import { type Instant } from './runtime';

export { type Instant } from './runtime';

/** What to do with digits finer than milliseconds: refuse, or cut them for a source that is registered so. */
export type FineTime = 'refuse' | 'cut';

const FORM =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;
const CANONICAL = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
const FRACTION_DIGITS_MAX = 12;
const EARLIEST_MS = -62_135_596_800_000; // 0001-01-01T00:00:00.000Z
const LATEST_MS = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

/**
 * Any RFC 3339 date and time, with any offset, as UTC with milliseconds. A leap second has no place on that scale and
 * is refused; so are digits finer than a millisecond, unless they are zero or are to be cut.
 *
 * @throws TieoutError `time-form`
 */
export function parseInstant(text: string, pointer = '', fine: FineTime = 'refuse'): Instant {
  if (typeof text === 'string' && isInstant(text)) return text;
  const match = typeof text === 'string' ? FORM.exec(text) : null;
  if (match === null)
    throw timeForm(
      pointer,
      'a time is written like "2026-01-05T10:41:07.055Z" or "2026-01-05T11:41:07+01:00".',
    );
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHour = '00',
    offsetMinute = '00',
  ] = match;
  if (
    !isDay(Number(year), Number(month), Number(day)) ||
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 59 ||
    Number(offsetHour) > 23 ||
    Number(offsetMinute) > 59
  ) {
    throw timeForm(pointer, 'the calendar or the clock has no such time.');
  }
  if (
    fraction.length > FRACTION_DIGITS_MAX ||
    (fine === 'refuse' && /[1-9]/.test(fraction.slice(3)))
  ) {
    throw timeForm(pointer, 'the time is finer than a millisecond; send milliseconds.');
  }
  const offsetMs =
    (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  const clockMs =
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 +
    Number(fraction.padEnd(3, '0').slice(0, 3));
  const ms = dayNumber(`${year}-${month}-${day}`) * 86_400_000 + clockMs - offsetMs;
  if (ms < EARLIEST_MS || ms > LATEST_MS)
    throw timeForm(pointer, 'the time is not in the years 0001 to 9999.');
  return instantOf(ms);
}

/** True for the one stored form: 24 characters, UTC, milliseconds, a time that exists. */
export function isInstant(text: string): boolean {
  return (
    text.length === 24 &&
    CANONICAL.test(text) &&
    text.slice(0, 4) !== '0000' &&
    isDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))) &&
    text.slice(11, 13) < '24' &&
    text.slice(14, 16) < '60' &&
    text.slice(17, 19) < '60'
  );
}

/**
 * @param ms milliseconds since 1970-01-01T00:00:00Z
 * @throws RangeError beyond the years 0001 to 9999, or for a fraction of a millisecond
 */
export function instantOf(ms: number): Instant {
  if (!Number.isInteger(ms) || ms < EARLIEST_MS || ms > LATEST_MS)
    throw new RangeError(`${ms} ms is no instant`);
  return new Date(ms).toISOString();
}

/** Milliseconds since 1970-01-01T00:00:00Z. */
export function millisOf(instant: Instant): number {
  return Date.parse(instant);
}

/** The instant `ms` milliseconds later, or earlier for a negative number. */
export function addMillis(instant: Instant, ms: number): Instant {
  return instantOf(millisOf(instant) + ms);
}

function timeForm(pointer: string, detail: string) {
  return fieldError('time-form', pointer, detail);
}
