import { Readable } from 'node:stream';
import { CsvError, parse, type Parser } from 'csv-parse';
import { fileRefused, type FileRefusal } from './file-refused';
import { type FileRow, NO_VALUES } from './file-row';
import { fileText } from './file-text';

const ROW_BYTES_MAX = 64 * 1024;

export interface CsvForm {
  /** one character; a comma unless said */
  readonly delimiter?: string;
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Rows of a CSV file with a header line, as RFC 4180 quotes them; the memory needed is that of one row.
 *
 * @param columns names that the header must have
 * @throws TieoutError `contract-violation` with reason and line, for the first fault of the file
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  columns: readonly string[],
  { delimiter = ',' }: CsvForm = {},
): AsyncGenerator<FileRow> {
  let line = 1;
  let header: readonly string[] | undefined;
  const source = Readable.from(fileText(bytes, () => line));
  const parser = parse({ bom: true, info: true, delimiter, max_record_size: ROW_BYTES_MAX });
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const parsed of source.pipe(parser) as Parser & AsyncIterable<Parsed>) {
      const { record, info } = parsed;
      line = info.lines;
      if (header === undefined) header = headerOf(record, columns);
      else yield rowOf(header, record, line);
    }
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error, line) : error;
  } finally {
    source.destroy();
  }
  if (header === undefined) throw fileRefused('truncated', 'The file has no header line.', 1);
}

function headerOf(record: readonly string[], columns: readonly string[]): readonly string[] {
  const missing = columns.filter((column) => !record.includes(column));
  if (missing.length > 0) {
    throw fileRefused('column-missing', `The header has no column ${missing.join(', ')}.`, 1);
  }
  const twice = record.find((column, i) => columns.includes(column) && record.indexOf(column) < i);
  if (twice !== undefined) {
    throw fileRefused('columns-differ', `The header names the column ${twice} twice.`, 1);
  }
  return record;
}

function rowOf(header: readonly string[], record: readonly string[], line: number): FileRow {
  const own = new Map(header.map((column, i) => [column, record[i] ?? '']));
  return { line, isFirstOfCase: true, own, trace: NO_VALUES, log: NO_VALUES };
}

const REASONS: ReadonlyMap<string, FileRefusal> = new Map([
  ['CSV_QUOTE_NOT_CLOSED', 'truncated'],
  ['CSV_MAX_RECORD_SIZE', 'too-long'],
  ['CSV_RECORD_INCONSISTENT_FIELDS_LENGTH', 'columns-differ'],
  ['CSV_RECORD_INCONSISTENT_COLUMNS', 'columns-differ'],
]);

function refusalOf(error: CsvError, line: number): Error {
  const { lines = line } = error as { readonly lines?: number };
  const detail = error.message.replace(/,? (?:at|on) line \d+.*$/s, '').replace(/\.$/, '');
  return fileRefused(REASONS.get(error.code) ?? 'not-well-formed', `${detail}.`, lines);
}
