import { TextDecoder } from 'node:util';
import { fileRefused } from './refused-file';

const NOTHING = Buffer.alloc(0);

/** A character of UTF-8 has at most four bytes. */
const CHARACTER_BYTES_MAX = 4;

/**
 * Bytes of a file without a declaration to text: by its byte order mark, else UTF-8 or one byte a character, which the first
 * character beyond ASCII decides. Up to there both read alike. After it decoding is strict: bytes that are not UTF-8 in a file that
 * has begun as UTF-8 end the import, because no single reading of such a file is right.
 *
 * @throws TieoutError `contract-violation`, reason `encoding-invalid`
 */
export class PlainDecoder {
  #held: Buffer = NOTHING;
  #decoder: TextDecoder | 'latin1' | undefined;

  /** @param otherwise what a file is that is not UTF-8 */
  constructor(private readonly otherwise: 'iso-8859-1' | 'windows-1252' = 'iso-8859-1') {}

  /** lower case, as used; final once the file has ended */
  get encoding(): string {
    if (this.#decoder === 'latin1') return 'iso-8859-1';
    return this.#decoder?.encoding ?? 'utf-8';
  }

  write(bytes: Uint8Array): string {
    return this.#decoder === undefined ? this.#decide(bytes, false) : this.#decode(bytes);
  }

  /** Text still held back; checks that the last character is complete. */
  end(): string {
    const held = this.#decoder === undefined ? this.#decide(NOTHING, true) : '';
    return held + this.#decode(undefined);
  }

  #decide(bytes: Uint8Array, isEnd: boolean): string {
    const all = Buffer.concat([this.#held, bytes]);
    const first = all.findIndex((byte) => byte > 0x7f);
    const stop = first < 0 ? all.length : first;
    if (first >= 0 && (isEnd || all.length - first >= CHARACTER_BYTES_MAX)) {
      this.#held = NOTHING;
      this.#decoder =
        unicodeDecoder(all.subarray(first, first + CHARACTER_BYTES_MAX), first === 0) ??
        (this.otherwise === 'iso-8859-1' ? 'latin1' : strict(this.otherwise));
      return all.toString('latin1', 0, stop) + this.#decode(all.subarray(stop));
    }
    this.#held = all.subarray(stop);
    return all.toString('latin1', 0, stop);
  }

  #decode(bytes: Uint8Array | undefined): string {
    if (this.#decoder === 'latin1') return Buffer.from(bytes ?? NOTHING).toString('latin1');
    try {
      return this.#decoder?.decode(bytes, { stream: bytes !== undefined }) ?? '';
    } catch {
      throw fileRefused('encoding-invalid', `The file holds bytes that are not ${this.encoding}.`);
    }
  }
}

/** @param first the first character beyond ASCII with what follows, at most four bytes */
function unicodeDecoder(first: Buffer, isStartOfFile: boolean): TextDecoder | undefined {
  if (isStartOfFile && first[0] === 0xff && first[1] === 0xfe) return strict('utf-16le');
  if (isStartOfFile && first[0] === 0xfe && first[1] === 0xff) return strict('utf-16be');
  const [lead = 0] = first;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  try {
    strict('utf-8').decode(first.subarray(0, length));
    return strict('utf-8');
  } catch {
    return undefined;
  }
}

const strict = (encoding: string) => new TextDecoder(encoding, { fatal: true });
