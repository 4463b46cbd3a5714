/**
 * Runs benchmarks: `node bench/run.mjs [name …]`, all of `bench/*.bench.ts` without a name. Each is compiled to a
 * temporary file and run in a process of its own, one after the other, so that none warms or slows the next.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(root, 'package.json'));
const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-'));

const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const benches = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => names.length === 0 || names.includes(basename(file, '.bench.ts')))
  .sort();

/** Packages stay where they are installed: some find native parts or data beside themselves. */
const dependencies = Object.keys(require('./package.json').dependencies);

function compile(entry) {
  const outfile = join(folder, `${basename(entry, '.ts')}.js`);
  const installed = dependencies.flatMap((name) => {
    try {
      return [[name, require.resolve(name)]];
    } catch {
      return [];
    }
  });
  buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: Object.fromEntries(installed),
    external: [...installed.map(([, path]) => path), ...builtinModules],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

let failed = benches.length === 0;
if (failed) console.error(`no benchmark of that name: ${names.join(', ')}`);
try {
  const env = { ...process.env, BENCH_WRITER_WORKER: compile('src/writer.worker.ts') };
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}\n`);
  for (const file of benches) {
    const { status } = spawnSync(process.execPath, ['--expose-gc', compile(join('bench', file))], {
      env,
      stdio: 'inherit',
    });
    failed ||= status !== 0;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
