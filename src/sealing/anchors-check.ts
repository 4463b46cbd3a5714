import { type X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { type Entry } from '../kernel/entry';
import { isTieoutError } from '../kernel/errors';
import { sha256, sha256Hex } from '../kernel/hash';
import { AnchorFolder } from './anchor-folder';
import { type Findings } from './check-report';
import { findingOf } from './findings';
import { type KeptNote } from './kept-checkpoints';
import { ANCHORS_STREAM } from './ledger-anchors.events';
import { checkTimestamp } from './timestamp-token';

/** What an event `ledger.anchored` says of a file. */
interface Recorded {
  readonly index: number;
  readonly size: number;
  readonly file: 'checkpoint' | 'checkpoint.tsr';
  /** SHA-256, hex */
  readonly digest: string;
}

/** Anchored checkpoints and their timestamps, in the folder outside the ledger, against what the ledger recorded of them. */
export class AnchorsCheck {
  private readonly folder: AnchorFolder;
  /** as of the beginning: a ledger in service anchors more than a check of it sees */
  private readonly sizes: readonly number[];
  private readonly recorded: Recorded[] = [];

  /**
   * @param authorities certificates where a token's chain may end; without them only the token itself is checked
   * @param nameOf names a path in the report
   */
  constructor(
    private readonly path: string,
    private readonly authorities: readonly X509Certificate[] | undefined,
    private readonly nameOf: (path: string) => string,
  ) {
    this.folder = new AnchorFolder(path);
    this.sizes = this.folder.sizes();
  }

  *kept(): Generator<KeptNote> {
    for (const size of this.sizes) {
      // A file that is gone or too long is no checkpoint: the reader of notes says so.
      const note = this.folder.note(size) ?? '';
      yield { note, size, where: `in ${this.nameOf(join(this.path, String(size)))}` };
    }
  }

  /** An event of the ledger's own streams. */
  entry({ stream, type, data }: Entry, index: number): void {
    if (stream !== ANCHORS_STREAM || type !== 'ledger.anchored') return;
    const { size, checkpoint, token } = data;
    if (typeof size !== 'number') return;
    const note = (file: Recorded['file'], digest: unknown): void => {
      if (typeof digest === 'string') this.recorded.push({ index, size, file, digest });
    };
    note('checkpoint', checkpoint);
    note('checkpoint.tsr', token);
  }

  end(findings: Findings, note: (text: string) => void): void {
    const missing = this.recorded.filter((each) => !this.compare(each, findings));
    const [first] = missing;
    if (first !== undefined) {
      const more = missing.length === 1 ? '' : `, and ${missing.length - 1} more files are gone`;
      const file = this.nameOf(join(this.path, String(first.size), first.file));
      findings.warn(`Index ${first.index} says that ${file} was kept; it is not here${more}.`);
    }
    let tokens = 0;
    for (const size of this.sizes) if (this.checkToken(size, findings)) tokens += 1;
    if (tokens > 0 && this.authorities === undefined) {
      note(
        `Timestamps (${tokens}) were checked by the certificates that they carry; whose these are was not (--tsa-ca).`,
      );
    }
  }

  /** @returns false when the file is not here */
  private compare({ index, size, file, digest }: Recorded, findings: Findings): boolean {
    const bytes = file === 'checkpoint' ? this.folder.checkpoint(size) : this.folder.token(size);
    if (bytes === undefined) return false;
    const actual = sha256Hex(Buffer.from(bytes));
    if (actual !== digest) {
      findings.add({
        ...{ code: 'store-damaged', index, file: this.nameOf(join(this.path, String(size), file)) },
        detail: 'The file is not the one that the ledger recorded as its anchor.',
        ...{ expected: digest, actual },
      });
    }
    return true;
  }

  private checkToken(size: number, findings: Findings): boolean {
    const token = this.folder.token(size);
    if (token === undefined) return false;
    const imprint = sha256(Buffer.from(this.folder.checkpoint(size) ?? ''));
    try {
      checkTimestamp(token, { imprint }, this.authorities);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      const file = this.nameOf(join(this.path, String(size), 'checkpoint.tsr'));
      findings.add({ ...findingOf(error), file });
    }
    return true;
  }
}
