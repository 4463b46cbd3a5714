import { type TieoutError } from './errors';
import { type Json } from './json';
import { END, JsonCursor, refused, type Units, unitsOf } from './json-cursor';
import { internedName, NewMembers } from './json-members';
import { decodeUtf8, isNoncharacter } from './utf8';

/** What a member name may be: `[A-Za-z][A-Za-z0-9_-]{0,63}`. */
export const MEMBER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export interface StrictJsonOptions {
  /** name of a top-level member whose own members may have any name; made for `commitments` of an entry */
  readonly freeNamesOf?: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const NAME_LENGTH_MAX = 64;

/** 1 where a UTF-16 unit below 128 may stand in a name. */
const inName = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-')
  inName[c.charCodeAt(0)] = 1;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads one JSON text from its raw bytes and refuses everything that two readers could take differently: encoding
 * first, then the first error in reading order.
 *
 * @param bytes the whole text, as received
 * @returns the value; objects have no inherited members, integers are within ±(2^53 − 1)
 * @throws TieoutError `json-*` with `pointer` (JSON Pointer of the value being read) and `offset` (byte)
 * @see RFC 8259, RFC 7493; docs/reference/ledger-format.md, section 1.3
 */
export function parseStrictJson(bytes: Uint8Array, options?: StrictJsonOptions): Json {
  const text = decodeUtf8(bytes);
  if (typeof text === 'number')
    throw refused('json-encoding', '', text, 'this is not UTF-8 without a byte order mark');
  return new Reader(text, unitsOf(text, bytes), options?.freeNamesOf).document();
}

class Reader extends JsonCursor {
  constructor(
    text: string,
    units: Units,
    private readonly freeNamesOf: string | undefined,
  ) {
    super(text, units);
  }

  document(): Json {
    const value = this.value(this.next());
    if (this.next() !== END)
      throw this.fail('json-syntax', this.at, 'there is more after the value');
    return value;
  }

  private value(c: number): Json {
    if (c === QUOTE) return this.string();
    if (c === 0x7b) return this.object();
    if (c === 0x5b) return this.array();
    if (c === 0x2d || (c >= 0x30 && c <= 0x39)) return this.number();
    if (c === 0x74) return this.literal('true', true);
    if (c === 0x66) return this.literal('false', false);
    if (c === 0x6e) return this.literal('null', null);
    throw this.fail(
      'json-syntax',
      this.at,
      c === END ? 'the text ends too early' : 'no value begins here',
    );
  }

  private literal<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at))
      throw this.fail('json-syntax', this.at, 'no value begins here');
    this.at += word.length;
    return value;
  }

  private object(): Json {
    const level = this.open();
    const members = new NewMembers();
    const free = level === 1 && this.freeNamesOf !== undefined && this.path[0] === this.freeNamesOf;
    let c = this.next();
    if (c === 0x7d) return this.close(members);
    for (;;) {
      if (c !== QUOTE)
        throw this.fail('json-syntax', this.at, 'a member name in double quotes is missing');
      const nameAt = this.at;
      const name = free ? this.string() : this.name();
      this.path[level] = name;
      if (members[name] !== undefined) {
        throw this.fail(
          'json-duplicate-name',
          nameAt,
          'this member name stands twice in one object',
        );
      }
      if (this.next() !== COLON) throw this.fail('json-syntax', this.at, 'a colon is missing');
      this.at++;
      members[name] = this.value(this.next());
      this.path[level] = undefined;
      c = this.next();
      if (c === 0x7d) return this.close(members);
      if (c !== COMMA)
        throw this.fail('json-syntax', this.at, 'a comma or the end of the object is missing');
      this.at++;
      c = this.next();
    }
  }

  private array(): Json {
    const level = this.open();
    const items: Json[] = [];
    let c = this.next();
    if (c === 0x5d) return this.close(items);
    for (;;) {
      this.path[level] = items.length;
      items.push(this.value(c));
      c = this.next();
      if (c === 0x5d) return this.close(items);
      if (c !== COMMA)
        throw this.fail('json-syntax', this.at, 'a comma or the end of the array is missing');
      this.at++;
      c = this.next();
    }
  }

  /** A member name. Almost all are plain and met before, and cost neither a new string nor a hash. */
  private name(): string {
    const { text, units } = this;
    const start = this.at + 1;
    let i = start;
    let hash = 0;
    let c = units[i] ?? END;
    while (c < 128 && inName[c] === 1) {
      hash = (Math.imul(hash, 31) + c) | 0;
      c = units[++i] ?? END;
    }
    const length = i - start;
    if (c !== QUOTE || length === 0 || length > NAME_LENGTH_MAX || !isLetter(units[start] ?? END)) {
      return this.unusualName();
    }
    this.at = i + 1;
    return internedName(text, start, length, hash);
  }

  private unusualName(): string {
    const start = this.at;
    const name = this.string();
    if (MEMBER_NAME.test(name)) return name;
    this.path[this.level] = name;
    throw this.fail(
      'json-name',
      start,
      'a member name is a letter and up to 63 letters, digits, "_" or "-"',
    );
  }

  private string(): string {
    const { text, units } = this;
    const start = this.at + 1;
    let i = start;
    for (;;) {
      const c = units[i] ?? END;
      if (c === QUOTE) {
        this.at = i + 1;
        return text.slice(start, i);
      }
      if (!(c >= 0x20 && c < 0xd800 && c !== BACKSLASH)) return this.unusualString(start, i);
      i++;
    }
  }

  /** A string with escapes or with units from U+D800 up. @param i where the first of these stands */
  private unusualString(start: number, i: number): string {
    const { text, units } = this;
    let read = '';
    let from = start;
    for (;;) {
      const c = units[i] ?? END;
      if (c === QUOTE) {
        this.at = i + 1;
        return read + text.slice(from, i);
      }
      if (c === BACKSLASH) {
        read += text.slice(from, i) + this.escape(i);
        i = from = this.at;
      } else if (c >= 0xd800) {
        const point = text.codePointAt(i) ?? 0;
        if (isNoncharacter(point))
          throw this.fail('json-string', i, 'a string holds a noncharacter');
        i += point > 0xffff ? 2 : 1;
      } else if (c >= 0x20) {
        i++;
      } else {
        throw this.fail(
          'json-syntax',
          i,
          c === END ? 'a string is not closed' : 'a control character needs an escape',
        );
      }
    }
  }

  /** The character of the escape at `i`; leaves `at` behind it. */
  private escape(i: number): string {
    const letter = this.text.charAt(i + 1);
    if (letter !== 'u') {
      const char = SHORT_ESCAPES[letter];
      if (char === undefined) throw this.fail('json-syntax', i, 'JSON has no such escape');
      this.at = i + 2;
      return char;
    }
    let point = this.hex4(i);
    this.at = i + 6;
    if (point >= 0xd800 && point <= 0xdbff && this.text.startsWith('\\u', i + 6)) {
      const low = this.hex4(i + 6);
      if (low >= 0xdc00 && low <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        this.at = i + 12;
      }
    }
    if (point >= 0xd800 && point <= 0xdfff)
      throw this.fail('json-string', i, 'a surrogate stands alone');
    if (point === 0 || isNoncharacter(point))
      throw this.fail('json-string', i, 'a string holds U+0000 or a noncharacter');
    return String.fromCodePoint(point);
  }

  private hex4(i: number): number {
    const digits = this.text.slice(i + 2, i + 6);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits))
      throw this.fail('json-syntax', i, 'four hex digits must follow \\u');
    return parseInt(digits, 16);
  }

  private number(): number {
    const { units } = this;
    const start = this.at;
    let i = start;
    let c = units[i] ?? END;
    const negative = c === 0x2d;
    if (negative) c = units[++i] ?? END;
    const digitsAt = i;
    let magnitude = 0;
    while (c >= 0x30 && c <= 0x39) {
      magnitude = magnitude * 10 + (c - 0x30);
      c = units[++i] ?? END;
    }
    if (i === digitsAt) throw this.fail('json-syntax', i, 'a digit is missing');
    if ((units[digitsAt] ?? END) === 0x30 && i > digitsAt + 1) {
      throw this.fail('json-syntax', digitsAt, 'a number begins with a zero too many');
    }
    if (c === 0x2e || c === 0x65 || c === 0x45) throw this.fraction(start, i);
    if (negative && magnitude === 0)
      throw this.fail('json-number', start, 'minus zero is not an integer; write 0');
    // One unit past 2^53 - 1 a double cannot tell neighbours apart, so every larger text arrives here as larger.
    if (magnitude > Number.MAX_SAFE_INTEGER) {
      throw this.fail(
        'json-number-range',
        start,
        'an integer is beyond 2^53 - 1; send it as a string',
      );
    }
    this.at = i;
    return negative ? -magnitude : magnitude;
  }

  /** The error of a number with a fraction or an exponent, or of one that is no number at all. */
  private fraction(start: number, i: number): TieoutError {
    const rest = /^(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/.exec(this.text.slice(i))?.[0] ?? '';
    const after = this.text.charAt(i + rest.length);
    if (rest === '' || after === '.' || after === 'e' || after === 'E') {
      return this.fail('json-syntax', i + rest.length, 'a digit is missing');
    }
    return this.fail('json-number', start, 'numbers are integers; send a decimal as a string');
  }
}

function isLetter(unit: number): boolean {
  return (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}
