import { clip } from '../clip';
import { CsvLines, type Row } from '../csv/csv-line';
import { type CsvMapping } from '../csv/csv-mapping';
import { KeyCheck } from '../csv/csv-reader';
import { readSheet, type RowHandler, type RowPosition } from '../csv/csv-sheet';
import { rejectedRow, RowRefused } from '../row-refused';
import {
  type StatementFile,
  type StatementItem,
  type StatementItems,
  type StatementLine,
} from '../statement';
import { JournalTotals } from './journal-totals';

const LEDGER_PARSER = { name: 'ledger-csv', version: 1 } as const;

/**
 * Reads journals of a general ledger from CSV: every row a line of its account, the file one statement whose journals
 * must balance.
 *
 * @param format what the batch calls it: `gl-csv` or `ads`
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal` and the line
 */
export const readLedgerCsv = (
  bytes: AsyncIterable<Uint8Array>,
  mapping: CsvMapping,
  format: 'gl-csv' | 'ads',
): StatementItems => readSheet(bytes, new LedgerRows(mapping, format));

class LedgerRows implements RowHandler {
  found: StatementItem[] = [];
  readonly lines: CsvLines;
  readonly #totals = new JournalTotals();
  readonly #keys = new KeyCheck();

  constructor(
    mapping: CsvMapping,
    private readonly format: 'gl-csv' | 'ads',
  ) {
    this.lines = new CsvLines(mapping);
  }

  read(row: Row, { record, line }: RowPosition): void {
    const read = this.lines.read(row);
    const journal = this.lines.value(row, 'journal');
    if (journal === '') throw new RowRefused('row-unreadable', 'The row names no journal.');
    const number = this.lines.value(row, 'line');
    const within = this.#within(row, journal);
    // A journal id comes again in another year or company; only with both is it a key.
    if (number !== '') this.#keys.check(`${within}/${number}`, record);
    this.#totals.entries += 1;
    const key =
      number === '' ? [] : [{ kind: 'entry', value: clip(`${within}/${number}`, 256) } as const];
    const item: StatementLine = {
      kind: 'line',
      statement: 0,
      entry: this.#totals.entries,
      part: 0,
      place: { line, column: 1 },
      role: 'entry',
      ...read,
      references: [...read.references, { kind: 'transaction', value: clip(journal, 256) }, ...key],
    };
    this.#totals.add(item, within);
    this.found.push(item);
  }

  reject(error: RowRefused, raw: Readonly<Record<string, string>>, line: number): void {
    this.#totals.entries += 1;
    this.#totals.rejected += 1;
    const place = { statement: 0, entry: this.#totals.entries, place: { line, column: 1 } };
    this.found.push(rejectedRow(error, place, raw));
  }

  end(): void {
    const { warnings } = this.lines;
    this.found.push(this.#totals.summary({ message: this.format, id: '', stated: {}, warnings }));
  }

  describe(encoding: string): StatementFile {
    return { format: this.format, encoding, statements: 1, parser: LEDGER_PARSER };
  }

  #within(row: Row, journal: string): string {
    const parts = [this.lines.value(row, 'company'), this.lines.value(row, 'year'), journal];
    return parts.filter((part) => part !== '').join('/');
  }
}
