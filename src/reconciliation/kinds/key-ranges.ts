import { sha256Hex } from '../../kernel/hash';
import { byText } from '../matching/reference.policy';
import { type StateInput } from './state-input';

/** Keys of side A in one range. */
const RANGE_KEYS = 1_024;

/** Both sides of one range of keys, in order of key, and what each hashes to. */
export interface RangePair {
  readonly a: readonly StateInput[];
  readonly b: readonly StateInput[];
  readonly digestA: string;
  readonly digestB: string;
}

/** Cuts two sides, in order of key, into the same ranges. */
export class KeyRanges {
  /** first key of each range but the first */
  readonly #cuts: readonly string[];
  readonly #equal = new Set<number>();

  constructor(
    private readonly a: readonly StateInput[],
    private readonly b: readonly StateInput[],
    private readonly compare: readonly ('amount' | 'version')[],
  ) {
    const cuts: string[] = [];
    for (let at = RANGE_KEYS; at < a.length; at += RANGE_KEYS) cuts.push((a[at] as StateInput).key);
    this.#cuts = cuts;
  }

  get count(): number {
    return this.#cuts.length + 1;
  }

  *pairs(): Generator<RangePair> {
    let [i, j] = [0, 0];
    for (let range = 0; range < this.count; range += 1) {
      const cut = this.#cuts[range];
      const [nextA, nextB] = [endOf(this.a, i, cut), endOf(this.b, j, cut)];
      const [a, b] = [this.a.slice(i, nextA), this.b.slice(j, nextB)];
      const [digestA, digestB] = [this.digest(a), this.digest(b)];
      if (digestA === digestB) this.#equal.add(range);
      yield { a, b, digestA, digestB };
      [i, j] = [nextA, nextB];
    }
  }

  /** Only after all pairs were seen. */
  isInEqualRange(key: string): boolean {
    const after = this.#cuts.findIndex((cut) => byText(key, cut) < 0);
    return this.#equal.has(after < 0 ? this.#cuts.length : after);
  }

  private digest(inputs: readonly StateInput[]): string {
    const [withAmount, withVersion] = [
      this.compare.includes('amount'),
      this.compare.includes('version'),
    ];
    // Identifiers have no control characters, so that tabs and line feeds part them without doubt.
    let text = '';
    for (const { key, state, amount, version } of inputs) {
      text += `${key}\t${state}`;
      if (withAmount) text += amount === undefined ? '\t' : `\t${amount.currency}${amount.amount}`;
      if (withVersion) text += `\t${JSON.stringify(version ?? '')}`;
      text += '\n';
    }
    return sha256Hex(text);
  }
}

function endOf(inputs: readonly StateInput[], from: number, cut: string | undefined): number {
  let end = from;
  if (cut === undefined) return inputs.length;
  while (end < inputs.length && byText((inputs[end] as StateInput).key, cut) < 0) end += 1;
  return end;
}
