import { fileRefused } from '../refused-file';
import { quoted, RowRefused } from '../row-refused';
import { type StatementFile, type StatementItem, type StatementItems } from '../statement';
import { type CsvLines, type Row } from './csv-line';
import { columnsNamed } from './csv-mapping';
import { type CsvRow, readRows, type UsedEncoding } from './csv-rows';

/** Rows between two yields. */
const ROWS_AT_ONCE = 500;

export interface RowPosition {
  readonly line: number;
  /** fields as the file has them, to tell equal rows from others */
  readonly record: readonly string[];
}

/** What is made of the rows of a file. */
export interface RowHandler {
  readonly lines: CsvLines;
  /** what was completed since it was last emptied */
  found: StatementItem[];
  /** @throws RowRefused when the row cannot be a line */
  read(row: Row, position: RowPosition): void;
  reject(error: RowRefused, raw: Readonly<Record<string, string>>, line: number): void;
  end(): void;
  describe(encoding: string): StatementFile;
}

/**
 * Feeds a handler with the rows below the header. Blank rows are passed over, and so is a header that stands once more.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal` and the line
 */
export async function* readSheet(
  bytes: AsyncIterable<Uint8Array>,
  handler: RowHandler,
): StatementItems {
  const { mapping } = handler.lines;
  const used: UsedEncoding = { encoding: 'utf-8' };
  const sheet = new Sheet(handler);
  for await (const row of readRows(bytes, mapping, used)) {
    sheet.row(row);
    if (handler.found.length < ROWS_AT_ONCE) continue;
    yield handler.found;
    handler.found = [];
  }
  sheet.end();
  yield handler.found;
  handler.found = [];
  return handler.describe(used.encoding);
}

class Sheet {
  #header: Header | undefined;
  #rows = 0;

  constructor(private readonly handler: RowHandler) {}

  row({ record, line }: CsvRow): void {
    const { lines } = this.handler;
    const header = this.#header;
    if (header === undefined) {
      this.#header = new Header(record, columnsNamed(lines.mapping), line);
      return;
    }
    if (record.every((value) => value.trim() === '')) return;
    if (header.isRepeatedBy(record)) {
      lines.warnings.add('The header stands in the file more than once.');
      return;
    }
    this.#rows += 1;
    try {
      this.handler.read(header.rowOf(record), { record, line });
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      this.handler.reject(error, header.raw(record), line);
    }
  }

  end(): void {
    if (this.#header === undefined) throw fileRefused('no-statement', 'The file has no header.');
    if (this.#rows === 0) throw fileRefused('no-statement', 'The file has no rows.');
    this.handler.end();
  }
}

/** The columns of a file by name, and its rows through them. */
class Header {
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
