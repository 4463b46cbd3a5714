import { type CivilDate, dayNumber, isDay } from '../../../kernel/civil-date';

export interface SwiftDate {
  readonly date: CivilDate;
  /** the calendar does not have the day that is written; the last one of its month was taken */
  readonly isMoved: boolean;
}

/** `YYMMDD`. Years from 80 on are of the last century. */
export function readSwiftDate(text: string): SwiftDate | undefined {
  const parts = /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return undefined;
  const year = Number(parts[1]);
  return dayOf(year < 80 ? 2000 + year : 1900 + year, Number(parts[2]), Number(parts[3]));
}

/**
 * `MMDD`, in the year that brings it nearest to the value date: an entry of 2 January may have its value in December,
 * and the other way round.
 */
export function readEntryDate(text: string, valueDate: CivilDate): SwiftDate | undefined {
  const parts = /^(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return undefined;
  const month = Number(parts[1]);
  const day = Number(parts[2]);
  const near = Number(valueDate.slice(0, 4));
  let best: SwiftDate | undefined;
  for (const year of [near, near - 1, near + 1]) {
    const found = dayOf(year, month, day);
    if (found === undefined) continue;
    if (best === undefined || distance(found, valueDate) < distance(best, valueDate)) best = found;
  }
  return best;
}

const distance = ({ date }: SwiftDate, to: CivilDate) => Math.abs(dayNumber(date) - dayNumber(to));

/** Banks count interest on 30 days a month, so that 30 February is written. */
function dayOf(year: number, month: number, day: number): SwiftDate | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  let real = day;
  while (!isDay(year, month, real)) real -= 1;
  const two = (n: number) => String(n).padStart(2, '0');
  return { date: `${year}-${two(month)}-${two(real)}`, isMoved: real !== day };
}
