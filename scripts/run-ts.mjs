/** Runs TypeScript files one after the other, as they are: `node scripts/run-ts.mjs FILE.ts...`. Fails when one fails. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside the repository, so that packages are found.
const folder = mkdtempSync(join(root, 'node_modules', '.run-ts-'));
let failed = false;
try {
  for (const file of process.argv.slice(2)) {
    const outfile = join(folder, `${basename(file, '.ts')}.cjs`);
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    });
    const { status } = spawnSync(process.execPath, [outfile], { cwd: root, stdio: 'inherit' });
    failed ||= status !== 0;
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
