import { type CivilDate, dayNumber } from '../../kernel/civil-date';
import { type KeyKind } from './definition.policy';
import { type MatchLine } from './line';
import { orderOfIds } from './line-order';

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

/** Gives equal texts one number, from 0. */
class Interned {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

const NO_KEYS: readonly string[] = [];

/** @throws RangeError when two lines have one id, or an amount does not fit 64 bits */
export function columnsOf(lines: readonly MatchLine[]): Columns {
  const order = orderOfIds(lines.map(({ id }) => id));
  const count = lines.length;
  const ids = Array.from(order, (at) => (lines[at] as MatchLine).id);
  for (let i = 1; i < count; i += 1) {
    if (ids[i] === ids[i - 1]) throw new RangeError(`line ${String(ids[i])} is there twice`);
  }
  const ordered = (i: number) => lines[order[i] as number] as MatchLine;
  const [currencies, accounts, parties, keyTexts] = [
    new Interned(),
    new Interned(),
    new Interned(),
    new Interned(),
  ];
  accounts.numberOf('');
  parties.numberOf('');
  const places = new Map<number, number>();
  const columns = {
    side: new Uint8Array(count),
    currency: new Uint32Array(count),
    place: new Uint32Array(count),
    account: new Uint32Array(count),
    amount: new BigInt64Array(count),
    day: new Int32Array(count),
    counterparty: new Uint32Array(count),
  };
  const days = new DayNumbers();
  for (let i = 0; i < count; i += 1) {
    const { side, currency, account, amountMinor, bookDate, counterparty = '' } = ordered(i);
    const money = currencies.numberOf(currency);
    const where = accounts.numberOf(account);
    columns.side[i] = side === 'A' ? 0 : 1;
    columns.currency[i] = money;
    columns.account[i] = where;
    columns.place[i] = where === 0 ? 0 : placeOf(places, where * 0x10000 + money);
    columns.amount[i] = amountMinor;
    if (columns.amount[i] !== amountMinor)
      throw new RangeError(`the amount of line ${String(ids[i])} does not fit 64 bits`);
    columns.day[i] = days.numberOf(bookDate);
    columns.counterparty[i] = parties.numberOf(counterparty);
  }
  const column = (kind: KeyKind) => keyColumn(count, keyTexts, (i) => ordered(i).keys[kind]);
  return {
    count,
    ids,
    ...columns,
    currencies: currencies.texts,
    accounts: accounts.texts,
    dates: days.dates,
    keys: {
      endToEnd: column('endToEnd'),
      document: column('document'),
      batch: column('batch'),
    },
    keyTexts: keyTexts.texts,
  };
}

function placeOf(places: Map<number, number>, pair: number): number {
  const known = places.get(pair);
  if (known !== undefined) return known;
  places.set(pair, places.size + 1);
  return places.size;
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

function keyColumn(
  count: number,
  texts: Interned,
  keysOf: (line: number) => readonly string[] | undefined,
): KeyColumn {
  const starts = new Uint32Array(count + 1);
  let values = new Uint32Array(count + 16);
  let used = 0;
  for (let i = 0; i < count; i += 1) {
    for (const key of keysOf(i) ?? NO_KEYS) {
      if (used === values.length) values = grown(values);
      values[used] = texts.numberOf(key);
      used += 1;
    }
    starts[i + 1] = used;
  }
  return { starts, values };
}

function grown(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(values.length * 2);
  larger.set(values);
  return larger;
}
