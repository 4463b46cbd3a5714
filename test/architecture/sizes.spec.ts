import ts from 'typescript';
import { nodesOf, parsed, placeOf, sourceFiles } from '../support/repository';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

const files = sourceFiles();

/** Lines of a function that say something: neither blank nor comment only. */
function linesOf(file: ts.SourceFile, node: ts.Node): number {
  let inComment = false;
  return file.text
    .slice(node.getStart(), node.getEnd())
    .split('\n')
    .filter((line) => {
      const text = line.trim();
      const isComment = inComment || text.startsWith('//') || text.startsWith('/*');
      if (text.startsWith('/*')) inComment = true;
      if (text.includes('*/')) inComment = false;
      return text !== '' && !isComment;
    }).length;
}

describe('the size of things', () => {
  it('finds the repository', () => expect(files.length).toBeGreaterThan(100));

  it(`no file has more than ${FILE_LINES_MAX} lines`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > FILE_LINES_MAX);
    expect(long).toEqual([]);
  });

  it(`no function has more than ${FUNCTION_LINES_MAX} lines, tests apart`, () => {
    const long: string[] = [];
    for (const source of files.filter(({ path }) => !/^(test|bench)\//.test(path))) {
      const file = parsed(source);
      for (const node of nodesOf(file)) {
        if (!ts.isFunctionLike(node)) continue;
        const lines = linesOf(file, node);
        if (lines > FUNCTION_LINES_MAX) long.push(`${placeOf(file, node)} has ${lines} lines`);
      }
    }
    expect(long).toEqual([]);
  });
});
