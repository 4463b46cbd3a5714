import ts from 'typescript';
import { basename, dirname } from 'node:path';
import { filesBelow, nodesOf, parsed, placeOf, sourceFiles } from '../support/repository';

/** What may stand between the name of a file and its ending. */
const ROLES = [
  'command',
  'controller',
  'decider',
  'dto',
  'events',
  'filter',
  'guard',
  'interceptor',
  'module',
  'policy',
  'process',
  'projection',
  'schema',
  'sql',
  'view',
  'worker',
];
const TEST_ROLES = [
  'bench',
  'cases',
  'worker',
  'child',
  'reference',
  'spec',
  'tools.spec',
  ...ROLES.map((role) => `${role}.spec`),
];
const DATA_ROLES = ['definition', 'workflow'];
/** Folders that say where a thing is kept, and files that say who made it, but not what it is. */
const EMPTY_FOLDER = /(^|\/)(utils?|helpers?|common|misc|types|interfaces)\//;
const EMPTY_FILE = /(^|[-/.])(utils?|helpers?|misc|managers?)[-.][^/]*$/;

const files = sourceFiles();

describe('names', () => {
  it('of files and folders are in kebab case, with a role that is known', () => {
    const form = (roles: readonly string[]) =>
      new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${roles.join('|')}))?\\.ts$`);
    const wrong = files.filter(({ path }) => {
      const roles = /^(test|bench)\//.test(path) ? TEST_ROLES : ROLES;
      return (
        !form(roles).test(basename(path)) || !/^[a-z0-9-]+(\/[a-z0-9-]+)*$/.test(dirname(path))
      );
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('of data files are in kebab case too', () => {
    const form = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${DATA_ROLES.join('|')}))?\\.json$`);
    const wrong = filesBelow('src', 'projections', 'evidence').filter(
      (path) => path.endsWith('.json') && !form.test(basename(path)),
    );
    expect(wrong).toEqual([]);
  });

  it('say what is inside', () => {
    const wrong = files.filter(({ path }) => EMPTY_FOLDER.test(path) || EMPTY_FILE.test(path));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it.each([
    ['Controller', 'controller'],
    ['Module', 'module'],
  ])('of a file with @%s end with .%s', (decorator, role) => {
    const wrong = files.filter(
      ({ path, text }) =>
        new RegExp(`^@${decorator}\\(`, 'm').test(text) &&
        !path.startsWith('test/') &&
        !path.endsWith(`.${role}.ts`),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('are exported one by one: no default export, no enum', () => {
    const wrong: string[] = [];
    for (const source of files) {
      const file = parsed(source);
      for (const node of nodesOf(file)) {
        if (
          ts.isEnumDeclaration(node) ||
          ts.isExportAssignment(node) ||
          node.kind === ts.SyntaxKind.DefaultKeyword
        ) {
          if (!ts.isDefaultClause(node.parent)) wrong.push(placeOf(file, node));
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('a door only opens: index.ts exports from other files and holds nothing itself', () => {
    const doors = files.filter(
      ({ path }) => /^(src|projections|evidence)\//.test(path) && basename(path) === 'index.ts',
    );
    expect(doors.length).toBeGreaterThan(3);
    const wrong = doors.filter((door) => {
      const { statements } = parsed(door);
      return !statements.every(
        (s) =>
          ts.isExportDeclaration(s) &&
          s.moduleSpecifier !== undefined &&
          s.exportClause !== undefined,
      );
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
