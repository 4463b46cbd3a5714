import { type Columns, type KeyColumn } from './columns';
import { groupIdOfLines } from './ids';
import { orderOfIds } from './line-order';
import { byText } from './reference.policy';
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
    const ids = Array.from({ length: this.#count }, (_, group) => this.idOf(group));
    for (const group of orderOfIds(ids)) yield this.at(group, ids[group] as string);
  }

  /** Groups by pass. */
  tally(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const pass of this.#passes) counts.set(pass, (counts.get(pass) ?? 0) + 1);
    return counts;
  }

  /** What each pass allocated in each currency. */
  totals(): PassTotal[] {
    const totals = new Map<string, Writable<PassTotal>>();
    const { currency, currencies, side, amount } = this.columns;
    for (let group = 0; group < this.#count; group += 1) {
      const lines = this.linesOf(group);
      const money = currencies[currency[lines[0] as number] as number] as string;
      const pass = this.#passes[group] as string;
      const id = `pass/${pass}/${money}`;
      let total = totals.get(id);
      if (total === undefined) totals.set(id, (total = emptyTotal(id, pass, money)));
      total.groups += 1;
      for (const line of lines) {
        const minor = amount[line] as bigint;
        if (side[line] === 0) total.allocatedAMinor += minor;
        else total.allocatedBMinor += minor;
      }
    }
    for (const total of totals.values())
      total.differenceMinor = total.allocatedAMinor - total.allocatedBMinor;
    return [...totals.values()];
  }

  private linesOf(group: number): Uint32Array {
    return this.#lines.subarray(this.#starts[group], this.#starts[group + 1]);
  }

  private idOf(group: number): string {
    return groupIdOfLines(this.#passes[group] as string, this.columns, this.linesOf(group));
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
      keys: sharedKeys(this.columns, lines),
      interchangeable: this.#flags[group] === 1,
      ...(facts === undefined ? {} : { facts }),
    };
  }
}

const emptyTotal = (id: string, pass: string, currency: string): Writable<PassTotal> => ({
  kind: 'total',
  id,
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

/** Keys that some line of each side carries, or both lines of a reversal. */
function sharedKeys(columns: Columns, lines: Uint32Array): readonly string[] {
  const { keyTexts, side, keys } = columns;
  const first = lines[0] as number;
  // A reversal and its line are on one side.
  const isContra = lines.every((line) => side[line] === side[first]);
  const a: number[] = [];
  const b: number[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as number;
    const into = (isContra ? i === 0 : side[line] === 0) ? a : b;
    addKeys(keys.endToEnd, line, into);
    addKeys(keys.document, line, into);
    addKeys(keys.batch, line, into);
  }
  const others = b.length > 8 ? new Set(b) : undefined;
  const both: number[] = [];
  for (const key of a)
    if ((others === undefined ? b.includes(key) : others.has(key)) && !both.includes(key))
      both.push(key);
  const texts = both.map((key) => keyTexts[key] as string);
  return texts.length > 1 ? texts.sort(byText) : texts;
}

function addKeys({ starts, values }: KeyColumn, line: number, into: number[]): void {
  const end = starts[line + 1] as number;
  for (let at = starts[line] as number; at < end; at += 1) into.push(values[at] as number);
}
