import { JSON_DEPTH_MAX } from './json-cursor';
import { isNoncharacter } from './utf8';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const NAME_LENGTH_MAX = 64;

/** ASCII that stands between quotes as it is. */
const PLAIN = 1;
/** May stand in a member name. */
const IN_NAME = 2;
/** May begin a member name. */
const LETTER = 4;

const kinds = new Uint8Array(256);
for (let c = 0x20; c < 0x80; c++) if (c !== QUOTE && c !== BACKSLASH) kinds[c] = PLAIN;
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  kinds[c.charCodeAt(0)] = PLAIN | IN_NAME | LETTER;
for (const c of '0123456789_-') kinds[c.charCodeAt(0)] = PLAIN | IN_NAME;

/**
 * Goes through JSON in its bytes, once, and makes nothing of it: says only whether the bytes are strict JSON in canonical
 * form, as `parseStrictJson` and `canonicalJson` together would. Reading past `end` is harmless: the place reached is
 * then behind it, and whoever began the scan compares the two.
 */
export class CanonicalScanner {
  protected bytes: Buffer = Buffer.alloc(0);
  protected at = 0;
  protected end = 0;
  /** the last integer that was read */
  protected integer = 0;

  /** @param depth of the value itself when it is an object or array; the outer value has 1 */
  protected value(depth: number): boolean {
    const c = this.bytes[this.at] as number;
    if (c === QUOTE) return this.string();
    if (c === 0x7b) return this.object(depth);
    if (c === 0x5b) return this.array(depth);
    if (c === 0x74) return this.word(TRUE);
    if (c === 0x66) return this.word(FALSE);
    if (c === 0x6e) return this.word(NULL);
    return this.number();
  }

  protected word(word: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
    this.at = at + word.length;
    return true;
  }

  protected object(depth: number): boolean {
    if (depth > JSON_DEPTH_MAX) return false;
    const { bytes } = this;
    this.at += 1;
    if (bytes[this.at] === 0x7d) return this.step();
    for (let lastStart = 0, lastEnd = 0; ;) {
      const start = this.at + 1;
      const end = bytes[this.at] === QUOTE ? this.nameEnd(start) : 0;
      if (end === 0 || bytes[end + 1] !== COLON) return false;
      // Most names differ in their first letter.
      if (lastEnd !== 0 && (bytes[lastStart] as number) >= (bytes[start] as number)) {
        if (!comesBefore(bytes, [lastStart, lastEnd], [start, end])) return false;
      }
      this.at = end + 2;
      if (!this.value(depth + 1)) return false;
      const c = bytes[this.at++];
      if (c === 0x7d) return true;
      if (c !== COMMA) return false;
      lastStart = start;
      lastEnd = end;
    }
  }

  protected array(depth: number): boolean {
    if (depth > JSON_DEPTH_MAX) return false;
    const { bytes } = this;
    this.at += 1;
    if (bytes[this.at] === 0x5d) return this.step();
    for (;;) {
      if (!this.value(depth + 1)) return false;
      const c = bytes[this.at++];
      if (c === 0x5d) return true;
      if (c !== COMMA) return false;
    }
  }

  protected string(): boolean {
    const { bytes, end } = this;
    for (let i = this.at + 1; i < end;) {
      const c = bytes[i] as number;
      if (((kinds[c] as number) & PLAIN) !== 0) {
        i += 1;
      } else if (c === QUOTE) {
        this.at = i + 1;
        return true;
      } else {
        const length = c === BACKSLASH ? escapeLength(bytes, i) : sequenceLength(bytes, i, end);
        if (length === 0) return false;
        i += length;
      }
    }
    return false;
  }

  protected number(): boolean {
    const { bytes } = this;
    const isNegative = bytes[this.at] === 0x2d;
    const start = isNegative ? this.at + 1 : this.at;
    let i = start;
    let magnitude = 0;
    let c = bytes[i] as number;
    while (c >= 0x30 && c <= 0x39) {
      magnitude = magnitude * 10 + (c - 0x30);
      c = bytes[++i] as number;
    }
    if (i === start || magnitude > Number.MAX_SAFE_INTEGER) return false;
    if (bytes[start] === 0x30 && (i > start + 1 || isNegative)) return false;
    this.at = i;
    this.integer = isNegative ? -magnitude : magnitude;
    return true;
  }

  /** Where the name that begins at `start` ends: the place of its quote, or 0. */
  private nameEnd(start: number): number {
    const { bytes } = this;
    if (((kinds[bytes[start] as number] as number) & LETTER) === 0) return 0;
    let i = start + 1;
    while (((kinds[bytes[i] as number] as number) & IN_NAME) !== 0) i += 1;
    return bytes[i] === QUOTE && i - start <= NAME_LENGTH_MAX ? i : 0;
  }

  private step(): boolean {
    this.at += 1;
    return true;
  }
}

/** Strictly before, so that no name stands twice. */
function comesBefore(
  bytes: Uint8Array,
  [aStart, aEnd]: readonly [number, number],
  [bStart, bEnd]: readonly [number, number],
): boolean {
  const shorter = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shorter; i++) {
    const difference = (bytes[aStart + i] as number) - (bytes[bStart + i] as number);
    if (difference !== 0) return difference < 0;
  }
  return aEnd - aStart < bEnd - bStart;
}

const SHORT = new Set([...'"\\bfnrt'].map((c) => c.charCodeAt(0)));
/** Control characters that have a short escape, and U+0000, which no text may hold. */
const NEVER_LONG = new Set([0x00, 0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/** Length of the escape at `i` when it is the one that canonical form takes, or 0. */
function escapeLength(bytes: Uint8Array, i: number): number {
  const c = bytes[i + 1] as number;
  if (SHORT.has(c)) return 2;
  const isLow = c === 0x75 && bytes[i + 2] === 0x30 && bytes[i + 3] === 0x30;
  if (!isLow || (bytes[i + 4] !== 0x30 && bytes[i + 4] !== 0x31)) return 0;
  const low = HEX_VALUES[bytes[i + 5] as number] as number;
  if (low > 15) return 0;
  const point = ((bytes[i + 4] as number) - 0x30) * 16 + low;
  return NEVER_LONG.has(point) ? 0 : 6;
}

/** What a byte is worth as a digit `0` to `9` or `a` to `f`; 255 for any other. */
export const HEX_VALUES = new Uint8Array(256).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUES[digit.charCodeAt(0)] = value;
}

/** Length of a well-formed UTF-8 sequence of two to four bytes for a character that text may hold, or 0. */
function sequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const lead = bytes[i] as number;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4 || i + length > end) return 0;
  let point = lead & (0x7f >> length);
  for (let k = 1; k < length; k++) {
    const byte = bytes[i + k] as number;
    if ((byte & 0xc0) !== 0x80) return 0;
    point = (point << 6) | (byte & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return point < least || point > 0x10ffff || isSurrogate || isNoncharacter(point) ? 0 : length;
}

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');
