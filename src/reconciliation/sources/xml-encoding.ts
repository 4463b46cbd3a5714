import { fileRefused } from './refused-file';

/** Names that a declaration may give, and how their bytes are read. */
const DECODERS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'us-ascii',
  ascii: 'us-ascii',
  'iso-8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
  'iso-8859-15': 'iso-8859-15',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
};

/** A declaration that is not closed within this many bytes is not a declaration. */
const DECLARATION_BYTES_MAX = 512;

/**
 * Bytes of an XML file to text: byte order mark, then the declaration, then UTF-8. Decoding is strict; a byte that the
 * encoding does not have ends the import, because a replacement character would change a reference in silence.
 *
 * @throws TieoutError `contract-violation`, reason `encoding-unknown` or `encoding-invalid`
 */
export class XmlDecoder {
  /** lower case, as used; known after the first text came out */
  encoding = 'utf-8';
  #head: Buffer | undefined = Buffer.alloc(0);
  #decode: ((bytes: Uint8Array | undefined) => string) | undefined;

  write(bytes: Uint8Array): string {
    if (this.#decode !== undefined) return this.#decode(bytes);
    const head = Buffer.concat([this.#head ?? Buffer.alloc(0), bytes]);
    if (head.length < DECLARATION_BYTES_MAX && head.indexOf('?>') < 0) {
      this.#head = head;
      return '';
    }
    return this.#begin(head);
  }

  /** Text still held back; checks that the last character is complete. */
  end(): string {
    const held = this.#decode === undefined ? this.#begin(this.#head ?? Buffer.alloc(0)) : '';
    return held + (this.#decode?.(undefined) ?? '');
  }

  #begin(head: Buffer): string {
    this.#head = undefined;
    this.encoding = encodingOf(head);
    this.#decode = decoderFor(this.encoding);
    return this.#decode(head);
  }
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = head.toString('latin1', start, start + DECLARATION_BYTES_MAX);
  const declared = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(text)?.[1];
  if (declared === undefined) return 'utf-8';
  const known = DECODERS[declared.toLowerCase()];
  if (known === undefined) {
    throw fileRefused(
      'encoding-unknown',
      `The file declares the encoding ${declared}. Send it as UTF-8.`,
    );
  }
  if (start === 3 && known !== 'utf-8') {
    throw fileRefused('encoding-invalid', `The file begins as UTF-8 and declares ${declared}.`);
  }
  return known;
}

function decoderFor(encoding: string): (bytes: Uint8Array | undefined) => string {
  // TextDecoder reads both names as windows-1252; these two are single bytes with a meaning of their own.
  if (encoding === 'iso-8859-1') return (bytes) => Buffer.from(bytes ?? []).toString('latin1');
  if (encoding === 'us-ascii') return decodeAscii;
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw fileRefused('encoding-invalid', `The file holds bytes that are not ${encoding}.`);
    }
  };
}

function decodeAscii(bytes: Uint8Array | undefined): string {
  const buffer = Buffer.from(bytes ?? []);
  if (buffer.some((byte) => byte > 0x7f)) {
    throw fileRefused('encoding-invalid', 'The file holds bytes that are not us-ascii.');
  }
  return buffer.toString('latin1');
}
