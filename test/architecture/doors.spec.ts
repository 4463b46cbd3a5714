import ts from 'typescript';
import { basename, dirname, join } from 'node:path';
import { filesBelow, isCompositionRoot, sourceFiles } from '../support/repository';

const files = sourceFiles().filter(({ path }) => !isCompositionRoot(path));
const paths = new Set(filesBelow('src', 'projections', 'evidence'));

/** `src/sealing`, `projections/lineage`; the composition roots are one module of their own. */
const moduleOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const hasDoor = (module: string): boolean => paths.has(`${module}/index.ts`);

/** What may be imported past a door, and why. */
const OPEN: readonly (readonly [from: RegExp, to: RegExp])[] = [
  // The kernel has no door: one imports the word one needs.
  [/./, /^src\/kernel\//],
  // Events are what modules tell one another.
  [/./, /\.events\.ts$/],
  // Projections fold events by the same pure functions as the write side, and show results of the matching.
  [/^projections\//, /\.policy\.ts$/],
  [/^projections\//, /^src\/reconciliation\//],
  // Packs and their verifier are made of pure files of sealing; the door would bring the store along.
  [/^evidence\//, /^src\/sealing\//],
  // Types only, beneath two doors of one port.
  [/./, /^src\/event-store\/port\.ts$/],
];

/** Files of this repository that a file imports, from the root. */
function importsOf({ path, text }: (typeof files)[number]): string[] {
  return ts
    .preProcessFile(text, true, false)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(path), name))
    .map(
      (target) =>
        [`${target}.ts`, `${target}/index.ts`, target].find((each) => paths.has(each)) ?? target,
    );
}

describe('doors', () => {
  it('are where other modules come in', () => {
    let crossed = 0;
    const wrong: string[] = [];
    for (const file of files) {
      for (const target of importsOf(file)) {
        const module = moduleOf(target);
        if (module === moduleOf(file.path) || !hasDoor(module)) continue;
        crossed++;
        // A folder inside a module may have a door of its own, such as one adapter of a port.
        if (basename(target) === 'index.ts') continue;
        if (!OPEN.some(([from, to]) => from.test(file.path) && to.test(target)))
          wrong.push(`${file.path} -> ${target}`);
      }
    }
    expect(crossed).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
});
