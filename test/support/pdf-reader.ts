/** Reads the uncompressed PDF that a pack holds: objects by number, streams, text by page. For tests only. */
export interface PdfReader {
  /** the file as Latin-1, so that one character is one byte */
  readonly raw: string;
  readonly trailer: string;
  /** dictionary text of an object */
  object(number: number): string;
  /** bytes of an object's stream */
  stream(number: number): Buffer;
  /** numbers of all objects whose dictionary matches */
  find(pattern: RegExp): number[];
  /** text of each page, one line a text operation */
  readonly pages: readonly string[];
}

export function readPdf(bytes: Uint8Array): PdfReader {
  const raw = Buffer.from(bytes).toString('latin1');
  const trailer = raw.slice(raw.lastIndexOf('trailer'));
  const offsets = new Map<number, number>();
  const xref = Number(/startxref\n(\d+)/.exec(trailer)?.[1]);
  const rows = raw.slice(xref).split('\n').slice(3);
  rows.forEach(
    (row, i) => /^\d{10} 00000 n/.test(row) && offsets.set(i + 1, Number(row.slice(0, 10))),
  );
  const object = (number: number): string => {
    const start = offsets.get(number) ?? Number.NaN;
    const head = `${number} 0 obj`;
    if (raw.slice(start, start + head.length) !== head)
      throw new Error(`no object ${number} at its offset`);
    const rest = raw.slice(start + head.length);
    const ends = [rest.indexOf('\nstream\n'), rest.indexOf('\nendobj')].filter((at) => at >= 0);
    return rest.slice(0, Math.min(...ends)).trim();
  };
  const stream = (number: number): Buffer => {
    const start = raw.indexOf('\nstream\n', offsets.get(number)) + '\nstream\n'.length;
    const length = Number(/\/Length (\d+)/.exec(object(number))?.[1]);
    return Buffer.from(raw.slice(start, start + length), 'latin1');
  };
  const find = (pattern: RegExp): number[] =>
    [...offsets.keys()].filter((n) => pattern.test(object(n)));
  const reader = { raw, trailer, object, stream, find };
  return { ...reader, pages: pageTexts(reader) };
}

type Parts = Omit<PdfReader, 'pages'>;
const refOf = (text: string, key: string): number =>
  Number(new RegExp(`/${key} (\\d+) 0 R`).exec(text)?.[1]);

function pageTexts(pdf: Parts): string[] {
  const catalog = pdf.object(refOf(pdf.trailer, 'Root'));
  const kids = /\/Kids \[([^\]]*)\]/.exec(pdf.object(refOf(catalog, 'Pages')))?.[1] ?? '';
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, number]) => pageText(pdf, Number(number)));
}

function pageText(pdf: Parts, page: number): string {
  const dictionary = pdf.object(page);
  const resources = pdf.object(refOf(dictionary, 'Resources'));
  const fonts = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, ref]) => [
      name,
      cmapOf(pdf, Number(ref)),
    ]),
  );
  const content = pdf.stream(refOf(dictionary, 'Contents')).toString('latin1');
  const lines: string[] = [];
  let glyphs = new Map<string, string>();
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) glyphs = fonts.get(font) ?? new Map();
    else
      lines.push(
        [...(shown ?? '').matchAll(/<([0-9a-f]+)>/g)]
          .map(([, hex]) => decode(hex!, glyphs))
          .join(''),
      );
  }
  return lines.join('\n');
}

const decode = (hex: string, glyphs: ReadonlyMap<string, string>): string =>
  (hex.match(/.{4}/g) ?? []).map((code) => glyphs.get(code) ?? '\ufffd').join('');

function cmapOf(pdf: Parts, font: number): Map<string, string> {
  const cmap = pdf.stream(refOf(pdf.object(font), 'ToUnicode')).toString('latin1');
  const glyphs = new Map<string, string>();
  for (const [, from, list] of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    [...list!.matchAll(/<([^>]*)>/g)].forEach(([, units], i) => {
      const code = (parseInt(from!, 16) + i).toString(16).padStart(4, '0');
      glyphs.set(code, String.fromCharCode(...units!.split(' ').map((unit) => parseInt(unit, 16))));
    });
  }
  return glyphs;
}
