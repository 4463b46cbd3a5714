/** One thing that is measured. `round` does the same work each time and answers how much of it there was. */
export interface Contender {
  readonly name: string;
  /** makes the input of the next round; not measured */
  prepare(): void;
  round(): Promise<number>;
}

export interface Rate {
  readonly name: string;
  /** units a second, of all counted rounds in order */
  readonly rates: readonly number[];
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Measures contenders in interleaved rounds (a b c, b c a, …), so that a slow minute of the machine or the order of the
 * runs falls on all of them. The first round of each warms up and does not count.
 */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<Rate[]> {
  const rates = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const i = (round + turn) % contenders.length;
      contenders[i]!.prepare();
      globalThis.gc?.();
      const begun = performance.now();
      const units = await contenders[i]!.round();
      const rate = units / ((performance.now() - begun) / 1_000);
      if (round > 0) rates[i]!.push(rate);
    }
  }
  return contenders.map(({ name }, i) => summary(name, rates[i]!));
}

function summary(name: string, rates: readonly number[]): Rate {
  return {
    name,
    rates,
    median: median(rates),
    least: Math.min(...rates),
    most: Math.max(...rates),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Ratios of the same round: what the machine did to both falls out. */
export const ratios = (rate: Rate, limit: Rate): number[] =>
  rate.rates.map((r, i) => r / limit.rates[i]!);

/** Median of the ratios of the same round. */
export const ratio = (rate: Rate, limit: Rate): number => median(ratios(rate, limit));

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells.map((c, i) => (i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ');
  return [line(header), widths.map((w) => '-'.repeat(w)).join('  '), ...rows.map(line)].join('\n');
}

export const perSecond = ({ median, least, most }: Rate): string =>
  `${round(median)} (${round(least)}-${round(most)})`;

const round = (n: number): string => Math.round(n).toLocaleString('en-US');
