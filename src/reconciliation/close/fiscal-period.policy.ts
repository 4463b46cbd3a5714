import { addDays, type CivilDate } from '../../kernel/civil-date';

/** `2026-11`; month 13 holds the adjustments after the year's last month. */
export const FISCAL_PERIOD = /^[0-9]{4}-(0[1-9]|1[0-3])$/;

export interface PeriodDates {
  readonly from: CivilDate;
  /** last civil date of its population: the cut-off */
  readonly to: CivilDate;
}

/** The calendar month that a period is called after; period 13 is the last day of December. */
export function monthOf(period: string): PeriodDates {
  const [year, month] = [period.slice(0, 4), period.slice(5)];
  if (month === '13') return { from: `${year}-12-31`, to: `${year}-12-31` };
  const from = `${year}-${month}-01`;
  const next =
    month === '12'
      ? `${String(Number(year) + 1).padStart(4, '0')}-01-01`
      : `${year}-${String(Number(month) + 1).padStart(2, '0')}-01`;
  return { from, to: addDays(next, -1) };
}

/** Periods have no gap and no overlap; period 13 alone shares its days with the month before it. */
export function follows(period: string, next: PeriodDates, prior: PeriodDates): boolean {
  if (period.endsWith('-13')) return next.to === prior.to && next.from > prior.from;
  return next.from === addDays(prior.to, 1);
}
