import { formatMinor } from '../../kernel/money';
import { type Columns } from './columns';
import { byText } from './reference.policy';
import { type FailedPredicate, type NearestCandidate } from './result';

/** Lines under one reference that are compared; the lowest ids, so that the choice does not depend on order. */
const SAME_REFERENCE_MAX = 100;

/** Finds for an open line the open line of the other side that fails fewest predicates. A hint for people, never a match. */
export class NearestCandidates {
  readonly #byReference = new Map<number, number[]>();
  readonly #byAmount = new Map<bigint, number[]>();

  /** @param open ascending */
  constructor(
    private readonly columns: Columns,
    open: readonly number[],
  ) {
    const { side, day } = columns;
    for (const line of open) {
      for (const key of this.keysOf(line))
        addTo(this.#byReference, 2 * key + (side[line] as number), line, SAME_REFERENCE_MAX);
      addTo(this.#byAmount, this.amountKey(line, side[line] as number), line, Infinity);
    }
    for (const lines of this.#byAmount.values())
      if (lines.length > 1) lines.sort((x, y) => (day[x] as number) - (day[y] as number) || x - y);
  }

  nearestTo(line: number): NearestCandidate | undefined {
    const other = 1 - (this.columns.side[line] as number);
    const found: number[] = [];
    for (const key of this.keysOf(line))
      found.push(...(this.#byReference.get(2 * key + other) ?? []));
    found.push(...this.around(this.#byAmount.get(this.amountKey(line, other)) ?? [], line));
    let best = found[0];
    if (best === undefined) return undefined;
    for (const next of found) if (next !== best && this.isCloser(line, next, best)) best = next;
    return { line: this.columns.ids[best] as string, failed: this.failed(line, best) };
  }

  /** The lines of a list in order of date that stand next to a line's date, on either side of it. */
  private around(lines: readonly number[], line: number): readonly number[] {
    const { day } = this.columns;
    const own = day[line] as number;
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((day[lines[middle] as number] as number) < own) low = middle + 1;
      else high = middle;
    }
    return lines.slice(Math.max(0, low - 1), low + 1);
  }

  /** Fewest failed predicates, then the least difference in amount, then in days, then the lowest id. */
  private isCloser(line: number, x: number, y: number): boolean {
    const failures = this.failures(line, x) - this.failures(line, y);
    if (failures !== 0) return failures < 0;
    const [gapX, gapY] = [this.gap(line, x), this.gap(line, y)];
    if (gapX !== gapY) return gapX < gapY;
    const { day } = this.columns;
    const own = day[line] as number;
    const days = Math.abs((day[x] as number) - own) - Math.abs((day[y] as number) - own);
    return days !== 0 ? days < 0 : x < y;
  }

  private failures(line: number, other: number): number {
    const { currency, amount } = this.columns;
    const sameCurrency = currency[line] === currency[other];
    return (
      (this.shareKey(line, other) ? 0 : 1) +
      (sameCurrency ? 0 : 1) +
      (sameCurrency && amount[line] === amount[other] ? 0 : 1) +
      (this.sameAccount(line, other) ? 0 : 1)
    );
  }

  private failed(line: number, other: number): FailedPredicate[] {
    const { side, currency, currencies, amount, account, accounts } = this.columns;
    const [a, b] = side[line] === 0 ? [line, other] : [other, line];
    const failed: FailedPredicate[] = [];
    const add = (predicate: FailedPredicate['predicate'], of: (line: number) => string) =>
      failed.push({ predicate, a: of(a), b: of(b) });
    const money = (at: number) => currencies[currency[at] as number] as string;
    if (!this.shareKey(a, b)) add('reference', (at) => this.keyTexts(at).join(' '));
    if (currency[a] !== currency[b]) add('currency', money);
    if (currency[a] !== currency[b] || amount[a] !== amount[b])
      add('amount', (at) => formatMinor(amount[at] as bigint, money(at)));
    if (!this.sameAccount(a, b)) add('account', (at) => accounts[account[at] as number] as string);
    return failed;
  }

  /** A book line that names no account agrees with any. */
  private sameAccount(line: number, other: number): boolean {
    const { side, account } = this.columns;
    const a = side[line] === 0 ? line : other;
    return account[a] === 0 || account[line] === account[other];
  }

  private shareKey(x: number, y: number): boolean {
    const own = this.keysOf(x);
    return this.keysOf(y).some((key) => own.includes(key));
  }

  /** Amounts of two currencies have no difference; they come after all that have one. */
  private gap(line: number, other: number): bigint {
    const { currency, amount } = this.columns;
    if (currency[line] !== currency[other]) return 2n ** 66n;
    const difference = (amount[line] as bigint) - (amount[other] as bigint);
    return difference < 0n ? -difference : difference;
  }

  private keysOf(line: number): number[] {
    const { endToEnd, document } = this.columns.keys;
    const found: number[] = [];
    for (const { starts, values } of [endToEnd, document]) {
      for (let at = starts[line] as number; at < (starts[line + 1] as number); at += 1) {
        const key = values[at] as number;
        if (!found.includes(key)) found.push(key);
      }
    }
    return found;
  }

  private keyTexts(line: number): string[] {
    return this.keysOf(line)
      .map((key) => this.columns.keyTexts[key] as string)
      .sort(byText);
  }

  /** Amount, currency and side in one number. */
  private amountKey(line: number, side: number): bigint {
    const { amount, currency } = this.columns;
    return (amount[line] as bigint) * 0x20000n + BigInt(2 * (currency[line] as number) + side);
  }
}

function addTo<K>(map: Map<K, number[]>, key: K, line: number, max: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [line]);
  else if (list.length < max) list.push(line);
}
