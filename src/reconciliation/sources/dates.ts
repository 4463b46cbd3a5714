import { type CivilDate, isDay } from '../../kernel/civil-date';

const DATE_AS_WRITTEN = /^(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The civil date of a date or date-time as a bank wrote it. A time or an offset never moves the day: the bank booked on
 * the day it names.
 *
 * @returns `undefined` when the text is no date of the calendar
 */
export function dateAsWritten(text: string): CivilDate | undefined {
  const parts = DATE_AS_WRITTEN.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = ''] = parts;
  return isDay(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : undefined;
}
