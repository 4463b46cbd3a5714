import { type Columns } from '../columns';
import { type Components } from '../components';
import { type MatchPass } from '../definition.policy';
import { type IsNear } from '../tolerance.policy';
import { BLOCK_EDGES_MAX, isInWindow, nearness } from './pass-lines';

/** Up to this many pairs of a block are tried one by one. */
const FEW_PAIRS = 64;

/** The edges of a pass between lines of one block, which agree in its block keys already. */
export class Edges {
  /** every pair of a block is an edge */
  readonly isComplete: boolean;
  private readonly nearOf: (currency: number) => IsNear;

  constructor(
    private readonly columns: Columns,
    readonly pass: MatchPass,
  ) {
    this.isComplete = pass.amount === 'equal' && pass.days === undefined;
    this.nearOf = nearness(columns, pass);
  }

  /** Joins what an edge connects. @returns false when there are too many edges; then some are joined and some not */
  joinInto(components: Components, a: Uint32Array, b: Uint32Array): boolean {
    if (a.length * b.length <= FEW_PAIRS) {
      for (const x of a) for (const y of b) if (this.has(x, y)) components.join(x, y);
      return true;
    }
    return this.pass.amount === 'equal'
      ? this.joinByDay(components, a, b)
      : this.joinByAmount(components, a, b);
  }

  /** Pairs by id, in order of the lines. */
  pairsOf(a: Uint32Array, b: Uint32Array): [string, string][] {
    const { ids } = this.columns;
    const pairs: [string, string][] = [];
    for (const x of a)
      for (const y of b)
        if (this.shareKey(x, y) && this.has(x, y)) pairs.push([ids[x] as string, ids[y] as string]);
    return pairs;
  }

  /** Amount and date; block keys are the block's. */
  has(x: number, y: number): boolean {
    const { day, amount, currency } = this.columns;
    return (
      this.isInWindow(day[x] as number, day[y] as number) &&
      (this.pass.amount === 'equal' ||
        this.nearOf(currency[x] as number)(amount[x] as bigint, amount[y] as bigint))
    );
  }

  private isInWindow(dayX: number, dayY: number): boolean {
    const { pass } = this;
    if (pass.shape !== 'contra' || pass.days === undefined) return isInWindow(pass, dayX, dayY);
    return Math.abs(dayY - dayX) <= pass.days.to;
  }

  private shareKey(x: number, y: number): boolean {
    const { key } = this.pass;
    if (key === 'none') return true;
    const { starts, values } = this.columns.keys[key];
    const own = values.subarray(starts[x], starts[x + 1]);
    return values.subarray(starts[y], starts[y + 1]).some((value) => own.includes(value));
  }

  private joinByDay(components: Components, a: Uint32Array, b: Uint32Array): boolean {
    const { day } = this.columns;
    const { from = 0, to = 0 } = this.pass.days ?? {};
    const first = this.pass.shape === 'contra' ? -to : from;
    const others = b.slice().sort((x, y) => (day[x] as number) - (day[y] as number) || x - y);
    let edges = 0;
    for (const x of a) {
      const dayX = day[x] as number;
      for (let at = lowerBound(others, (y) => (day[y] as number) >= dayX + first); ; at += 1) {
        const y = others[at];
        if (y === undefined || (day[y] as number) > dayX + to) break;
        edges += 1;
        if (edges > BLOCK_EDGES_MAX) return false;
        components.join(x, y);
      }
    }
    return true;
  }

  /** Amounts that are near one amount stand next to it in order of amount, whatever the base of the tolerance. */
  private joinByAmount(components: Components, a: Uint32Array, b: Uint32Array): boolean {
    const { day, amount, currency } = this.columns;
    const others = b
      .slice()
      .sort((x, y) => compare(amount[x] as bigint, amount[y] as bigint) || x - y);
    let near = 0;
    for (const x of a) {
      const own = amount[x] as bigint;
      const isNear = this.nearOf(currency[x] as number);
      const middle = lowerBound(others, (y) => (amount[y] as bigint) >= own);
      for (const step of [1, -1]) {
        for (let at = step > 0 ? middle : middle - 1; ; at += step) {
          const y = others[at];
          if (y === undefined || !isNear(own, amount[y] as bigint)) break;
          near += 1;
          if (near > BLOCK_EDGES_MAX) return false;
          if (this.isInWindow(day[x] as number, day[y] as number)) components.join(x, y);
        }
      }
    }
    return true;
  }
}

const compare = (x: bigint, y: bigint) => (x < y ? -1 : x > y ? 1 : 0);

/** The first place from which on `holds` is true of every line. */
export function lowerBound(lines: Uint32Array, holds: (line: number) => boolean): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(lines[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
