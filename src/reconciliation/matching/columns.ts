import { type CivilDate, dayNumber } from '../../kernel/civil-date';
import { type KeyKind } from './definition.policy';
import { Interned } from './interned';
import { type MatchLine } from './line';
import { isHashText, orderOfIds } from './line-order';

/** Keys of one kind of all lines: those of line `i` are `values[starts[i]]` to `values[starts[i + 1]]`, as numbers. */
export interface KeyColumn {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

/**
 * Lines as columns, in order of id. Texts are numbers here: equal text, equal number, and the number itself means
 * nothing, so that no result may depend on it.
 */
export interface Columns {
  readonly count: number;
  readonly ids: readonly string[];
  /** 0 for side A, 1 for side B */
  readonly side: Uint8Array;
  readonly currency: Uint32Array;
  readonly currencies: readonly string[];
  /** account with currency; 0 when the source names no account */
  readonly place: Uint32Array;
  readonly accounts: readonly string[];
  readonly account: Uint32Array;
  readonly amount: BigInt64Array;
  readonly day: Int32Array;
  readonly dates: ReadonlyMap<number, CivilDate>;
  /** 0 when unknown */
  readonly counterparty: Uint32Array;
  readonly keys: Readonly<Record<KeyKind, KeyColumn>>;
  readonly keyTexts: readonly string[];
}

const NO_KEYS: readonly string[] = [];

/** @throws RangeError when two lines have one id, an id is not 64 hex, or an amount does not fit 64 bits */
export function columnsOf(lines: readonly MatchLine[]): Columns {
  const given = lines.map(({ id }) => id);
  const order = orderOfIds(given);
  const ids = Array.from(order, (at) => given[at] as string);
  for (let i = 0; i < ids.length; i += 1) {
    if (!isHashText(ids[i] as string))
      throw new RangeError(`${JSON.stringify(ids[i])} is not an id of a line`);
    if (i > 0 && ids[i] === ids[i - 1])
      throw new RangeError(`line ${String(ids[i])} is there twice`);
  }
  // Lines are read as they lie in memory and put in order afterwards: the other way round is a cache miss a field.
  const filling = new Filling(lines.length);
  for (const line of lines) filling.add(line);
  return filling.inOrder(order, ids);
}

/** Columns in the order in which lines are given. */
class Filling {
  readonly #side: Uint8Array;
  readonly #currency: Uint32Array;
  readonly #account: Uint32Array;
  readonly #place: Uint32Array;
  readonly #amount: BigInt64Array;
  readonly #day: Int32Array;
  readonly #counterparty: Uint32Array;
  readonly #endToEnd: KeysFilling;
  readonly #document: KeysFilling;
  readonly #batch: KeysFilling;
  readonly #keyTexts = new Interned();
  readonly #currencies = new Interned();
  readonly #accounts = new Interned();
  readonly #parties = new Interned();
  readonly #places = new Map<number, number>();
  readonly #days = new DayNumbers();
  #count = 0;

  constructor(lines: number) {
    this.#side = new Uint8Array(lines);
    this.#currency = new Uint32Array(lines);
    this.#account = new Uint32Array(lines);
    this.#place = new Uint32Array(lines);
    this.#amount = new BigInt64Array(lines);
    this.#day = new Int32Array(lines);
    this.#counterparty = new Uint32Array(lines);
    this.#endToEnd = new KeysFilling(lines);
    this.#document = new KeysFilling(lines);
    this.#batch = new KeysFilling(lines);
    this.#accounts.numberOf('');
    this.#parties.numberOf('');
  }

