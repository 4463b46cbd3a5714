import { createHash } from 'node:crypto';
import { type CsvMapping } from '../sources/csv/csv-mapping';
import { readStatement } from '../sources/read-statement';
import { type StatementSource } from '../sources/source.policy';
import {
  isMovement,
  type RejectedRow,
  type StatementFile,
  type StatementItem,
} from '../sources/statement';
import { BatchSummary } from './batch-summary';
import {
  LineIds,
  normalise,
  type NormalisedItem,
  type NormalisedLine,
  normalisedText,
} from './normalised-file';

/** Rejected rows that a reply shows; the normalised file has them all. */
const REJECTS_SHOWN_MAX = 100;

/** Lines that a dry run shows, so that a mapping can be judged by what it makes of the file. */
const LINES_SHOWN_MAX = 10;

/** How many of these line ids the ledger knows already. */
export type CountKnown = (ids: readonly string[]) => number;

/** Lines that are here under natural keys of an account, by account and key as `keyOf` joins them. */
export type KnownKeys = (
  source: string,
  keys: readonly { readonly account: string; readonly key: string }[],
) => ReadonlyMap<string, string>;

/** Account and natural key in one text. */
export const keyOf = (account: string, key: string): string => `${account}\u0000${key}`;

export interface ReadingOptions {
  readonly source: StatementSource;
  /** of a source of CSV files */
  readonly mapping?: CsvMapping | undefined;
  readonly countKnown: CountKnown;
  /** absent: the file is read alone */
  readonly knownKeys?: KnownKeys | undefined;
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

  #known(items: readonly StatementItem[]): ReadonlyMap<string, string> {
    const { source, knownKeys } = this.options;
    const keys = items.flatMap((item) =>
      item.kind === 'line' && item.naturalKey !== undefined
        ? [{ account: item.account, key: item.naturalKey }]
        : [],
    );
    return keys.length === 0 || knownKeys === undefined ? new Map() : knownKeys(source.id, keys);
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
      const known = this.#known(next.value);
      for (const read of next.value) {
        const { item, normalised } = withoutConflict(read, normalise(read, ids), known);
        this.summary.add(item);
        if (item.kind === 'rejected' && this.rejects.length < REJECTS_SHOWN_MAX)
          this.rejects.push(item);
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

/**
 * A natural key that is here with other content is no second line: a row under it is kept as rejected. The line that is here
 * stays, until a person withdraws its file.
 */
function withoutConflict(
  item: StatementItem,
  normalised: NormalisedItem,
  known: ReadonlyMap<string, string>,
): { readonly item: StatementItem; readonly normalised: NormalisedItem } {
  // What is pending is told once more when it is booked, with another date or text.
  if (item.kind !== 'line' || normalised.kind !== 'line' || !isMovement(item.status))
    return { item, normalised };
  if (item.naturalKey === undefined) return { item, normalised };
  const before = known.get(keyOf(item.account, item.naturalKey));
  if (before === undefined || before === normalised.id) return { item, normalised };
  const { statement, entry, place, account, naturalKey, bookDate } = item;
  const { amount, currency } = normalised.amount;
  const rejected: RejectedRow = {
    kind: 'rejected',
    ...{ statement, entry, place, reason: 'key-conflict' },
    detail: `The key ${naturalKey} of the account is here with other content, as line ${before}. Withdraw the file that brought it, or have this one corrected.`,
    raw: { account, key: naturalKey, bookDate, amount, currency },
  };
  return { item: rejected, normalised: rejected };
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
