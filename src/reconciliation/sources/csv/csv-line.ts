import { minorDigits } from '../../../kernel/money';
import { clip } from '../clip';
import { quoted, RowRefused } from '../row-refused';
import { type RawReference, type StatementLine } from '../statement';
import { Warnings } from '../warnings';
import { type CsvMapping, type CsvRole } from './csv-mapping';
import { type DateForm, dateForm, readCsvAmount } from './csv-values';

/** Values of one row by the name of their column. */
export type Row = (column: string) => string;

/** A number that a spreadsheet has rewritten: the digits behind it are lost. */
const ROUNDED = /^\d(?:[.,]\d+)?E\+\d+$/i;

/** Reads the rows of one file as its mapping says. */
export class CsvLines {
  readonly warnings = new Warnings();
  readonly #date: DateForm;

  constructor(readonly mapping: CsvMapping) {
    const form = dateForm(mapping.date);
    if (form === undefined) throw new RangeError(`no form of dates: ${mapping.date}`);
    this.#date = form;
  }

  /** The trimmed value of the column with this role; empty when the mapping has none. */
  value(row: Row, role: CsvRole): string {
    const column = this.mapping.columns[role];
    return column === undefined ? '' : row(column).trim();
  }

  /**
   * What a row says of its line, without its place.
   *
   * @throws RowRefused when it cannot be a line
   */
  read(row: Row): Omit<StatementLine, 'kind' | 'statement' | 'entry' | 'part' | 'place' | 'role'> {
    const account = this.value(row, 'account') || (this.mapping.account ?? '');
    if (account === '') throw new RowRefused('account-missing', 'The row names no account.');
    const currency = this.currencyOf(row);
    const amountMinor = this.amountOf(row, currency);
    const bookDate = this.#bookDate(row);
    const valueDate = this.#dateOf(this.value(row, 'valueDate'), 'value date');
    const text = this.mapping.text
      .map((column) => row(column).trim())
      .filter((part) => part !== '');
    const code = this.value(row, 'code');
    return {
      status: 'booked',
      account: clip(account, 70),
      amountMinor,
      currency,
      bookDate,
      ...(valueDate === undefined ? {} : { valueDate }),
      reversal: false,
      references: this.#references(row),
      ...(text.length === 0 ? {} : { text: clip(text.join(' '), 2_000) }),
      ...this.#counterparty(row),
      ...(code === '' ? {} : { code: clip(code, 35) }),
    };
  }

  currencyOf(row: Row): string {
    const currency = this.value(row, 'currency') || (this.mapping.currency ?? '');
    if (minorDigits(currency) === undefined)
      throw new RowRefused('currency-unknown', `"${quoted(currency)}"`);
    return currency;
  }

  /** Money in is positive, unless the mapping says that the file has it the other way round. */
  amountOf(row: Row, currency: string): bigint {
    const minor = this.#signed(row, currency);
    return this.mapping.isInverted ? -minor : minor;
  }

  /** An amount as the file has it. @throws RowRefused */
  exact(text: string, currency: string): bigint {
    const read = readCsvAmount(text, currency, this.mapping);
    if ('refusal' in read) throw new RowRefused(read.refusal, `"${quoted(text)}" ${currency}`);
    return read.minor;
  }

  #signed(row: Row, currency: string): bigint {
    if (this.mapping.columns.amount === undefined) return this.#bySides(row, currency);
    const text = this.value(row, 'amount');
    if (text === '') throw new RowRefused('amount-missing', 'The row has no amount.');
    const minor = this.exact(text, currency);
    const { sign } = this.mapping;
    if (sign === undefined) return minor;
    const mark = row(sign.column).trim();
    if (sign.credit.includes(mark)) return minor;
    if (sign.debit.includes(mark)) return -minor;
    throw new RowRefused('direction-unknown', `"${quoted(mark)}" is neither debit nor credit.`);
  }

  #bySides(row: Row, currency: string): bigint {
    const read = (role: 'debit' | 'credit') => {
      const text = this.value(row, role);
      return text === '' ? undefined : this.exact(text, currency);
    };
    const debit = read('debit');
    const credit = read('credit');
    if (debit === undefined && credit === undefined)
      throw new RowRefused('amount-missing', 'The row has no amount.');
    if ((debit ?? 0n) !== 0n && (credit ?? 0n) !== 0n)
      throw new RowRefused('direction-unknown', 'The row has a debit and a credit.');
    return this.mapping.sidesAreSigned
      ? (credit ?? 0n) + (debit ?? 0n)
      : (credit ?? 0n) - (debit ?? 0n);
  }

  #bookDate(row: Row): string {
    const first = this.#dateOf(this.value(row, 'bookDate'), 'book date');
    if (first !== undefined) return first;
    for (const column of this.mapping.otherDates) {
      const other = this.#dateOf(row(column).trim(), column);
      if (other === undefined) continue;
      this.warnings.add(`Where the book date stands for none, ${column} is taken.`);
      return other;
    }
    throw new RowRefused('date-missing', 'The row has no book date.');
  }

  #dateOf(text: string, what: string): string | undefined {
    if (text === '' || this.mapping.noDates.includes(text)) return undefined;
    const date = this.#date(text);
    if (date === undefined)
      throw new RowRefused(
        'date-unreadable',
        `The ${what} "${quoted(text)}" is not ${this.mapping.date}.`,
      );
    return this.mapping.noDates.includes(date) ? undefined : date;
  }

  #references(row: Row): readonly RawReference[] {
    const key = this.mapping.columns.key;
    const all = [
      ...this.mapping.references,
      ...(key === undefined ? [] : [{ kind: 'entry' as const, column: key }]),
    ];
    return all.flatMap(({ kind, column }): RawReference[] => {
      const value = row(column).trim();
      if (ROUNDED.test(value))
        this.warnings.add(
          `The column ${column} has numbers that a spreadsheet rounded, such as ${value}.`,
        );
      return value === '' ? [] : [{ kind, value: clip(value, 256) }];
    });
  }

  #counterparty(row: Row) {
    const name = clip(this.value(row, 'counterparty'), 256);
    const account = clip(this.value(row, 'counterpartyAccount'), 256);
    if (name === '' && account === '') return {};
    return {
      counterparty: { ...(name === '' ? {} : { name }), ...(account === '' ? {} : { account }) },
    };
  }
}
