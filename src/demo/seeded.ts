import { sha256 } from '../kernel/hash';

/** Reproducible draws: block n is SHA-256(seed / n). The same seed gives the same month on every machine. */
export class Seeded {
  private drawn = 0;

  constructor(private readonly seed: string) {}

  /** An integer, 0 <= n < bound; bound at most 2^32. */
  below(bound: number): number {
    const block = sha256(Buffer.from(`${this.seed}/${this.drawn}`, 'utf8'));
    this.drawn += 1;
    // 48 bits for at most 2^32 outcomes: the modulo's bias is below one in sixty thousand.
    return Number(Buffer.from(block).readUIntBE(0, 6) % bound);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}
