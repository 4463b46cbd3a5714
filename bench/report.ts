import { appendFileSync } from 'node:fs';
import { median } from './rounds';

/** One line of the table that a run of benchmarks ends with. */
export interface BenchRow {
  /** heading under which the line stands, such as `In process` */
  readonly section: string;
  readonly work: string;
  /** as the design states it, such as `>= 0.7 of raw`; empty for a figure that only informs */
  readonly target: string;
  /** median with its unit, such as `0.71 of raw (3,912/s)` */
  readonly measured: string;
  /** least and most of the counted rounds */
  readonly spread: string;
  /** undefined where there is nothing to meet */
  readonly met?: boolean;
}

/** Adds a line to the table; a benchmark that runs alone says it at once. */
export function report(row: BenchRow): void {
  const file = process.env['BENCH_ROWS'];
  if (file === undefined) console.log(JSON.stringify(row));
  else appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** Least and most of some figures, `digits` behind the point. */
export function spreadOf(values: readonly number[], digits = 2): string {
  return `${figure(Math.min(...values), digits)} to ${figure(Math.max(...values), digits)}`;
}

/** `12,345.7` for 12345.678 with one digit. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** The row of a target that a median must reach, or must not pass. */
export function rowOf(
  row: Omit<BenchRow, 'measured' | 'spread' | 'met'> & {
    readonly values: readonly number[];
    readonly atLeast?: number | undefined;
    readonly atMost?: number | undefined;
    readonly digits?: number;
    /** stands behind the median */
    readonly unit: string;
  },
): BenchRow {
  const { values, atLeast, atMost, digits = 2, unit, ...rest } = row;
  const middle = median(values);
  const isMet =
    (atLeast === undefined || middle >= atLeast) && (atMost === undefined || middle <= atMost);
  return {
    ...rest,
    measured: `${figure(middle, digits)}${unit}`,
    spread: spreadOf(values, digits),
    ...(atLeast === undefined && atMost === undefined ? {} : { met: isMet }),
  };
}

/** @param share such as 0.99 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