  add(line: MatchLine): void {
    const at = this.#count;
    const { keys, amountMinor } = line;
    const currency = this.#currencies.numberOf(line.currency);
    const account = this.#accounts.numberOf(line.account);
    this.#side[at] = line.side === 'A' ? 0 : 1;
    this.#currency[at] = currency;
    this.#account[at] = account;
    this.#place[at] = account === 0 ? 0 : this.placeOf(account * 0x10000 + currency);
    this.#amount[at] = amountMinor;
    if (this.#amount[at] !== amountMinor)
      throw new RangeError(`the amount of line ${line.id} does not fit 64 bits`);
    this.#day[at] = this.#days.numberOf(line.bookDate);
    this.#counterparty[at] = this.#parties.numberOf(line.counterparty ?? '');
    this.#endToEnd.add(keys.endToEnd, this.#keyTexts);
    this.#document.add(keys.document, this.#keyTexts);
    this.#batch.add(keys.batch ?? NO_KEYS, this.#keyTexts);
    this.#count = at + 1;
  }

  inOrder(order: Uint32Array, ids: readonly string[]): Columns {
    const count = this.#count;
    const numbers = (of: Uint32Array) => moved(of, new Uint32Array(count), order);
    return {
      count,
      ids,
      side: moved(this.#side, new Uint8Array(count), order),
      currency: numbers(this.#currency),
      currencies: this.#currencies.texts,
      place: numbers(this.#place),
      account: numbers(this.#account),
      accounts: this.#accounts.texts,
      amount: inOrder(this.#amount, order),
      day: moved(this.#day, new Int32Array(count), order),
      dates: this.#days.dates,
      counterparty: numbers(this.#counterparty),
      keys: {
        endToEnd: this.#endToEnd.inOrder(order),
        document: this.#document.inOrder(order),
        batch: this.#batch.inOrder(order),
      },
      keyTexts: this.#keyTexts.texts,
    };
  }

  private placeOf(pair: number): number {
    const known = this.#places.get(pair);
    if (known !== undefined) return known;
    this.#places.set(pair, this.#places.size + 1);
    return this.#places.size;
  }
}

class KeysFilling {
  #starts: Uint32Array;
  #values: Uint32Array<ArrayBuffer>;
  #lines = 0;
  #used = 0;

  constructor(lines: number) {
    this.#starts = new Uint32Array(lines + 1);
    this.#values = new Uint32Array(lines + 16);
  }

  add(keys: readonly string[], texts: Interned): void {
    for (let i = 0; i < keys.length; i += 1) {
      if (this.#used === this.#values.length) {
        const larger = new Uint32Array(this.#used * 2);
        larger.set(this.#values);
        this.#values = larger;
      }
      this.#values[this.#used] = texts.numberOf(keys[i] as string);
      this.#used += 1;
    }
    this.#lines += 1;
    this.#starts[this.#lines] = this.#used;
  }

  inOrder(order: Uint32Array): KeyColumn {
    const starts = new Uint32Array(order.length + 1);
    const values = new Uint32Array(this.#used);
    let used = 0;
    for (let i = 0; i < order.length; i += 1) {
      const line = order[i] as number;
      const end = this.#starts[line + 1] as number;
      for (let at = this.#starts[line] as number; at < end; at += 1) {
        values[used] = this.#values[at] as number;
        used += 1;
      }
      starts[i + 1] = used;
    }
    return { starts, values };
  }
}

function moved<T extends Uint8Array | Int32Array | Uint32Array>(
  from: T,
  to: T,
  order: Uint32Array,
): T {
  for (let i = 0; i < order.length; i += 1) to[i] = from[order[i] as number] as number;
  return to;
}

/** In halves of 32 bits: reading a 64-bit column makes an object for each value. */
function inOrder(amounts: BigInt64Array, order: Uint32Array): BigInt64Array {
  const from = new Int32Array(amounts.buffer);
  const sorted = new BigInt64Array(amounts.length);
  const to = new Int32Array(sorted.buffer);
  for (let i = 0; i < order.length; i += 1) {
    const at = order[i] as number;
    to[2 * i] = from[2 * at] as number;
    to[2 * i + 1] = from[2 * at + 1] as number;
  }
  return sorted;
}

class DayNumbers {
  readonly dates = new Map<number, CivilDate>();
  readonly #numbers = new Map<CivilDate, number>();

  numberOf(date: CivilDate): number {
    let day = this.#numbers.get(date);
    if (day === undefined) {
      day = dayNumber(date);
      this.#numbers.set(date, day);
      this.dates.set(day, date);
    }
    return day;
  }
}
