import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** The repository's root folder. */
export const ROOT = resolve(__dirname, '..', '..');
const SOURCES = ['src', 'projections', 'evidence', 'test', 'bench'];

export interface SourceFile {
  /** from the root, with slashes */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file of the repository, by path. */
export function sourceFiles(): SourceFile[] {
  return filesBelow(...SOURCES)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: read(path) }));
}

/** Every file below these folders, from the root, by path; a folder that is absent has none. */
export function filesBelow(...folders: readonly string[]): string[] {
  const top = new Set(readdirSync(ROOT));
  return folders
    .filter((folder) => top.has(folder))
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const parsed = ({ path, text }: SourceFile): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);

/** Every node below and including `node`, in the order of the text. */
export function nodesOf(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (each: ts.Node): void => {
    nodes.push(each);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return nodes;
}

/** `path:line` of a node. */
export function placeOf(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** The files that know every module, and so may read the clock and draw random numbers. */
export const isCompositionRoot = (path: string): boolean =>
  /^(src\/[^/]+\.ts|src\/cli\/.*|bench\/.*|test\/.*)$/.test(path);
