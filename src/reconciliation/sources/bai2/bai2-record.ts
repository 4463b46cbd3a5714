/** A logical record: one physical record and the 88 records that continue it. */
export interface Bai2Record {
  readonly type: string;
  readonly line: number;
  /** text of each physical record after its type, without the slash that ends it */
  readonly parts: string[];
  characters: number;
}

/** Amounts and texts of a record, one after another, wherever a continuation parts them. */
export class Fields {
  #part = 0;
  #rest: string | undefined;

  constructor(private readonly parts: readonly string[]) {
    this.#rest = parts[0];
  }

  get isAtEnd(): boolean {
    return this.#rest === undefined;
  }

  /** The next field; empty when there is none. */
  next(): string {
    const rest = this.#rest;
    if (rest === undefined) return '';
    const comma = rest.indexOf(',');
    if (comma >= 0) this.#rest = rest.slice(comma + 1);
    else this.#turn();
    return (comma < 0 ? rest : rest.slice(0, comma)).trim();
  }

  /** Everything that is left, by physical record: commas and slashes are text here. */
  text(): readonly string[] {
    const left = this.#rest === undefined ? [] : [this.#rest, ...this.parts.slice(this.#part + 1)];
    this.#rest = undefined;
    return left;
  }

  #turn(): void {
    this.#part += 1;
    this.#rest = this.parts[this.#part];
  }
}

export interface Funds {
  /** `YYMMDD`, of the type V */
  readonly valueDate?: string;
}

/** Steps over the fields that a funds type brings: three amounts for S, a date and a time for V, a counted list for D. */
export function readFunds(fields: Fields): Funds | undefined {
  const type = fields.next();
  switch (type) {
    case '':
    case 'Z':
    case '0':
    case '1':
    case '2':
      return {};
    case 'V': {
      const valueDate = fields.next();
      fields.next();
      return valueDate === '' ? {} : { valueDate };
    }
    case 'S':
      for (let i = 0; i < 3; i += 1) fields.next();
      return {};
    case 'D': {
      const count = fields.next();
      if (!/^\d{1,3}$/.test(count)) return undefined;
      for (let i = 0; i < 2 * Number(count); i += 1) fields.next();
      return {};
    }
    default:
      return undefined;
  }
}

/** Minor units with an optional sign; `undefined` when it is no whole number of at most 18 digits. */
export function readWhole(text: string): bigint | undefined {
  return /^[+-]?\d{1,18}$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
}

/** What a type code says: a status of the account, money in, money out; the rest has no direction. */
export function meaningOf(code: string): 'status' | 'credit' | 'debit' | undefined {
  if (!/^\d{3}$/.test(code)) return undefined;
  const number = Number(code);
  const isIn = (from: number, to: number) => number >= from && number <= to;
  if (isIn(1, 99) || isIn(900, 919)) return 'status';
  if (isIn(100, 399) || isIn(920, 959)) return 'credit';
  if (isIn(400, 699) || isIn(960, 999)) return 'debit';
  return undefined;
}
