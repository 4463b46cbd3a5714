import { assertStreamName } from '../append-rules';

/** What a stream of the server is to one ledger. */
export type Belongs =
  | { readonly kind: 'entry'; readonly stream: string }
  | { readonly kind: 'checkpoint' }
  /** the metadata stream of one of the ledger's streams */
  | { readonly kind: 'metadata' }
  /** under the ledger's prefix, and not one of its names */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'outside' };

const CHECKPOINTS = 'checkpoints';

/** Many ledgers share one server: each owns the streams whose names begin with `<ledger>~`. */
export class StreamPrefix {
  private readonly prefix: string;
  readonly checkpoints: string;
  /** of the ledger's streams and their metadata streams */
  readonly filter: string;

  /** @throws TypeError when `ledger` is no name of one: it would be read as an expression */
  constructor(ledger: string) {
    if (!/^[a-z0-9_]{1,32}$/.test(ledger)) throw new TypeError(`not a ledger: ${ledger}`);
    this.prefix = `${ledger}~`;
    this.checkpoints = `${this.prefix}${CHECKPOINTS}`;
    this.filter = `^([$][$])?${this.prefix}`;
  }

  /** The server's name of a ledger's stream. */
  nameOf(stream: string): string {
    return this.prefix + stream;
  }

  belongs(name: string): Belongs {
    if (name.startsWith(`$$${this.prefix}`)) return { kind: 'metadata' };
    if (!name.startsWith(this.prefix)) return { kind: 'outside' };
    const stream = name.slice(this.prefix.length);
    if (stream === CHECKPOINTS) return { kind: 'checkpoint' };
    try {
      assertStreamName(stream);
      return { kind: 'entry', stream };
    } catch {
      return { kind: 'foreign' };
    }
  }
}
