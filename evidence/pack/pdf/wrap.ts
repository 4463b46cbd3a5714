/** Width of a text in points, in the font at hand. */
export type Measure = (text: string) => number;

/** Places inside a word where a line may end: after what separates the parts of identifiers, paths and hashes. */
const SOFT_BREAK = /(?<=[-./_:,;=+])/;

/**
 * Text as lines no wider than `width`. Breaks at spaces, else after punctuation, else between characters: nothing is
 * ever shortened.
 */
export function wrapLines(text: string, width: number, measure: Measure): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, measure));
}

function wrapParagraph(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '' && measure(word) <= width) {
      lines.push(line);
      line = word;
      continue;
    }
    const parts = breakWord(word, line === '' ? '' : `${line} `, width, measure);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  return [...lines, line];
}

/** A word that fits no line: filled up piece by piece behind `before`, the start of the first line. */
function breakWord(word: string, before: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = before;
  for (const piece of word.split(SOFT_BREAK)) {
    if (measure(line + piece) <= width) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = '';
    for (const char of piece) {
      if (line !== '' && measure(line + char) > width) {
        lines.push(line);
        line = '';
      }
      line += char;
    }
  }
  return [...lines, line];
}
