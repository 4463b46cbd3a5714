import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, parse, type Parser } from 'csv-parse';
import { PlainDecoder } from '../plain-encoding';
import { fileRefused, type FileRefusal } from '../refused-file';
import { type CsvEncoding } from './csv-mapping';

const ROW_CHARACTERS_MAX = 64 * 1024;

export interface CsvForm {
  readonly encoding?: CsvEncoding;
  readonly delimiter: string;
  readonly quote: string;
  readonly skipLines: number;
}

export interface CsvRow {
  /** the last line of the row */
  readonly line: number;
  readonly record: readonly string[];
}

/** The encoding that a file was read in; known at its end. */
export interface UsedEncoding {
  encoding: string;
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Rows of a CSV file as they are written, the header and rows of another length too; the memory needed is that of one row.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal` and the line
 */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  form: CsvForm,
  used: UsedEncoding,
): AsyncGenerator<CsvRow> {
  const source = Readable.from(textOf(bytes, form.encoding, used));
  const parser = parse({
    bom: true,
    info: true,
    delimiter: form.delimiter,
    quote: form.quote === '' ? false : form.quote,
    from_line: form.skipLines + 1,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: ROW_CHARACTERS_MAX,
  });
  let line = form.skipLines + 1;
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser) as Parser & AsyncIterable<Parsed>) {
      line = info.lines;
      yield { record, line };
    }
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error, line) : error;
  } finally {
    source.destroy();
  }
}

async function* textOf(
  bytes: AsyncIterable<Uint8Array>,
  encoding: CsvEncoding | undefined,
  used: UsedEncoding,
): AsyncGenerator<string> {
  const decoder = encoding === undefined ? new PlainDecoder() : new StatedDecoder(encoding);
  for await (const piece of bytes) {
    const text = decoder.write(piece);
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest !== '') yield rest;
  used.encoding = decoder.encoding;
}

/** Strict decoding in the encoding that the mapping states. */
class StatedDecoder {
  readonly #decoder: TextDecoder | undefined;

  constructor(readonly encoding: CsvEncoding) {
    this.#decoder =
      encoding === 'iso-8859-1' ? undefined : new TextDecoder(encoding, { fatal: true });
  }

  write(bytes: Uint8Array): string {
    return this.#decode(bytes);
  }

  end(): string {
    return this.#decode(undefined);
  }

  #decode(bytes: Uint8Array | undefined): string {
    if (this.#decoder === undefined) return Buffer.from(bytes ?? []).toString('latin1');
    try {
      return this.#decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw fileRefused('encoding-invalid', `The file holds bytes that are not ${this.encoding}.`);
    }
  }
}

const REASONS: ReadonlyMap<string, FileRefusal> = new Map([
  ['CSV_QUOTE_NOT_CLOSED', 'truncated'],
  ['CSV_MAX_RECORD_SIZE', 'token-too-long'],
]);

function refusalOf(error: CsvError, line: number): Error {
  const { lines = line } = error as { readonly lines?: number };
  const reason = REASONS.get(error.code) ?? 'not-well-formed';
  const detail =
    reason === 'truncated'
      ? 'A quote is opened and never closed.'
      : reason === 'token-too-long'
        ? `A row is over ${ROW_CHARACTERS_MAX} characters; a quote may not be closed.`
        : `The row is no CSV: ${error.message.replace(/,? (?:at|on) line \d+.*$/s, '').replace(/\.$/, '')}.`;
  return fileRefused(reason, detail, { line: lines, column: 1 });
}
