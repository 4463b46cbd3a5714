import {
  CONTENT_WIDTH,
  type Element,
  INK,
  leading,
  PAGE,
  type Paper,
  STYLE,
  type TextStyle,
} from './paper';

export interface Column {
  readonly title: string;
  /** share of the content width */
  readonly width: number;
  readonly align?: 'left' | 'right';
  readonly style?: TextStyle;
}

export interface StyledText {
  readonly text: string;
  readonly style?: TextStyle;
}

/** A cell is text, text with a style of its own, or several of these below one another. */
export type Cell =
  | string
  | (StyledText & { readonly fill?: string })
  | { readonly parts: readonly StyledText[]; readonly fill?: string };

interface LaidLine {
  readonly text: string;
  readonly style: TextStyle;
}

interface LaidCell {
  readonly lines: readonly LaidLine[];
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly fill: string | undefined;
}

const PAD_X = 4;
const PAD_Y = 2.6;

export interface TableOptions {
  /** said by a screen reader before the table */
  readonly summary: string;
  /** without header cells on top: the first column names the row */
  readonly rowHeaders?: boolean;
}

/**
 * A table that runs over pages: its head is repeated as an artefact, and a row taller than a page is parted between
 * lines. pdfkit's own tables take most of a second a page with an embedded font.
 */
export function table(
  paper: Paper,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): void {
  const places = placeColumns(columns);
  const head = columns.map((column, i) =>
    lay(paper, { text: column.title, style: STYLE.head }, column, places[i]),
  );
  const withHead = options.rowHeaders !== true;
  paper.group(
    'Table',
    () => {
      if (withHead) {
        paper.room(heightOf(head) * 3);
        drawBand(paper, head);
        drawRow(paper, head, () => 'TH', 'Column');
      }
      rows.forEach((row, index) => {
        const laid = columns.map((column, i) => lay(paper, row[i] ?? '', column, places[i]));
        writeRow(paper, laid, index, withHead ? head : undefined);
      });
    },
    { title: options.summary },
  );
  paper.space(6);
}

/** Names and values in two columns: the shape of a parameter sheet. */
export function facts(
  paper: Paper,
  rows: readonly (readonly [string, Cell])[],
  options: { readonly summary: string; readonly nameWidth?: number },
): void {
  const nameWidth = options.nameWidth ?? 0.24;
  const columns: Column[] = [
    { title: '', width: nameWidth, style: { ...STYLE.cellBold, color: INK.accent } },
    { title: '', width: 1 - nameWidth },
  ];
  table(paper, columns, rows, { summary: options.summary, rowHeaders: true });
}

function placeColumns(columns: readonly Column[]): readonly { x: number; width: number }[] {
  const total = columns.reduce((sum, column) => sum + column.width, 0);
  let x: number = PAGE.left;
  return columns.map((column) => {
    const width = (column.width / total) * CONTENT_WIDTH;
    const place = { x, width };
    x += width;
    return place;
  });
}

function lay(
  paper: Paper,
  cell: Cell,
  column: Column,
  place: { x: number; width: number } | undefined,
): LaidCell {
  const { x, width } = place ?? { x: PAGE.left, width: CONTENT_WIDTH };
  const lines = partsOf(cell).flatMap(({ text, style = column.style ?? STYLE.cell }) =>
    paper.lines(text, style, width - 2 * PAD_X).map((line) => ({ text: line, style })),
  );
  const fill = typeof cell === 'string' ? undefined : cell.fill;
  return { lines, x, width, align: column.align ?? 'left', fill };
}

function partsOf(cell: Cell): readonly StyledText[] {
  if (typeof cell === 'string') return [{ text: cell }];
  return 'parts' in cell ? cell.parts : [cell];
}

const linesHeight = (lines: readonly LaidLine[]): number =>
  lines.reduce((sum, { style }) => sum + leading(style), 0);

const heightOf = (row: readonly LaidCell[]): number =>
  Math.max(...row.map(({ lines }) => linesHeight(lines))) + 2 * PAD_Y;

