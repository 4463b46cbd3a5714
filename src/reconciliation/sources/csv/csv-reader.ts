import { sha256Hex } from '../../../kernel/hash';
import { fileRefused } from '../refused-file';
import { quoted, rejectedRow, RowRefused } from '../row-refused';
import {
  type RejectedRow,
  type StatementFile,
  type StatementItem,
  type StatementItems,
  type StatementLine,
} from '../statement';
import { CsvLines, type Row } from './csv-line';
import { columnsNamed, type CsvMapping } from './csv-mapping';
import { type CsvRow, readRows, type UsedEncoding } from './csv-rows';
import { CsvAccount } from './csv-totals';

const CSV_PARSER = { name: 'csv', version: 1 } as const;
const ACCOUNTS_MAX = 100_000;
/** Rows between two yields. */
const ROWS_AT_ONCE = 500;

/**
 * Reads a CSV file of bank accounts as a mapping says, in one pass and bounded memory.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal` and the line
 */
export async function* readCsvStatement(
  bytes: AsyncIterable<Uint8Array>,
  mapping: CsvMapping,
): StatementItems {
  const used: UsedEncoding = { encoding: 'utf-8' };
  const file = new CsvFile(mapping);
  for await (const row of readRows(bytes, mapping, used)) {
    file.row(row);
    if (file.found.length >= ROWS_AT_ONCE) yield file.take();
  }
  file.end();
  yield file.take();
  return file.describe(used.encoding);
}

/** The columns of a file by name, and its rows through them. */
export class Header {
  readonly #places: ReadonlyMap<string, number>;

  /** @throws TieoutError `contract-violation`, reason `column-missing` or `columns-differ` */
  constructor(
    readonly record: readonly string[],
    needed: readonly string[],
    line: number,
  ) {
    const names = record.map((name) => name.trim());
    const place = { line, column: 1 };
    const missing = needed.filter((column) => !names.includes(column));
    if (missing.length > 0)
      throw fileRefused('column-missing', `The header has no column ${missing.join(', ')}.`, place);
    const twice = needed.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
    if (twice !== undefined)
      throw fileRefused('columns-differ', `The header has the column ${twice} twice.`, place);
    this.#places = new Map(names.map((name, i) => [name, i]));
  }

  isRepeatedBy = (record: readonly string[]) =>
    record.length === this.record.length && record.every((value, i) => value === this.record[i]);

  /** @throws RowRefused for another number of columns */
  rowOf(record: readonly string[]): Row {
    if (record.length !== this.record.length) {
      const detail = `The row has ${record.length} columns, the header ${this.record.length}.`;
      throw new RowRefused('columns-differ', detail);
    }
    return (column) => record[this.#places.get(column) ?? -1] ?? '';
  }

  raw(record: readonly string[]): Record<string, string> {
    const fields = record
      .slice(0, 60)
      .map((value, i) => [this.record[i]?.trim() || `${i + 1}`, quoted(value)]);
    return Object.fromEntries(fields) as Record<string, string>;
  }
}

class CsvFile {
  found: StatementItem[] = [];
  readonly #lines: CsvLines;
  readonly #accounts = new Map<string, CsvAccount>();
  readonly #keys = new Map<string, string>();
  #header: Header | undefined;
  #entries = 0;

  constructor(private readonly mapping: CsvMapping) {
    this.#lines = new CsvLines(mapping);
  }

  take(): readonly StatementItem[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  row({ record, line }: CsvRow): void {
    if (this.#header === undefined) {
      this.#header = new Header(record, columnsNamed(this.mapping), line);
      return;
    }
    if (record.every((value) => value.trim() === '')) return;
    if (this.#header.isRepeatedBy(record)) {
      this.#lines.warnings.add('The header stands in the file more than once.');
      return;
    }
    this.#entries += 1;
    try {
      this.#read(this.#header.rowOf(record), record, line);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      this.found.push(this.#rejected(error, record, line));
    }
  }

  end(): void {
    if (this.#header === undefined) throw fileRefused('no-statement', 'The file has no header.');
    if (this.#entries === 0) throw fileRefused('no-statement', 'The file has no rows.');
    const warnings = this.#lines.warnings.member();
    for (const account of this.#accounts.values()) {
      this.found.push(account.summary(account.index === 0 ? warnings : {}));
    }
  }

  describe(encoding: string): StatementFile {
    return { format: 'csv', encoding, statements: this.#accounts.size, parser: CSV_PARSER };
  }

  #read(row: Row, record: readonly string[], line: number): void {
    const { totals } = this.mapping;
    if (totals?.values.includes(row(totals.column).trim()) === true) {
      this.#entries -= 1;
      return this.#declare(row);
    }
    const read = this.#lines.read(row);
    this.#checkKey(row, record);
    const account = this.#accountOf(read.account);
    account.entries += 1;
    const item: StatementLine = {
      kind: 'line',
      statement: account.index,
      entry: account.entries,
      part: 0,
      place: { line, column: 1 },
      role: 'entry',
      ...read,
    };
    const balance = this.#lines.value(row, 'balance');
    account.addLine(item, balance === '' ? undefined : this.#lines.exact(balance, read.currency));
    this.found.push(item);
  }

  /** A row of totals is a control of what stands before it, for the account that it names or the only one. */
  #declare(row: Row): void {
    const lines = this.#lines;
    const named = lines.value(row, 'account') || (this.mapping.account ?? '');
    const account = this.#accounts.get(named) ?? this.#accountOf(this.mapping.account ?? named);
    const currency = lines.currencyOf(row);
    for (const what of ['credit', 'debit'] as const) {
      const text = lines.value(row, what);
      if (text !== '')
        account.declare({ what, currency, minor: absolute(lines.exact(text, currency)) });
    }
    if (lines.value(row, 'amount') !== '')
      account.declare({ what: 'sum', currency, minor: lines.amountOf(row, currency) });
  }

  #checkKey(row: Row, record: readonly string[]): void {
    const key = this.#lines.value(row, 'key');
    if (key === '') return;
    const content = sha256Hex(record.join('\u0000'));
    const before = this.#keys.get(key);
    if (before === undefined) {
      this.#keys.set(key, content);
      return;
    }
    const how = before === content ? 'with the same content' : 'with other content';
    throw new RowRefused('key-conflict', `The key ${quoted(key)} stands twice, ${how}.`);
  }

  #accountOf(name: string): CsvAccount {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    if (this.#accounts.size >= ACCOUNTS_MAX)
      throw fileRefused('too-many-statements', `The file has over ${ACCOUNTS_MAX} accounts.`);
    const account = new CsvAccount(this.#accounts.size, name, this.mapping.order);
    this.#accounts.set(name, account);
    return account;
  }

  /** A row whose account cannot be told counts for the first one, so that its control fails. */
  #rejected(error: RowRefused, record: readonly string[], line: number): RejectedRow {
    const [first] = this.#accounts.values();
    const account = first ?? this.#accountOf(this.mapping.account ?? '');
    account.entries += 1;
    account.rejected += 1;
    const place = { statement: account.index, entry: account.entries, place: { line, column: 1 } };
    return rejectedRow(error, place, this.#header?.raw(record) ?? {});
  }
}

const absolute = (minor: bigint) => (minor < 0n ? -minor : minor);
