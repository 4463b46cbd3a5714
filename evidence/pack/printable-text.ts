/** Whether a font can draw a code point. */
export type Covers = (codePoint: number) => boolean;

export interface Printable {
  readonly text: string;
  /** code points that were written as `[U+XXXX]`: control, format and bidirectional ones, and glyphs the font lacks */
  readonly escaped: number;
}

/**
 * Control, format (bidirectional overrides, zero-width characters), surrogate, private use, unassigned, line separator.
 * Shown as they are, they could make one name look like another.
 */
const DISGUISE = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Spaces other than U+0020 look like it and break lines elsewhere. */
const STRANGE_SPACE = /[\p{Zs}]/u;

const escapeOf = (codePoint: number): string =>
  `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;

/** Text as it may be printed: what a font lacks and what a reader could not see becomes a visible escape. */
export function printable(text: string, covers: Covers): Printable {
  let out = '';
  let escaped = 0;
  for (const char of text) {
    const codePoint = char.codePointAt(0) ?? 0;
    if (char === ' ' || char === '\n' || plain(char, codePoint, covers)) out += char;
    else {
      out += escapeOf(codePoint);
      escaped += 1;
    }
  }
  return { text: out, escaped };
}

function plain(char: string, codePoint: number, covers: Covers): boolean {
  if (codePoint >= 0x21 && codePoint <= 0x7e) return true;
  return !DISGUISE.test(char) && !STRANGE_SPACE.test(char) && covers(codePoint);
}
