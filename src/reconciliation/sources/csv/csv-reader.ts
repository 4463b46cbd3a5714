import { sha256Hex } from '../../../kernel/hash';
import { fileRefused } from '../refused-file';
import { quoted, rejectedRow, RowRefused } from '../row-refused';
import {
  type StatementFile,
  type StatementItem,
  type StatementItems,
  type StatementLine,
} from '../statement';
import { CsvLines, type Row } from './csv-line';
import { type CsvMapping } from './csv-mapping';
import { readSheet, type RowHandler, type RowPosition } from './csv-sheet';
import { CsvAccount } from './csv-totals';

const CSV_PARSER = { name: 'csv', version: 1 } as const;
const ACCOUNTS_MAX = 100_000;

/**
 * Reads a CSV file of bank accounts as a mapping says, in one pass and bounded memory.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal` and the line
 */
export const readCsvStatement = (
  bytes: AsyncIterable<Uint8Array>,
  mapping: CsvMapping,
): StatementItems => readSheet(bytes, new AccountRows(mapping));

class AccountRows implements RowHandler {
  found: StatementItem[] = [];
  readonly lines: CsvLines;
  readonly #accounts = new Map<string, CsvAccount>();
  readonly #keys = new KeyCheck();

  constructor(private readonly mapping: CsvMapping) {
    this.lines = new CsvLines(mapping);
  }

  end(): void {
    const warnings = this.lines.warnings.member();
    for (const account of this.#accounts.values())
      this.found.push(account.summary(account.index === 0 ? warnings : {}));
  }

  describe(encoding: string): StatementFile {
    return { format: 'csv', encoding, statements: this.#accounts.size, parser: CSV_PARSER };
  }

  read(row: Row, { record, line }: RowPosition): void {
    const { totals } = this.mapping;
    if (totals?.values.includes(row(totals.column).trim()) === true) return this.#declare(row);
    const read = this.lines.read(row);
    this.#keys.check(this.lines.value(row, 'key'), record);
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
    const balance = this.lines.value(row, 'balance');
    account.addLine(item, balance === '' ? undefined : this.lines.exact(balance, read.currency));
    this.found.push(item);
  }

  /** A row whose account cannot be told counts for the first one, so that its control fails. */
  reject(error: RowRefused, raw: Readonly<Record<string, string>>, line: number): void {
    const [first] = this.#accounts.values();
    const account = first ?? this.#accountOf(this.mapping.account ?? '');
    account.entries += 1;
    account.rejected += 1;
    const place = { statement: account.index, entry: account.entries, place: { line, column: 1 } };
    this.found.push(rejectedRow(error, place, raw));
  }

  /** A row of totals is a control of what stands before it, for the account that it names or the only one. */
  #declare(row: Row): void {
    const lines = this.lines;
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

  #accountOf(name: string): CsvAccount {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    if (this.#accounts.size >= ACCOUNTS_MAX)
      throw fileRefused('too-many-statements', `The file has over ${ACCOUNTS_MAX} accounts.`);
    const account = new CsvAccount(this.#accounts.size, name, this.mapping.order);
    this.#accounts.set(name, account);
    return account;
  }
}

/** Natural keys of a file; the same one twice is a conflict that only a person can solve. */
export class KeyCheck {
  readonly #contents = new Map<string, string>();

  /** @throws RowRefused `key-conflict` */
  check(key: string, record: readonly string[]): void {
    if (key === '') return;
    const content = sha256Hex(record.join('\u0000'));
    const before = this.#contents.get(key);
    if (before === undefined) {
      this.#contents.set(key, content);
      return;
    }
    const how = before === content ? 'with the same content' : 'with other content';
    throw new RowRefused('key-conflict', `The key ${quoted(key)} stands twice, ${how}.`);
  }
}

const absolute = (minor: bigint) => (minor < 0n ? -minor : minor);
