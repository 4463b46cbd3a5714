import { ascii, CanonicalScanner, HEX_VALUES } from './canonical-scan';
import { isDay } from './civil-date';
import { isJsonPointer } from './json-pointer';
import { isStreamName, STREAM_NAME_BYTES_MAX } from './stream-name';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = ascii('{');
const ZERO = 0x30;
const INSTANT = ascii('0000-00-00T00:00:00.000Z');
const isLower = (c: number): boolean => c >= 0x61 && c <= 0x7a;
const isDigit = (c: number): boolean => c >= ZERO && c <= 0x39;
const inEntity = new Uint8Array(256);
for (const c of ascii('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~-')) {
  inEntity[c] = 1;
}

/** The kinds of value that stand in the envelope of an entry, checked in their bytes. */
export class EnvelopeScanner extends CanonicalScanner {
  /** Printable ASCII without quote and backslash, no space at an end. */
  protected identifier(bytesMax: number): boolean {
    const { bytes } = this;
    const start = this.at + 1;
    if (bytes[this.at] !== QUOTE) return false;
    let i = start;
    for (let c = bytes[i] as number; c !== QUOTE; c = bytes[++i] as number) {
      if (!(c >= 0x20 && c <= 0x7e) || c === 0x5c) return false;
    }
    this.at = i + 1;
    const isTrimmed = bytes[start] !== 0x20 && bytes[i - 1] !== 0x20;
    return i > start && i - start <= bytesMax && isTrimmed;
  }

  protected sha256(): boolean {
    return this.hexDigits(this.at + 1, 64) && this.quoted(64);
  }

  protected uuid(): boolean {
    const { bytes } = this;
    const at = this.at + 1;
    const dashes = bytes[at + 8] === 0x2d && bytes[at + 13] === 0x2d && bytes[at + 18] === 0x2d;
    return (
      dashes &&
      bytes[at + 23] === 0x2d &&
      this.hexDigits(at, 8) &&
      this.hexDigits(at + 9, 4) &&
      this.hexDigits(at + 14, 4) &&
      this.hexDigits(at + 19, 4) &&
      this.hexDigits(at + 24, 12) &&
      this.quoted(36)
    );
  }

  /** Goes over a text of that length, if quotes stand around it. */
  private quoted(length: number): boolean {
    const { bytes, at } = this;
    this.at = at + length + 2;
    return bytes[at] === QUOTE && bytes[at + length + 1] === QUOTE;
  }

  private hexDigits(start: number, count: number): boolean {
    const { bytes } = this;
    let all = 0;
    for (let i = start; i < start + count; i++) all |= HEX_VALUES[bytes[i] as number] as number;
    return all <= 15;
  }

  protected instant(): boolean {
    const at = this.at + 1;
    const { bytes } = this;
    for (let i = 0; i < INSTANT.length; i++) {
      const c = bytes[at + i] as number;
      const due = INSTANT[i] as number;
      if (due === ZERO ? !(c >= ZERO && c <= 0x39) : c !== due) return false;
    }
    const year = this.digits(at, 4);
    // Years before 100 are good, and so rare that the slow way may take them.
    return (
      year >= 100 &&
      isDay(year, this.digits(at + 5, 2), this.digits(at + 8, 2)) &&
      this.digits(at + 11, 2) < 24 &&
      this.digits(at + 14, 2) < 60 &&
      this.digits(at + 17, 2) < 60 &&
      this.quoted(24)
    );
  }

  protected digits(start: number, count: number): number {
    let value = 0;
    for (let i = start; i < start + count; i++) {
      value = value * 10 + (this.bytes[i] as number) - ZERO;
    }
    return value;
  }

  protected typeName(): boolean {
    const start = this.at + 1;
    if (!this.identifier(80)) return false;
    let dots = 0;
    for (let i = start, mayBegin = true; i < this.at - 1; i++) {
      const c = this.bytes[i] as number;
      const isLetter = c >= 0x61 && c <= 0x7a;
      if (c === 0x2e) dots += 1;
      if (mayBegin ? !isLetter : !isLetter && c !== 0x2e && c !== 0x2d && !isDigit(c)) return false;
      mayBegin = c === 0x2e;
    }
    return dots > 0 && this.bytes[this.at - 2] !== 0x2e;
  }

  protected streamName(): boolean {
    const start = this.at + 1;
    if (!this.identifier(STREAM_NAME_BYTES_MAX)) return false;
    const end = this.at - 1;
    const { bytes } = this;
    if (!isLower(bytes[start] as number)) return false;
    let i = start + 1;
    while (isLower(bytes[i] as number) || isDigit(bytes[i] as number) || bytes[i] === 0x5f) i++;
    if (i - start > 32 || bytes[i] !== 0x2d) return false;
    const entity = i + 1;
    for (i = entity; inEntity[bytes[i] as number] === 1;) i++;
    if (i === entity || bytes[i] !== 0x2e) return false;
    const key = i + 1;
    for (i = key; i < end && (bytes[i] === 0x2e || inEntity[bytes[i] as number] === 1);) i++;
    return (i === end && key < end) || isStreamName(this.slice(start, end));
  }

  protected commitments(): boolean {
    if (!this.word(OPEN)) return false;
    for (let last = ''; ;) {
      const start = this.at + 1;
      if (this.bytes[this.at] !== QUOTE || !this.string()) return false;
      const name = this.slice(start, this.at - 1);
      // Escapes and characters beyond ASCII are left to the slow way: their order is that of other units.
      const isPlain = name !== '' && !/[\\\x80-\xff]/.test(name) && isJsonPointer(name);
      if (!isPlain || (last !== '' && !(last < name))) return false;
      if (this.bytes[this.at++] !== 0x3a || !this.sha256()) return false;
      last = name;
      const c = this.bytes[this.at++];
      if (c !== COMMA) return c === 0x7d;
    }
  }

  protected matches(word: Uint8Array, start: number, end: number): boolean {
    if (end - start !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[start + i] !== word[i]) return false;
    return true;
  }

  private slice(start: number, end: number): string {
    return this.bytes.toString('latin1', start, end);
  }
}
