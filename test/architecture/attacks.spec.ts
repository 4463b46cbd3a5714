import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, ROOT } from '../support/repository';

const PAGE = read('docs/reference/attacks.md');
const [DETECTED = '', PERFORMED = ''] = PAGE.split('\n## Performed in\n');

/** Rows of a table that begin with a number, without their outer bars. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^\| [0-9]+ \|/u.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    );

const performed = rowsOf(PERFORMED).map(([row, test = '', title = '']) => ({
  row: Number(row),
  path: test.replaceAll('`', ''),
  title,
}));
const ROWS = Array.from({ length: 27 }, (_, i) => i + 1);

describe('the table of attacks', () => {
  it('has every attack once, with what detects it', () => {
    const rows = rowsOf(DETECTED);
    expect(rows.map(([row]) => Number(row))).toEqual(ROWS);
    expect(rows.filter((cells) => cells.length !== 4 || cells.includes(''))).toEqual([]);
  });

  it('names for each attack a test that performs it', () => {
    expect([...new Set(performed.map(({ row }) => row))]).toEqual(ROWS);
  });

  it('names tests that are there, by a part of their title', () => {
    expect(performed.length).toBeGreaterThanOrEqual(ROWS.length);
    const missing = performed.filter(
      ({ path, title }) =>
        title.length < 8 || !existsSync(join(ROOT, path)) || !read(path).includes(title),
    );
    expect(missing).toEqual([]);
  });
});