function drawBand(paper: Paper, row: readonly LaidCell[]): void {
  paper.artifact(() =>
    paper.doc.rect(PAGE.left, paper.y, CONTENT_WIDTH, heightOf(row)).fill(INK.band),
  );
}

/** Writes one row, in as many parts as pages need. */
function writeRow(
  paper: Paper,
  row: readonly LaidCell[],
  index: number,
  head: readonly LaidCell[] | undefined,
): void {
  const element = paper.doc.struct('TR');
  paper.parent.add(element);
  const isRowHeader = (i: number): boolean => head === undefined && i === 0;
  const cells = row.map((_, i) =>
    addCell(paper, element, isRowHeader(i) ? 'TH' : 'TD', isRowHeader(i) ? 'Row' : undefined),
  );
  let rest = row;
  for (;;) {
    const height = heightOf(rest);
    if (height > paper.left && (height < 200 || paper.left < 60)) {
      paper.newPage();
      if (head !== undefined) repeatHead(paper, head);
    }
    const part = height > paper.left ? rest.map((cell) => firstLines(cell, paper.left)) : rest;
    background(paper, part, index);
    drawCells(paper, part, cells);
    if (part === rest) break;
    rest = rest.map((cell, i) => ({
      ...cell,
      lines: cell.lines.slice(part[i]?.lines.length ?? 0),
    }));
  }
  for (const cell of cells) cell.end();
  element.end();
}

function firstLines(cell: LaidCell, height: number): LaidCell {
  let fit = 1;
  while (fit < cell.lines.length && linesHeight(cell.lines.slice(0, fit + 1)) <= height - 2 * PAD_Y)
    fit += 1;
  return { ...cell, lines: cell.lines.slice(0, fit) };
}

function addCell(paper: Paper, row: Element, type: string, scope: string | undefined): Element {
  const cell = paper.doc.struct(type, scope === undefined ? {} : ({ scope } as object));
  row.add(cell);
  return cell;
}

function repeatHead(paper: Paper, head: readonly LaidCell[]): void {
  drawBand(paper, head);
  paper.artifact(() => {
    for (const cell of head) drawCell(paper, cell);
  }, 'Pagination');
  paper.y += heightOf(head);
}

function drawRow(paper: Paper, row: readonly LaidCell[], type: () => string, scope: string): void {
  const element = paper.doc.struct('TR');
  paper.parent.add(element);
  const cells = row.map(() => addCell(paper, element, type(), scope));
  drawCells(paper, row, cells);
  for (const cell of cells) cell.end();
  element.end();
}

function background(paper: Paper, row: readonly LaidCell[], index: number): void {
  const height = heightOf(row);
  paper.artifact(() => {
    const { doc } = paper;
    // Half a point below the rule of the row above, which a fill would cover.
    const top = paper.y + 0.4;
    if (index % 2 === 1) doc.rect(PAGE.left, top, CONTENT_WIDTH, height - 0.4).fill(INK.zebra);
    for (const { fill, x, width } of row)
      if (fill !== undefined) doc.rect(x, top, width, height - 0.4).fill(fill);
    doc.moveTo(PAGE.left, paper.y + height).lineTo(PAGE.left + CONTENT_WIDTH, paper.y + height);
    doc.lineWidth(0.4).strokeColor(INK.rule).stroke();
  });
}

/** Draws a row at the cursor, each cell as content of its element, and moves the cursor below it. */
function drawCells(paper: Paper, row: readonly LaidCell[], elements: readonly Element[]): void {
  row.forEach((cell, i) => elements[i]?.add(() => drawCell(paper, cell)));
  paper.y += heightOf(row);
}

function drawCell(paper: Paper, cell: LaidCell): void {
  let y = paper.y + PAD_Y;
  for (const { text, style } of cell.lines) {
    paper.use(style);
    const indent =
      cell.align === 'right' ? cell.width - 2 * PAD_X - paper.doc.widthOfString(text) : 0;
    paper.draw(text, cell.x + PAD_X + indent, y, style);
    y += leading(style);
  }
}
