import { type LineageEdge, type MissingStep } from '../pack-input';
import { type PopulationLine } from '../report-types';
import { CONTENT_WIDTH, INK, PAGE, type Paper, STYLE, type TextStyle } from './paper';
import { figureText, typeText } from './words';

/** Columns from left to right: the order in which a purchase or a sale makes its documents. */
const ORDER = [
  'budget',
  'requisition',
  'sales-order',
  'purchase-order',
  'goods-receipt',
  'customer-invoice',
  'invoice',
  'credit-note',
  'expense-claim',
  'intercompany-transaction',
  'journal-entry',
  'payment',
  'receipt',
  'bank-statement-line',
];
/** More boxes than this are not legible; the table that follows lists all of them. */
const BOXES_MAX = 28;
const BOX_HEIGHT = 38;
const GAP_Y = 9;
const TITLE: TextStyle = { ...STYLE.cellBold, size: 6.4 };
const LINE: TextStyle = { ...STYLE.cell, size: 6 };

interface Box {
  readonly key: string;
  readonly type: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly kind: 'subject' | 'object' | 'missing';
}

interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface LineageFigure {
  readonly objects: readonly PopulationLine[];
  readonly edges: readonly LineageEdge[];
  readonly missing: readonly MissingStep[];
}

/**
 * The lineage as boxes and arrows, missing documents dashed. Legible in grey; the text alternative says the same.
 *
 * @returns objects that found no room in the drawing
 */
export function lineageFigure(paper: Paper, figure: LineageFigure): number {
  const boxes = boxesOf(figure);
  const drawn = boxes.slice(0, BOXES_MAX);
  const columns = columnsOf(drawn);
  const height = Math.max(...columns.map((column) => column.length)) * (BOX_HEIGHT + GAP_Y) + 4;
  paper.room(height + 20);
  const placed = place(columns, paper.y);
  paper.element('Figure', () => drawFigure(paper, placed, figure.edges), {
    alt: alternative(figure),
  });
  paper.y += height;
  return boxes.length - drawn.length;
}

function boxesOf({ objects, missing }: LineageFigure): Box[] {
  const there = objects.map((line): Box => ({
    key: line.stream,
    type: line.object.type,
    title: typeText(line.object.type),
    kind: line.distance === 0 ? 'subject' : 'object',
    lines: [line.object.id, ...line.figures.slice(0, 1).map(figureText), line.state],
  }));
  // A missing step is one of an object that is drawn; only a missing document gets a box of its own.
  const gone = missing
    .filter(({ what }) => ORDER.includes(what))
    .map(({ stream, what }): Box => ({
      key: `missing ${stream} ${what}`,
      type: what,
      title: typeText(what),
      kind: 'missing',
      lines: ['missing'],
    }));
  return [...there, ...gone];
}

function columnsOf(boxes: readonly Box[]): Box[][] {
  const rank = (type: string): number =>
    ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length;
  const columns = new Map<number, Box[]>();
  for (const box of boxes)
    columns.set(rank(box.type), [...(columns.get(rank(box.type)) ?? []), box]);
  return [...columns.keys()].sort((a, b) => a - b).map((key) => columns.get(key) ?? []);
}

function place(columns: readonly (readonly Box[])[], top: number): Placed[] {
  const pitch = CONTENT_WIDTH / columns.length;
  const width = Math.min(104, pitch - 14);
  const tallest = Math.max(...columns.map((column) => column.length));
  return columns.flatMap((column, i) => {
    const offset = ((tallest - column.length) * (BOX_HEIGHT + GAP_Y)) / 2;
    return column.map((box, j) => ({
      ...box,
      width,
      x: PAGE.left + i * pitch + (pitch - width) / 2,
      y: top + offset + j * (BOX_HEIGHT + GAP_Y),
    }));
  });
}

function drawFigure(paper: Paper, boxes: readonly Placed[], edges: readonly LineageEdge[]): void {
  const at = new Map(boxes.map((box) => [box.key, box]));
  for (const { from, to } of edges) {
    const a = at.get(from);
    const b = at.get(to);
    if (a !== undefined && b !== undefined) drawLink(paper, a, b);
  }
  for (const box of boxes) drawBox(paper, box);
}

function drawLink(paper: Paper, a: Placed, b: Placed): void {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const x1 = left.x + left.width;
  const y1 = left.y + BOX_HEIGHT / 2;
  const y2 = right.y + BOX_HEIGHT / 2;
  const middle = (x1 + right.x) / 2;
  const { doc } = paper;
  doc.lineWidth(0.7).strokeColor(INK.quiet);
  if (left.x === right.x) {
    doc
      .moveTo(left.x + 8, Math.min(y1, y2) + BOX_HEIGHT / 2)
      .lineTo(left.x + 8, Math.max(y1, y2) - BOX_HEIGHT / 2)
      .stroke();
    return;
  }
  doc
    .moveTo(x1, y1)
    .bezierCurveTo(middle, y1, middle, y2, right.x - 3, y2)
    .stroke();
  doc
    .moveTo(right.x, y2)
    .lineTo(right.x - 4, y2 - 2.2)
    .lineTo(right.x - 4, y2 + 2.2)
    .fill(INK.quiet);
}

function drawBox(paper: Paper, box: Placed): void {
  const { doc } = paper;
  const missing = box.kind === 'missing';
  doc.lineWidth(box.kind === 'subject' ? 1.4 : 0.8);
  if (missing) doc.dash(3, { space: 2 });
  doc.roundedRect(box.x, box.y, box.width, BOX_HEIGHT, 2.5);
  doc.fillAndStroke(
    missing ? INK.badFill : box.kind === 'subject' ? INK.band : '#ffffff',
    missing ? INK.bad : INK.accent,
  );
  if (missing) doc.undash();
  const ink = missing ? INK.bad : INK.accent;
  paper.draw(fit(paper, box.title, TITLE, box.width - 8), box.x + 4, box.y + 3, {
    ...TITLE,
    color: ink,
  });
  box.lines
    .filter((line) => line !== '')
    .forEach((line, i) =>
      paper.draw(fit(paper, line, LINE, box.width - 8), box.x + 4, box.y + 12 + i * 8, {
        ...LINE,
        color: missing ? INK.bad : INK.text,
      }),
    );
}

/** Shortened to the box; the full text stands in the table below and in the data. */
function fit(paper: Paper, text: string, style: TextStyle, width: number): string {
  const { text: shown } = paper.readable(text, style);
  if (paper.doc.widthOfString(shown) <= width) return shown;
  let cut = shown;
  while (cut.length > 1 && paper.doc.widthOfString(`${cut}…`) > width) cut = cut.slice(0, -1);
  return `${cut}…`;
}

function alternative({ objects, edges, missing }: LineageFigure): string {
  return [
    `Lineage of ${objects.length} objects:`,
    ...objects.map((line) => `${typeText(line.object.type)} ${line.object.id}, ${line.state};`),
    `${edges.length} links between them;`,
    missing.length === 0
      ? 'nothing missing.'
      : `missing: ${missing.map(({ what }) => typeText(what)).join(', ')}.`,
  ].join(' ');
}
