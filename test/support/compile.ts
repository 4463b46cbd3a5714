import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

export interface Compiled {
  /** built JavaScript, for a worker thread or a child process */
  readonly file: string;
  remove(): void;
}

/**
 * Bundles a TypeScript entry of this project into one file outside it. Jest does not transform the entry of a worker or
 * of a child process, and a test must not depend on an earlier build.
 *
 * @param entry path from the project's root
 */
export function compile(entry: string): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-compiled-'));
  const file = join(folder, 'entry.js');
  const driver = require.resolve('better-sqlite3');
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // The driver finds its native part beside itself, so it stays where it is.
    alias: { 'better-sqlite3': driver },
    external: [driver],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
