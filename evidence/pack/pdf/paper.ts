import PDFDocument from 'pdfkit';

import { printable } from '../printable-text';
import { type FontName, fontFaces, parsedFont } from './fonts';
import { wrapLines } from './wrap';

/** A4 in points. */
export const PAGE = {
  width: 595.28,
  height: 841.89,
  left: 46,
  right: 46,
  top: 58,
  bottom: 50,
} as const;
export const CONTENT_WIDTH = PAGE.width - PAGE.left - PAGE.right;
const LAST_Y = PAGE.height - PAGE.bottom;

/** Few colours, all of them legible when printed in grey. */
export const INK = {
  text: '#1b1f24',
  quiet: '#5b6470',
  accent: '#17365c',
  rule: '#c9d0d8',
  band: '#eef2f6',
  zebra: '#f8fafb',
  good: '#1c6b3c',
  goodFill: '#e6f3ea',
  warn: '#8a4b08',
  warnFill: '#fdf1df',
  bad: '#9b1c1c',
  badFill: '#fbe7e7',
} as const;

export interface TextStyle {
  readonly font: FontName;
  readonly size: number;
  readonly color: string;
  /** points from line to line; follows from the size when absent */
  readonly leading?: number;
}

export const STYLE = {
  body: { font: 'body', size: 8.5, color: INK.text },
  bold: { font: 'bold', size: 8.5, color: INK.text },
  small: { font: 'body', size: 7.2, color: INK.quiet },
  cell: { font: 'body', size: 7.6, color: INK.text },
  cellBold: { font: 'bold', size: 7.6, color: INK.text },
  head: { font: 'bold', size: 7.2, color: INK.accent },
  mono: { font: 'mono', size: 6.6, color: INK.text },
  h1: { font: 'bold', size: 14, color: INK.accent },
  h2: { font: 'bold', size: 10, color: INK.accent },
} as const satisfies Record<string, TextStyle>;

export const leading = (style: TextStyle): number =>
  style.leading ?? Math.round(style.size * 1.32 * 100) / 100;

/** A structure element of the tagged document. */
export type Element = ReturnType<PDFKit.PDFDocument['struct']>;

export interface PaperOptions {
  /** ASCII only: pdfkit writes it into XML without escapes */
  readonly title: string;
  readonly subject: string;
  readonly creator: string;
  /** milliseconds since the epoch: the request's `recordedAt` */
  readonly date: number;
  readonly attachment: {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly description: string;
  };
}

/**
 * A tagged PDF/A-3b document with a cursor that moves down the page. It knows no evidence: sections write on it.
 *
 * Same calls, same bytes: streams are not compressed, since deflate differs between zlib builds, and every date is
 * the one given. `ModDate` stays unset, because pdfkit would not repeat it in the XMP packet.
 */
export class Paper {
  readonly doc: PDFKit.PDFDocument;
  y: number = PAGE.top;
  /** the element to which new content belongs */
  parent: Element;
  /** code points printed as visible escapes so far */
  escaped = 0;
  private readonly done: Promise<Buffer>;
  private readonly root: Element;
  private font: FontName = 'body';

  constructor(options: PaperOptions) {
    const date = new Date(options.date);
    this.doc = new PDFDocument({
      pdfVersion: '1.7',
      subset: 'PDF/A-3b',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      compress: false,
      autoFirstPage: false,
      bufferPages: true,
      // No default font: pdfkit would load Helvetica, which is never embedded.
      font: null as unknown as string,
      size: [PAGE.width, PAGE.height],
      margin: 0,
      info: {
        Title: options.title,
        Subject: options.subject,
        Creator: options.creator,
        Producer: 'pdfkit',
        CreationDate: date,
      },
    });
    this.done = collect(this.doc);
    for (const { name } of fontFaces())
      this.doc.registerFont(name, parsedFont(name) as unknown as string);
    this.attach(options.attachment, date);
    this.root = this.doc.struct('Document');
    this.doc.addStructure(this.root);
    this.parent = this.root;
    this.newPage();
  }

  /** The one attachment: with several, pdfkit leaves out the `/Limits` of their name tree. */
  private attach({ name, bytes, description }: PaperOptions['attachment'], date: Date): void {
    const options: PDFKit.Mixins.PDFAttachmentOptions & { readonly relationship: 'Data' } = {
      name,
      description,
      type: 'application/json',
      relationship: 'Data',
      creationDate: date,
      modifiedDate: date,
    };
    this.doc.file(Buffer.from(bytes), options);
  }

  get pages(): number {
    return this.doc.bufferedPageRange().count;
  }

  newPage(): void {
    this.doc.addPage();
    this.y = PAGE.top;
  }

  /** Begins a new page unless `height` points are left on this one. */
  room(height: number): void {
    if (this.y + height > LAST_Y) this.newPage();
  }

  /** Points left above the bottom margin. */
  get left(): number {
    return LAST_Y - this.y;
  }

  space(points: number): void {
    this.y += points;
  }

  use(style: TextStyle): void {
    this.font = style.font;
    this.doc.font(style.font).fontSize(style.size).fillColor(style.color);
  }

  /** Text as it may be printed in a style, and how many code points had to be escaped for it. */
  readable(text: string, style: TextStyle): { readonly text: string; readonly escaped: number } {
    this.use(style);
    return printable(text, this.covers);
  }

  lines(text: string, style: TextStyle, width: number): string[] {
    const shown = this.readable(text, style);
    this.escaped += shown.escaped;
    return wrapLines(shown.text, width, (part) => this.doc.widthOfString(part));
  }

  /** One line at a place; the caller has wrapped it and marks it as content or artefact. */
  draw(line: string, x: number, y: number, style: TextStyle): void {
    if (line === '') return;
    this.use(style);
    this.doc.text(line, x, y, { lineBreak: false });
  }

  /** Adds a child element under the present parent and draws its content. */
  element(type: string, content: () => void, options: { alt?: string } = {}): void {
    const element = this.doc.struct(type, options);
    this.parent.add(element);
    element.add(content);
    element.end();
  }

  /** Content added by `body` belongs to a new element. */
  group(type: string, body: () => void, options: { title?: string } = {}): void {
    const outer = this.parent;
    const element = this.doc.struct(type, options);
    outer.add(element);
    this.parent = element;
    body();
    element.end();
    this.parent = outer;
  }

  /** Rules, bands and running matter: not part of the content for a screen reader. */
  artifact(content: () => void, type?: 'Pagination' | 'Layout'): void {
    this.doc.markContent('Artifact', type === undefined ? undefined : { type });
    content();
    this.doc.endMarkedContent();
  }

  bookmark(title: string): void {
    this.doc.outline.addItem(this.readable(title, STYLE.body).text);
  }

  /** Writes running matter on every page, then the file. `page` is 1-based. */
  async end(running: (page: number, pages: number) => void): Promise<Buffer> {
    this.root.end();
    const { count } = this.doc.bufferedPageRange();
    for (let i = 0; i < count; i += 1) {
      this.doc.switchToPage(i);
      this.artifact(() => running(i + 1, count), 'Pagination');
    }
    this.doc.end();
    return this.done;
  }

  /** pdfkit prints a box for a glyph that a font lacks, without a word: so ask the font itself. */
  private readonly covers = (codePoint: number): boolean => {
    return parsedFont(this.font).hasGlyphForCodePoint(codePoint);
  };
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}
