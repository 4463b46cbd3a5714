import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type CsvColumn, csvHeader, csvLine } from '../kernel/csv';
import { TieoutError } from '../kernel/errors';
import { type PageRequest, type ViewedPage } from './page-query';
import { ndjson } from './stream-reply';

/** A column of a list as a spreadsheet gets it. */
export interface ListColumn<T> extends CsvColumn {
  /** its text; absent: an empty cell */
  value(item: T): string | undefined;
}

export type ListFormat = 'json' | 'ndjson' | 'csv';

const FORMATS: Readonly<Record<string, ListFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'text/csv': 'csv',
  '*/*': 'json',
  'application/*': 'json',
};
/** Rows that are read at a time; between two the service does other work. */
const PAGE_ROWS = 1_000;

/**
 * In which form the caller wants a list: a page of JSON, or all of it as NDJSON or CSV. The first form named that lists
 * have; weights are not read.
 *
 * @throws TieoutError `not-acceptable`
 */
export function listFormat(request: FastifyRequest): ListFormat {
  const { accept } = request.headers;
  if (accept === undefined || accept === '') return 'json';
  for (const part of accept.split(',')) {
    const format = FORMATS[part.split(';', 1)[0]?.trim().toLowerCase() ?? ''];
    if (format !== undefined) return format;
  }
  throw new TieoutError(
    'not-acceptable',
    'A list is sent as application/json, application/x-ndjson or text/csv.',
  );
}

export interface ListExport<T> {
  readonly columns: readonly ListColumn<T>[];
  /** one page of the list, in its order */
  readonly page: (request: PageRequest) => ViewedPage<T>;
  /** of the file, without its ending */
  readonly name: string;
}

/** A whole list, page after page as it is read off: no cap on rows, and never more than one page in memory. */
export function exportList<T extends object>(
  format: Exclude<ListFormat, 'json'>,
  { columns, page, name }: ListExport<T>,
  reply: FastifyReply,
): StreamableFile {
  const first = page({ limit: PAGE_ROWS });
  void reply.header('Content-Disposition', `attachment; filename="${name}.${format}"`);
  const items = everyItem(first, page);
  if (format === 'ndjson') return ndjson(asText(items));
  const type = 'text/csv; charset=utf-8; header=present';
  return new StreamableFile(Readable.from(asCsv(columns, items), { objectMode: false }), { type });
}

/** The first page is read before the reply begins, so that what fails at once is a problem document. */
function* everyItem<T>(
  first: ViewedPage<T>,
  page: (request: PageRequest) => ViewedPage<T>,
): Generator<T> {
  let current = first;
  for (;;) {
    yield* current.items;
    if (current.next === undefined) return;
    current = page({ limit: PAGE_ROWS, after: current.next });
  }
}

function* asText(items: Iterable<object>): Generator<string> {
  for (const item of items) yield JSON.stringify(item);
}

function* asCsv<T>(columns: readonly ListColumn<T>[], items: Iterable<T>): Generator<Buffer> {
  yield Buffer.from(csvHeader(columns), 'utf8');
  for (const item of items) {
    const row = columns.map((column) => column.value(item) ?? '');
    yield Buffer.from(csvLine(columns, row), 'utf8');
  }
}
