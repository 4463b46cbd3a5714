import { type Columns } from './columns';
import { groupText, sharedKeys } from './group-text';
import { groupIdOfLines, type LineRange } from './ids';
import { orderOfIds } from './line-order';
import { type GroupFacts, type MatchGroup, type Member, type PassTotal } from './result';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Groups as line numbers: a million of them as objects would not fit beside their lines. */
export class GroupList implements Iterable<MatchGroup> {
  #lines = new Uint32Array(1 << 10);
  #used = 0;
  /** first line of each group, and the end of the last */
  #starts = new Uint32Array(1 << 9);
  #flags = new Uint8Array(1 << 9);
  readonly #passes: string[] = [];
  readonly #facts = new Map<number, GroupFacts>();
  #count = 0;

  constructor(private readonly columns: Columns) {}

  get length(): number {
    return this.#count;
  }

  /** @param lines ascending */
  add(pass: string, lines: readonly number[], interchangeable: boolean, facts?: GroupFacts): void {
    const group = this.#count;
    if (group + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts);
      const flags = new Uint8Array(this.#starts.length);
      flags.set(this.#flags);
      this.#flags = flags;
    }
    for (const line of lines) {
      if (this.#used === this.#lines.length) this.#lines = grown(this.#lines);
      this.#lines[this.#used] = line;
      this.#used += 1;
    }
    this.#flags[group] = interchangeable ? 1 : 0;
    this.#passes[group] = pass;
    if (facts !== undefined) this.#facts.set(group, facts);
    this.#count = group + 1;
    this.#starts[this.#count] = this.#used;
  }

  /** In order of id. */
  *[Symbol.iterator](): Generator<MatchGroup> {
    const ids = this.ids();
    for (const group of orderOfIds(ids)) yield this.at(group, ids[group] as string);
  }

  /** The lines of a result file for these groups, in order of id. */
  *texts(kind: 'group' | 'suggestion'): Generator<string> {
    const ids = this.ids();
    for (const group of orderOfIds(ids)) {
      const facts = this.#facts.get(group);
      yield groupText(this.columns, this.rangeOf(group), {
        kind,
        id: ids[group] as string,
        pass: this.#passes[group] as string,
        interchangeable: this.#flags[group] === 1,
        ...(facts === undefined ? {} : { facts }),
      });
    }
  }

  /** Groups by pass. */
  tally(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const pass of this.#passes) counts.set(pass, (counts.get(pass) ?? 0) + 1);
    return counts;
  }

  /** What each pass allocated in each currency. */
  totals(): PassTotal[] {
    const totals = new Map<string, Writable<PassTotal>[]>();
    const { currency, currencies, side, amount } = this.columns;
    for (let group = 0; group < this.#count; group += 1) {
      const { lines, from, to } = this.rangeOf(group);
      const money = currency[lines[from] as number] as number;
      const pass = this.#passes[group] as string;
      let byMoney = totals.get(pass);
      if (byMoney === undefined) totals.set(pass, (byMoney = []));
      const total = (byMoney[money] ??= emptyTotal(pass, currencies[money] as string));
      total.groups += 1;
      for (let i = from; i < to; i += 1) {
        const line = lines[i] as number;
        const minor = amount[line] as bigint;
        if (side[line] === 0) total.allocatedAMinor += minor;
        else total.allocatedBMinor += minor;
      }
    }
    const all = [...totals.values()].flatMap((byMoney) => byMoney.filter(Boolean));
    for (const total of all) total.differenceMinor = total.allocatedAMinor - total.allocatedBMinor;
    return all;
  }

  private linesOf(group: number): Uint32Array {
    return this.#lines.subarray(this.#starts[group], this.#starts[group + 1]);
  }

  private rangeOf(group: number): LineRange {
    const [from, to] = [this.#starts[group] as number, this.#starts[group + 1] as number];
    return { lines: this.#lines, from, to };
  }

  private ids(): string[] {
    const ids: string[] = [];
    for (let group = 0; group < this.#count; group += 1)
      ids.push(groupIdOfLines(this.#passes[group] as string, this.columns, this.rangeOf(group)));
    return ids;
  }

  private at(group: number, id: string): MatchGroup {
    const { ids, side, amount, day, dates, currency, currencies } = this.columns;
    const lines = this.linesOf(group);
    const members: Member[] = [];
    let difference = 0n;
    let last = -Infinity;
    for (const line of lines) {
      const allocatedMinor = amount[line] as bigint;
      const isA = side[line] === 0;
      difference += isA ? allocatedMinor : -allocatedMinor;
      last = Math.max(last, day[line] as number);
      members.push({ line: ids[line] as string, side: isA ? 'A' : 'B', allocatedMinor });
    }
    const facts = this.#facts.get(group);
    return {
      kind: 'group',
      id,
      pass: this.#passes[group] as string,
      currency: currencies[currency[lines[0] as number] as number] as string,
      members,
      differenceMinor: difference,
      clearingDate: dates.get(last) ?? '',
      keys: sharedKeys(this.columns, this.rangeOf(group)),
      interchangeable: this.#flags[group] === 1,
      ...(facts === undefined ? {} : { facts }),
    };
  }
}

const emptyTotal = (pass: string, currency: string): Writable<PassTotal> => ({
  kind: 'total',
  id: `pass/${pass}/${currency}`,
  pass,
  currency,
  groups: 0,
  allocatedAMinor: 0n,
  allocatedBMinor: 0n,
  differenceMinor: 0n,
});

function grown(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(values.length * 2);
  larger.set(values);
  return larger;
}
