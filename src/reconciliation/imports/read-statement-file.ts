import { createHash } from 'node:crypto';
import { type CsvMapping } from '../sources/csv/csv-mapping';
import { readStatement } from '../sources/read-statement';
import { type StatementSource } from '../sources/source.policy';
import { type RejectedRow, type StatementFile } from '../sources/statement';
import { BatchSummary } from './batch-summary';
import { LineIds, normalise, type NormalisedLine, normalisedText } from './normalised-file';

/** Rejected rows that a reply shows; the normalised file has them all. */
const REJECTS_SHOWN_MAX = 100;

/** Lines that a dry run shows, so that a mapping can be judged by what it makes of the file. */
const LINES_SHOWN_MAX = 10;

/** How many of these line ids the ledger knows already. */
export type CountKnown = (ids: readonly string[]) => number;

export interface ReadingOptions {
  readonly source: StatementSource;
  /** of a source of CSV files */
  readonly mapping?: CsvMapping | undefined;
  readonly countKnown: CountKnown;
}

/**
 * One statement file on its way through the reader: bytes in, lines of the normalised file out, sums and rejected rows
 * kept. Memory does not grow with the file, but for one number a distinct line.
 */
export class StatementReading {
  readonly summary = new BatchSummary();
  readonly rejects: RejectedRow[] = [];
  readonly firstLines: NormalisedLine[] = [];
  #file: StatementFile | undefined;

  constructor(private readonly options: ReadingOptions) {}

  /** What the reader learned of the file; only after `normalised` has come to its end. */
  get file(): StatementFile {
    if (this.#file === undefined) throw new Error('the file has not been read to its end');
    return this.#file;
  }

  /** The normalised file, piece by piece. @throws TieoutError `contract-violation` when the file cannot be read */
  async *normalised(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { source, mapping } = this.options;
    const ids = new LineIds(source.id);
    const items = readStatement(bytes, source, mapping);
    for (;;) {
      const next = await items.next();
      if (next.done === true) {
        this.#file = next.value;
        return;
      }
      const found: string[] = [];
      let text = '';
      for (const item of next.value) {
        this.summary.add(item);
        if (item.kind === 'rejected' && this.rejects.length < REJECTS_SHOWN_MAX)
          this.rejects.push(item);
        const normalised = normalise(item, ids);
        if (normalised.kind === 'line') {
          found.push(normalised.id);
          if (this.firstLines.length < LINES_SHOWN_MAX) this.firstLines.push(normalised);
        }
        text += normalisedText(normalised);
      }
      if (found.length > 0) this.summary.duplicates += this.options.countKnown(found);
      yield Buffer.from(text);
    }
  }
}

/** Passes bytes on and keeps their hash. */
export class HashedBytes {
  readonly #hash = createHash('sha256');
  bytes = 0;

  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      this.#hash.update(piece);
      this.bytes += piece.length;
      yield piece;
    }
  }

  /** 64 hex; to be asked once, at the end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}
