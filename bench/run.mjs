/**
 * Runs benchmarks: `node bench/run.mjs [--long] [name …]`; without a name all that have targets of the ledger, any other
 * `bench/*.bench.ts` when it is named. Each is compiled to a temporary file and run in a process of its own, one after the
 * other, so that none warms or slows the next. What they `report` stands in one table at the end; `--long` sets BENCH_LONG,
 * for the sizes that take long.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(root, 'package.json'));
const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-'));

const OF_THE_LEDGER = ['append', 'fsck', 'fsync', 'growth', 'http', 'proof'];
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const benches = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) =>
    (names.length === 0 ? OF_THE_LEDGER : names).includes(basename(file, '.bench.ts')),
  )
  .sort();

/** Packages stay where they are installed: some find native parts or data beside themselves. */
const PEERS = ['@duckdb/node-api', '@grpc/grpc-js'];
const dependencies = [...Object.keys(require('./package.json').dependencies), ...PEERS];

function compile(entry) {
  const outfile = join(folder, `${basename(entry, '.ts')}.js`);
  const installed = dependencies.flatMap((name) => {
    try {
      return [[name, require.resolve(name)]];
    } catch {
      return [];
    }
  });
  // The service definitions that the client ships, for the server that tests and benchmarks bring.
  const generated = join(dirname(require.resolve('@eventstore/db-client')), '../generated');
  buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { ...Object.fromEntries(installed), '@eventstore/db-client/generated': generated },
    external: [...installed.map(([, path]) => path), `${generated}/*`, ...builtinModules],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

function output(command, args) {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return (stdout ?? '').trim();
}

/** What a figure depends on beside the code: machine, disk, versions, and the floor that the library of hashes sets. */
function machine() {
  const Database = require('better-sqlite3');
  const sqlite = new Database(':memory:').prepare('SELECT sqlite_version()').pluck().get();
  const [, disk = ''] = output('df', ['--output=source,fstype', tmpdir()]).split('\n');
  const speed = (...args) =>
    output('openssl', ['speed', '-mr', '-seconds', '1', ...args])
      .split('\n')
      .at(-1) ?? '';
  const sha256 = speed('-bytes', '300', '-evp', 'sha256').split(':').at(-1);
  const ed25519 = speed('ed25519').split(':');
  return [
    `${new Date().toISOString()}, load ${loadavg()[0].toFixed(2)}`,
    `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}; ${tmpdir()} on ${disk.replace(/\s+/g, ' ')}`,
    `Node ${process.version}, SQLite ${sqlite}, ${output('openssl', ['version'])}`,
    `floor, openssl speed: ${Math.round(Number(sha256) / 300).toLocaleString('en-US')} SHA-256 of 300 bytes a second, ` +
      `${Math.round(Number(ed25519.at(-2))).toLocaleString('en-US')} Ed25519 signatures, ` +
      `${Math.round(Number(ed25519.at(-1))).toLocaleString('en-US')} verifications`,
  ].join('\n');
}

function tableOf(rows) {
  const cells = rows.map(({ section, work, target, measured, spread, met }) => [
    section,
    work,
    target,
    measured,
    spread,
    met === undefined ? '' : met ? 'met' : 'NOT MET',
  ]);
  const header = ['', 'work', 'target', 'measured (median)', 'spread', ''];
  cells.forEach((row, i) => (row[0] = rows[i - 1]?.section === row[0] ? '' : row[0]));
  const widths = header.map((h, i) => Math.max(h.length, ...cells.map((row) => row[i].length)));
  const line = (row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((w) => '-'.repeat(w)).join('  '), ...cells.map(line)].join('\n');
}

let failed = benches.length === 0;
if (failed) console.error(`no benchmark of that name: ${names.join(', ')}`);
try {
  const rows = join(folder, 'rows.ndjson');
  const env = {
    ...process.env,
    BENCH_WRITER_WORKER: compile('src/writer.worker.ts'),
    BENCH_ROWS: rows,
    ...(process.argv.includes('--long') ? { BENCH_LONG: '1' } : {}),
  };
  console.log(`${machine()}\n`);
  for (const file of benches) {
    const { status } = spawnSync(process.execPath, ['--expose-gc', compile(join('bench', file))], {
      env,
      stdio: 'inherit',
    });
    failed ||= status !== 0;
  }
  const lines = existsSync(rows) ? readFileSync(rows, 'utf8').trim().split('\n') : [];
  if (lines.length > 0) console.log(`\n${tableOf(lines.map((line) => JSON.parse(line)))}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
