import { type CivilDate } from '../../../kernel/civil-date';
import { minorDigits } from '../../../kernel/money';
import { clip } from '../clip';
import {
  addMovement,
  balanceControl,
  failed,
  type Movements,
  NOTHING,
  notStated,
} from '../control';
import {
  type Balance,
  type Control,
  type StatementLine,
  type StatementSummary,
} from '../statement';
import { Warnings } from '../warnings';
import { Fields, meaningOf, readFunds, readWhole } from './bai2-record';

export interface Bai2Group {
  readonly id: string;
  readonly asOf: CivilDate;
  readonly currency: string;
  /** why its rows are not lines: a test, a deletion or a correction */
  readonly refusal: string | undefined;
  readonly isSameDay: boolean;
}

/** Totals that a trailer declares, and what was counted for it. */
export interface Trailer {
  readonly level: 'account' | 'group' | 'file';
  readonly declared: readonly string[];
  readonly computed: readonly bigint[];
}

const TRAILER_WORDS = {
  account: ['control total', 'records'],
  group: ['control total', 'accounts', 'records'],
  file: ['control total', 'groups', 'records'],
} as const;

/** What a trailer declares and is not so; a total that is left blank declares nothing. */
export function trailerFaults({ level, declared, computed }: Trailer): string[] {
  return TRAILER_WORDS[level].flatMap((what, i) => {
    const text = declared[i] ?? '';
    if (text === '' || readWhole(text) === computed[i]) return [];
    return [`${level}: ${what} declared ${text}, computed ${String(computed[i])}`];
  });
}

/** One account of one group: its summary record, its entries, and the totals that they must make. */
export class Bai2Account {
  readonly account: string;
  readonly currency: string;
  readonly warnings = new Warnings();
  /** sum of all amounts as written, and physical records so far */
  sum = 0n;
  records = 0;
  entries = 0;
  rejected = 0;
  trailer: Trailer | undefined;
  #lines = 0;
  #unread = 0;
  #opening: Balance | undefined;
  #closing: Balance | undefined;
  readonly #balances: Balance[] = [];
  readonly #movements: Movements = new Map();
  readonly #totals: { what: string; declared: string; computed: () => bigint }[] = [];
  readonly #counts = { credit: 0n, debit: 0n };

  /** @param parts of the record 03 with its continuations */
  constructor(
    parts: readonly string[],
    private readonly group: Bai2Group,
  ) {
    const fields = new Fields(parts);
    this.account = clip(fields.next(), 70);
    const own = fields.next();
    const named = own === '' ? group.currency : own;
    if (named === '')
      this.warnings.add('Nothing names the currency; USD, the default of the format, is taken.');
    this.currency = named === '' ? 'USD' : named;
    while (!fields.isAtEnd) this.#summaryItem(fields);
  }

  addAmount(text: string): bigint | undefined {
    const minor = readWhole(text);
    this.sum += minor ?? 0n;
    return minor;
  }

  addLine({ amountMinor, currency }: StatementLine, side: 'credit' | 'debit'): void {
    this.#lines += 1;
    this.#counts[side] += 1n;
    addMovement(this.#movements, currency, amountMinor);
  }

  /** @param above trailers of its group and file */
  summary(statement: number, above: readonly (Trailer | undefined)[]): StatementSummary {
    const opening = this.#opening;
    const closing = this.#closing;
    return {
      kind: 'statement',
      statement,
      message: 'bai2',
      id: this.group.id,
      account: this.account,
      ...(minorDigits(this.currency) === undefined ? {} : { currency: this.currency }),
      from: this.group.asOf,
      to: this.group.asOf,
      ...(opening === undefined ? {} : { opening }),
      ...(closing === undefined ? {} : { closing }),
      balances: this.#balances,
      computed: {
        entries: this.entries,
        bookedEntries: this.#lines,
        details: 0,
        lines: this.#lines,
        rejected: this.rejected,
        ...(this.#movements.get(this.currency) ?? NOTHING),
      },
      stated: statedOf(this.trailer),
      controls: {
        balance: balanceControl({
          opening,
          closing,
          unread: this.#unread,
          rejected: this.rejected,
          movements: this.#movements,
        }),
        summary: summaryControl([this.trailer, ...above]),
        details: this.#detailsControl(),
      },
      ...this.warnings.member(),
    };
  }

  /** Type code, amount, count of items, funds type: a balance, or a total over the account's entries. */
  #summaryItem(fields: Fields): void {
    const code = fields.next();
    if (code === '') return;
    const amount = fields.next();
    const count = fields.next();
    if (readFunds(fields) === undefined)
      this.warnings.add(`Type ${code} of the account: a funds type that the format does not have.`);
    const minor = this.addAmount(amount);
    if (meaningOf(code) === 'status') this.#addBalance(code, amount, minor);
    else if (code === '100') this.#declare('credit', amount, count);
    else if (code === '400') this.#declare('debit', amount, count);
  }

  #addBalance(code: string, amount: string, minor: bigint | undefined): void {
    if (amount === '') return;
    if (minor === undefined || minorDigits(this.currency) === undefined) {
      this.#unread += code === '010' || code === '015' ? 1 : 0;
      this.warnings.add(`The balance ${code} "${amount.slice(0, 40)}" cannot be read.`);
      return;
    }
    const { currency } = this;
    const balance = { type: code, amountMinor: minor, currency, date: this.group.asOf };
    if (this.#balances.length < 100) this.#balances.push(balance);
    if (code === '010') this.#opening ??= balance;
    if (code === '015') this.#closing = balance;
  }

  #declare(side: 'credit' | 'debit', amount: string, count: string): void {
    const sumOf = () => {
      const sums = this.#movements.get(this.currency) ?? NOTHING;
      return side === 'credit' ? sums.creditMinor : sums.debitMinor;
    };
    if (amount !== '') this.#totals.push({ what: `${side}s`, declared: amount, computed: sumOf });
    if (count !== '') {
      const computed = () => this.#counts[side];
      this.#totals.push({ what: `${side} entries`, declared: count, computed });
    }
  }

  /** Totals of all credits and debits (100, 400) are the entries that follow, if the file has them all. */
  #detailsControl(): Control {
    if (this.#totals.length === 0)
      return notStated('The account declares no total of its entries.');
    const faults = this.#totals
      .filter(({ declared, computed }) => readWhole(declared) !== computed())
      .map(({ what, declared, computed }) => `${what} declared ${declared}, found ${computed()}`);
    return faults.length > 0 ? failed(faults.join('; ')) : { verdict: 'passed' };
  }
}

function summaryControl(trailers: readonly (Trailer | undefined)[]): Control {
  const levels = ['account', 'group', 'file'] as const;
  const faults = levels.flatMap((level, i) => {
    const trailer = trailers[i];
    return trailer === undefined ? [`${level}: the trailer is missing`] : trailerFaults(trailer);
  });
  return faults.length > 0 ? failed(faults.join('; ')) : { verdict: 'passed' };
}

function statedOf(trailer: Trailer | undefined) {
  const [sum = '', entries = ''] = trailer?.declared ?? [];
  return { ...(sum === '' ? {} : { sum }), ...(entries === '' ? {} : { records: entries }) };
}
