const ACCOUNTS = 40;
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'KWD'];
const REPEATED = [
  1_000, 2_500, 4_999, 5_000, 9_900, 9_999, 10_000, 12_000, 25_000, 50_000, 85_000, 100_000,
];

/** What all lines of one transaction share. */
export interface Deal {
  readonly n: number;
  readonly account: string;
  readonly currency: string;
  readonly counterparty: string;
  readonly amount: number;
  readonly day: number;
  /** days until the bank has it */
  readonly lag: number;
  readonly reference: string;
}

/** Everything that is drawn: seeded, the same on every machine. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 1;
  }

  deal(n: number): Deal {
    const account = this.below(ACCOUNTS);
    const weekday = this.below(4) === 0 ? 22 + this.below(4) : this.below(26);
    return {
      n,
      account: `DE${account}`,
      currency: CURRENCIES[account % CURRENCIES.length]!,
      counterparty: `C${this.rank(14)}`,
      amount: this.amount(),
      day: weekday % 7 > 4 ? weekday - 2 : weekday,
      lag: this.below(4),
      reference: `PAY${2_026_000_000 + n}`,
    };
  }

  /** Log-uniform, so that few counterparties have most of the lines. */
  private rank(bits: number): number {
    const width = 2 ** this.below(bits + 1);
    return width + this.below(width);
  }

  /** Money out is negative. A sixth are round or repeated values. */
  amount(): number {
    if (this.below(6) === 0) return -REPEATED[this.below(REPEATED.length)]!;
    const scale = 10 ** (1 + this.below(4));
    return -(scale * (100 + this.below(900)) + this.below(scale));
  }

  /** Positive shares of one sign that add up; no two alike. */
  parts(amount: number, count: number): number[] {
    const sign = amount < 0 ? -1 : 1;
    let rest = Math.abs(amount);
    const parts: number[] = [];
    for (let i = count; i > 1; i -= 1) {
      const part = 1 + this.below(Math.max(1, Math.floor((2 * rest) / i) - 2));
      parts.push(sign * part);
      rest -= part;
    }
    return [...parts, sign * rest];
  }

  /** xorshift: the same on every machine. */
  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return Math.floor(((x >>> 0) / 0x1_0000_0000) * limit);
  }
}
