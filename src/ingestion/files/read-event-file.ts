import { isTieoutError, type TieoutError, tooLarge } from '../../kernel/errors';
import { readCsv } from './csv-reader';
import { type FileMapping, type LookupFile } from './file-mapping';
import { type FileRow } from './file-row';
import { type Lookup } from './mapped-text';
import { mappedEvent } from './mapped-event';
import { readXes } from './xes-reader';

type Bytes = AsyncIterable<Uint8Array>;

/** Lookups are kept in memory, so they have an end. */
const LOOKUP_ROWS_MAX = 1_000_000;

/** What was read so far; final once the lines have ended. */
export interface ImportCounts {
  /** events of the file */
  rows: number;
  /** traces of an XES log; 0 for CSV, whose rows have no cases */
  cases: number;
  /** lines given */
  events: number;
  /** rows whose activity the mapping passes over */
  skipped: number;
  /** rows that cannot be mapped */
  refused: number;
}

export interface EventFile {
  readonly bytes: Bytes;
  readonly mapping: FileMapping;
  /** opens the second files that the mapping names; relative to the first one */
  readonly openLookup?: (file: string) => Bytes;
  /** told of every row that cannot be mapped; its members have the line */
  readonly onRefused?: (line: number, error: TieoutError) => void;
}

/**
 * Canonical events of a file, one structured CloudEvent a line, as `POST /v1/events` takes them in bulk. The file is
 * streamed: memory does not grow with it. A row that cannot be mapped is told and passed over, the rows around it are
 * not touched; a file that cannot be read on ends the lines with an error.
 *
 * @throws TieoutError `contract-violation` with reason and line
 */
export function readEventFile(file: EventFile): {
  readonly lines: AsyncGenerator<string>;
  readonly counts: Readonly<ImportCounts>;
} {
  const counts: ImportCounts = { rows: 0, cases: 0, events: 0, skipped: 0, refused: 0 };
  return { lines: linesOf(file, counts), counts };
}

async function* linesOf(file: EventFile, counts: ImportCounts): AsyncGenerator<string> {
  await readLookups(file);
  const { mapping } = file;
  for await (const row of rowsOf(file)) {
    counts.rows += 1;
    if (mapping.format === 'xes' && row.isFirstOfCase) counts.cases += 1;
    const line = lineOf(row, file, counts);
    if (line !== undefined) yield line;
  }
}

function rowsOf({ bytes, mapping }: EventFile): AsyncGenerator<FileRow> {
  return mapping.format === 'xes' ? readXes(bytes) : readCsv(bytes, mapping.columns, mapping);
}

function lineOf(
  row: FileRow,
  { mapping, onRefused }: EventFile,
  counts: ImportCounts,
): string | undefined {
  try {
    const event = mappedEvent(row, mapping);
    if (event === undefined) counts.skipped += 1;
    else counts.events += 1;
    return event === undefined ? undefined : JSON.stringify(event);
  } catch (error) {
    // Codes of a row that does not fit the mapping; anything else is a fault of ours.
    if (!isTieoutError(error, 'contract-violation', 'time-form', 'money-form')) throw error;
    counts.refused += 1;
    onRefused?.(row.line, error);
    return undefined;
  }
}

async function readLookups({ mapping, openLookup }: EventFile): Promise<void> {
  for (const lookup of mapping.lookupFiles) {
    if (openLookup === undefined) throw new TypeError(`nobody opens the lookup ${lookup.name}`);
    mapping.setLookup(lookup.name, await lookupOf(openLookup(lookup.file), lookup));
  }
}

async function lookupOf(bytes: Bytes, { name, key, value, where }: LookupFile): Promise<Lookup> {
  const values = new Map<string, string>();
  const columns = [key, value, ...where.map(([column]) => column)];
  for await (const { own } of readCsv(bytes, columns)) {
    if (!where.every(([column, wanted]) => own.get(column) === wanted)) continue;
    values.set(own.get(key) ?? '', own.get(value) ?? '');
    if (values.size > LOOKUP_ROWS_MAX)
      throw tooLarge(`The lookup ${name}`, LOOKUP_ROWS_MAX, values.size, 'rows');
  }
  return values;
}
