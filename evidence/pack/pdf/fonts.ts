import { readFileSync } from 'node:fs';
import PDFDocument from 'pdfkit';

import { sha256Of } from '../bag';

/** Faces of the package `dejavu-fonts-ttf` (free licence). A pack embeds them as subsets and names their hashes. */
const FILES = {
  body: 'DejaVuSansCondensed.ttf',
  bold: 'DejaVuSansCondensed-Bold.ttf',
  italic: 'DejaVuSansCondensed-Oblique.ttf',
  mono: 'DejaVuSansMono.ttf',
} as const;

export type FontName = keyof typeof FILES;

export interface FontFace {
  readonly name: FontName;
  readonly file: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

let loaded: readonly FontFace[] | undefined;

/** The faces, read from disk once a process: they do not change while it runs. */
export function fontFaces(): readonly FontFace[] {
  loaded ??= (Object.keys(FILES) as FontName[]).map((name) => {
    const bytes = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${FILES[name]}`));
    return { name, file: FILES[name], bytes, sha256: sha256Of(bytes) };
  });
  return loaded;
}

/** What pdfkit's reader makes of a font file, as far as it is used here. */
export interface ParsedFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

const parsed = new Map<FontName, ParsedFont>();

/**
 * A face that pdfkit has read. Reading the tables of these faces takes seconds, so documents share them: each still
 * makes a subset of its own.
 */
export function parsedFont(name: FontName): ParsedFont {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const face = fontFaces().find((candidate) => candidate.name === name);
  if (face === undefined) throw new TypeError(`There is no font ${name}.`);
  const doc = new PDFDocument({ autoFirstPage: false, font: face.bytes as unknown as string });
  const { font } = (doc as unknown as { _font: { font: ParsedFont } })._font;
  parsed.set(name, font);
  return font;
}
