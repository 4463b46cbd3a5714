import { fileRefused, type TextPlace } from '../refused-file';

const TOKEN_CHARACTERS_MAX = 64 * 1024;

export interface OfxHandler {
  open(name: string, place: TextPlace): void;
  close(name: string): void;
  /** text up to the next tag, trimmed, entities resolved; not called for blank text */
  text(value: string): void;
}

const TAG = /^(\/?)([A-Za-z][A-Za-z0-9_.]*)(?:\s[^<>]*?)?(\/?)$/;

/**
 * Tags and texts of an OFX file, of version 1 (SGML, values without end tags, a raw `&`) and 2 (XML) alike. Before the
 * first tag stands the header, which is passed over. A DOCTYPE is refused, and no entity is resolved but the built-in
 * ones.
 *
 * @throws TieoutError `contract-violation`, reasons `doctype`, `token-too-long`, `truncated`
 */
export class OfxTokens {
  #rest = '';
  #line = 1;
  #isInBody = false;
  /** raw text since the last tag */
  #text = '';

  constructor(private readonly handler: OfxHandler) {}

  write(text: string): void {
    const all = this.#rest + text;
    let at = 0;
    for (;;) {
      const open = tagIn(all, at);
      if (open < 0) break;
      const end = endOf(all, open);
      // A tag that is cut by the end of the piece is looked at again with the next one.
      if (end < 0) {
        this.#hear(all, at, open);
        at = open;
        break;
      }
      this.#hear(all, at, open);
      this.#meet(all.slice(open, end), { line: this.#line, column: 1 });
      this.#line += linesIn(all, open, end);
      at = end;
    }
    if (tagIn(all, at) < 0) {
      this.#hear(all, at, all.length);
      at = all.length;
    }
    this.#rest = all.slice(at);
    if (this.#rest.length + this.#text.length > TOKEN_CHARACTERS_MAX) {
      const detail = `A single text or tag is over ${TOKEN_CHARACTERS_MAX} characters.`;
      throw fileRefused('token-too-long', detail, { line: this.#line, column: 1 });
    }
  }

  end(): void {
    if (this.#rest !== '') throw fileRefused('truncated', 'The file ends inside a tag.');
    this.#say();
  }

  #hear(all: string, from: number, to: number): void {
    this.#line += linesIn(all, from, to);
    if (this.#isInBody) this.#text += all.slice(from, to);
  }

  #meet(tag: string, place: TextPlace): void {
    if (tag.startsWith('<![CDATA[')) {
      this.#text += tag.slice(9, -3).replaceAll('&', '&amp;');
      return;
    }
    if (tag.startsWith('<?') || tag.startsWith('<!--')) return;
    if (tag.startsWith('<!'))
      throw fileRefused('doctype', 'The file has a DOCTYPE; statements have none.', place);
    const parts = TAG.exec(tag.slice(1, -1));
    // In SGML a value may have a sign in it that only looks like a tag.
    if (parts === null) {
      this.#text += tag;
      return;
    }
    this.#say();
    this.#isInBody = true;
    const [, slash, name = '', selfClosed] = parts;
    if (slash !== '/') this.handler.open(name.toUpperCase(), place);
    if (slash === '/' || selfClosed === '/') this.handler.close(name.toUpperCase());
  }

  #say(): void {
    const text = this.#text.trim();
    this.#text = '';
    if (text !== '') this.handler.text(resolved(text));
  }
}

/** Where the next tag begins; a sign that no name or mark follows is text. The last character may still get one. */
function tagIn(all: string, from: number): number {
  for (let at = all.indexOf('<', from); at >= 0; at = all.indexOf('<', at + 1))
    if (at + 1 === all.length || /[A-Za-z/?!]/.test(all[at + 1] ?? '')) return at;
  return -1;
}

/** One past the end of the tag, comment or section that begins here; -1 when it is not all there. */
function endOf(all: string, open: number): number {
  const [close, skip] = all.startsWith('<!--', open)
    ? ['-->', 3]
    : all.startsWith('<![CDATA[', open)
      ? [']]>', 3]
      : ['>', 1];
  // The longest opening has nine characters: a shorter rest may still become one.
  if (all.length - open < 9 && '<![CDATA['.startsWith(all.slice(open))) return -1;
  const end = all.indexOf(close, open);
  return end < 0 ? -1 : end + skip;
}

function linesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1))
    count += 1;
  return count;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** A sign that begins no entity is text. */
function resolved(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (whole, ...parts) => {
    const [decimal, hex, name] = parts as (string | undefined)[];
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}
