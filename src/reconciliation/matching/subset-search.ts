/** Lines of a pool that are identical in all that passes read: which of them is taken makes no difference. */
export interface TwinClass {
  readonly amount: bigint;
  readonly count: number;
}

export interface SubsetSearch {
  /** `exhausted`: the budget ended before the search did */
  readonly outcome: 'none' | 'found' | 'exhausted';
  /** solutions that differ by more than a swap of twins */
  readonly solutions: number;
  /** lines of each class that some solution uses: the most of any */
  readonly used: readonly number[];
}

/** Steps of one search: counted, so that a slow machine finds what a fast one finds. */
export const NODES_MAX = 200_000;

/** A subset has at least two lines; one line against one line is a pass of its own. */
const SIZE_MIN = 2;

/** All subsets of 2 to `sizeMax` lines whose sum is the target. Pools of more than 2^53 minor units are not searched. */
export function searchSubsets(
  classes: readonly TwinClass[],
  target: bigint,
  sizeMax: number,
): SubsetSearch {
  const total = classes.reduce((sum, { amount, count }) => sum + size(amount) * BigInt(count), 0n);
  if (total > BigInt(Number.MAX_SAFE_INTEGER) || size(target) > total)
    return { outcome: 'none', solutions: 0, used: [] };
  // Large amounts first: they decide soonest.
  const order = classes
    .map((_, at) => at)
    .sort((x, y) => compare(size(amountAt(classes, y)), size(amountAt(classes, x))) || x - y);
  const search = new Search(
    order.map((at) => Number(amountAt(classes, at))),
    order.map((at) => classes[at]?.count ?? 0),
  );
  search.from(0, sizeMax, Number(target));
  if (search.nodes > NODES_MAX)
    return { outcome: 'exhausted', solutions: search.solutions, used: [] };
  const used = classes.map(() => 0);
  order.forEach((at, i) => (used[at] = search.used[i] ?? 0));
  return { outcome: search.solutions === 0 ? 'none' : 'found', solutions: search.solutions, used };
}

class Search {
  solutions = 0;
  nodes = 0;
  readonly used: number[];
  private readonly chosen: number[];
  private readonly taken: { lines: number } = { lines: 0 };
  /** sums of the positive and of the negative amounts from a class on */
  private readonly most: number[];
  private readonly least: number[];

  constructor(
    private readonly amounts: readonly number[],
    private readonly counts: readonly number[],
  ) {
    this.chosen = amounts.map(() => 0);
    this.used = amounts.map(() => 0);
    this.most = [...amounts, 0].map(() => 0);
    this.least = [...this.most];
    for (let at = amounts.length - 1; at >= 0; at -= 1) {
      const all = (amounts[at] as number) * (counts[at] as number);
      this.most[at] = (this.most[at + 1] as number) + Math.max(0, all);
      this.least[at] = (this.least[at + 1] as number) + Math.min(0, all);
    }
  }

  from(at: number, left: number, missing: number): void {
    this.nodes += 1;
    if (this.nodes > NODES_MAX) return;
    if (missing === 0 && this.taken.lines >= SIZE_MIN) this.note();
    if (at === this.amounts.length || left === 0) return;
    if (missing > (this.most[at] as number) || missing < (this.least[at] as number)) return;
    for (let next = at; next < this.amounts.length; next += 1) {
      const amount = this.amounts[next] as number;
      const most = Math.min(left, this.counts[next] as number);
      for (let count = 1; count <= most; count += 1) {
        this.chosen[next] = count;
        this.taken.lines += count;
        this.from(next + 1, left - count, missing - amount * count);
        this.taken.lines -= count;
      }
      this.chosen[next] = 0;
    }
  }

  private note(): void {
    this.solutions += 1;
    this.chosen.forEach((count, at) => {
      if (count > (this.used[at] as number)) this.used[at] = count;
    });
  }
}

/**
 * Sums of 2 to `sizeMax` lines that would hit one amount by chance, if sums lay evenly between the least and the largest:
 * sum over k of C(n, k) / (largest k-sum - smallest k-sum + 1), in parts per million, rounded down for each k. The pool as
 * a whole is one sum without a spread of its own; it counts over the spread of all sums.
 */
export function chancePpm(amounts: readonly bigint[], sizeMax: number): number {
  const sorted = [...amounts].sort(compare);
  const n = sorted.length;
  const spread = sorted.reduce((sum, amount) => sum + size(amount), 0n);
  let chance = 0n;
  let ways = BigInt(n);
  let largest = sorted[n - 1] ?? 0n;
  let smallest = sorted[0] ?? 0n;
  for (let k = 2; k <= Math.min(sizeMax, n); k += 1) {
    ways = (ways * BigInt(n - k + 1)) / BigInt(k);
    largest += sorted[n - k] as bigint;
    smallest += sorted[k - 1] as bigint;
    chance += (ways * 1_000_000n) / ((k === n ? spread : largest - smallest) + 1n);
  }
  return chance > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(chance);
}

const amountAt = (classes: readonly TwinClass[], at: number) => classes[at]?.amount ?? 0n;
const size = (amount: bigint) => (amount < 0n ? -amount : amount);
const compare = (x: bigint, y: bigint) => (x < y ? -1 : x > y ? 1 : 0);
