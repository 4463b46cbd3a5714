import { civilDateOf, dayNumber, isDay } from '../../kernel/civil-date';
import { fieldError } from '../../kernel/errors';
import { instantOf, parseInstant, type FineTime, type Instant } from '../../kernel/instant';

const NAIVE =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[ Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?$/;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * A time of a file as an instant. One without an offset is local time in the zone that the mapping states: which one
 * it is can only be known, never guessed.
 *
 * @param timeZone IANA name; undefined refuses a time without an offset
 * @throws TieoutError `time-form`
 */
export function fileTime(
  text: string,
  pointer: string,
  timeZone: string | undefined,
  fine: FineTime = 'refuse',
): Instant {
  const match = NAIVE.exec(text);
  if (match === null) return parseInstant(text, pointer, fine);
  if (timeZone === undefined) {
    throw fieldError(
      'time-form',
      pointer,
      `"${text}" has no offset; the mapping has to state the timeZone.`,
    );
  }
  const [, year = '', month = '', day = '', hour, minute, second = '00', fraction = ''] = match;
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  if (
    !isDay(Number(year), Number(month), Number(day)) ||
    clock[0] > 23 ||
    clock[1] > 59 ||
    clock[2] > 59
  ) {
    throw fieldError('time-form', pointer, `the calendar or the clock has no time "${text}".`);
  }
  if (fine === 'refuse' && /[1-9]/.test(fraction.slice(3))) {
    throw fieldError('time-form', pointer, `"${text}" is finer than a millisecond.`);
  }
  const local =
    dayNumber(`${year}-${month}-${day}`) * DAY_MS +
    (clock[0] * 60 + clock[1]) * MINUTE_MS +
    clock[2] * 1000 +
    Number(fraction.slice(0, 3).padEnd(3, '0'));
  return localInstant(local, text, pointer, timeZone);
}

/** Of a local time that the clocks show twice in autumn the first is taken; one that spring skips does not exist. */
function localInstant(local: number, text: string, pointer: string, timeZone: string): Instant {
  const candidates = [
    local - offsetAt(local - DAY_MS, timeZone),
    local - offsetAt(local + DAY_MS, timeZone),
  ];
  const valid = candidates.filter((ms) => ms + offsetAt(ms, timeZone) === local);
  if (valid.length === 0) {
    throw fieldError(
      'time-form',
      pointer,
      `${timeZone} has no time "${text}": its clocks were set forward.`,
    );
  }
  return instantOf(Math.min(...valid));
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Offset of a whole UTC day, by zone and day; undefined for a day on which the clocks are set. */
const dayOffsets = new Map<string, number | undefined>();
const DAY_OFFSETS_MAX = 10_000;

/** Milliseconds by which local time is ahead of UTC at an instant. Rows of a file share their days. */
function offsetAt(ms: number, timeZone: string): number {
  const day = Math.floor(ms / DAY_MS);
  const key = `${timeZone} ${day}`;
  if (!dayOffsets.has(key)) {
    if (dayOffsets.size === DAY_OFFSETS_MAX) dayOffsets.clear();
    const first = readOffset(day * DAY_MS, timeZone);
    const last = readOffset((day + 1) * DAY_MS - 1, timeZone);
    dayOffsets.set(key, first === last ? first : undefined);
  }
  return dayOffsets.get(key) ?? readOffset(ms, timeZone);
}

function readOffset(ms: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const digits = '2-digit';
    const clock = { hourCycle: 'h23', hour: digits, minute: digits, second: digits } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, ...clock });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(ms);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const clock = (part('hour') * 60 + part('minute')) * MINUTE_MS + part('second') * 1000;
  const local = dayNumber(civilDateOf(instantOf(ms), timeZone)) * DAY_MS + clock;
  return local - Math.floor(ms / 1000) * 1000;
}

export { isTimeZone } from '../../kernel/civil-date';
