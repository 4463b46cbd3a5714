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

/** A top heading with its rule, on a new page unless a third of one is left; opens a section of the structure tree. */
export function section(paper: Paper, title: string, body: () => void): void {
  paper.group('Sect', () => {
    if (paper.left < 240) paper.newPage();
    else if (paper.y > PAGE.top) paper.space(16);
    paper.bookmark(title);
    heading(paper, 'H1', title, STYLE.h1);
    paper.artifact(() => {
      paper.doc
        .moveTo(PAGE.left, paper.y + 1)
        .lineTo(PAGE.left + CONTENT_WIDTH, paper.y + 1)
        .lineWidth(0.8)
        .strokeColor(INK.accent)
        .stroke();
    });
    paper.space(8);
    body();
  });
}

export function subheading(paper: Paper, title: string, keepWith = 95): void {
  paper.room(leading(STYLE.h2) + keepWith);
  paper.space(6);
  heading(paper, 'H2', title, STYLE.h2);
  paper.space(3);
}

function heading(paper: Paper, type: 'H1' | 'H2', title: string, style: TextStyle): void {
  const lines = paper.lines(title, style, CONTENT_WIDTH);
  paper.room(lines.length * leading(style));
  paper.element(type, () => drawLines(paper, lines, PAGE.left, style));
}

/** Draws lines downwards from the cursor and moves it. */
function drawLines(paper: Paper, lines: readonly string[], x: number, style: TextStyle): void {
  for (const line of lines) {
    paper.draw(line, x, paper.y, style);
    paper.y += leading(style);
  }
}

export interface ParagraphOptions {
  readonly style?: TextStyle;
  readonly indent?: number;
  /** points after the paragraph */
  readonly after?: number;
}

/** A paragraph that may run over pages; each page's part is content of the one element. */
export function paragraph(paper: Paper, text: string, options: ParagraphOptions = {}): void {
  const { style = STYLE.body, indent = 0, after = 4 } = options;
  const lines = paper.lines(text, style, CONTENT_WIDTH - indent);
  const element = paper.doc.struct('P');
  paper.parent.add(element);
  flow(paper, element, lines, PAGE.left + indent, style);
  element.end();
  paper.space(after);
}

function flow(
  paper: Paper,
  element: Element,
  lines: readonly string[],
  x: number,
  style: TextStyle,
): void {
  let rest = lines;
  while (rest.length > 0) {
    paper.room(leading(style));
    const fit = Math.max(1, Math.floor(paper.left / leading(style)));
    const now = rest.slice(0, fit);
    element.add(() => drawLines(paper, now, x, style));
    rest = rest.slice(fit);
  }
}

/** A bulleted list; the bullet is the label, as tagged documents want it. */
export function bullets(
  paper: Paper,
  items: readonly string[],
  style: TextStyle = STYLE.body,
): void {
  if (items.length === 0) return;
  paper.group('L', () => {
    for (const item of items) {
      paper.group('LI', () => {
        paper.room(leading(style));
        paper.element('Lbl', () => paper.draw('•', PAGE.left + 2, paper.y, style));
        const body = paper.doc.struct('LBody');
        paper.parent.add(body);
        flow(paper, body, paper.lines(item, style, CONTENT_WIDTH - 12), PAGE.left + 12, style);
        body.end();
      });
      paper.space(1.5);
    }
  });
  paper.space(4);
}

/** Commands, exactly as they are typed. */
export function code(paper: Paper, text: string): void {
  const style: TextStyle = { ...STYLE.mono, size: 6.8 };
  const lines = paper.lines(text, style, CONTENT_WIDTH - 16);
  const element = paper.doc.struct('Code');
  paper.parent.add(element);
  let rest: readonly string[] = lines;
  while (rest.length > 0) {
    paper.room(leading(style) + 8);
    const now = rest.slice(0, Math.max(1, Math.floor((paper.left - 8) / leading(style))));
    const height = now.length * leading(style) + 7;
    paper.artifact(() => paper.doc.rect(PAGE.left, paper.y, CONTENT_WIDTH, height).fill(INK.band));
    paper.y += 4;
    element.add(() => drawLines(paper, now, PAGE.left + 8, style));
    paper.y += 5;
    rest = rest.slice(now.length);
  }
  element.end();
  paper.space(4);
}
