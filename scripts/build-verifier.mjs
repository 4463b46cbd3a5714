/**
 * Bundles the offline verifier into one file that needs nothing but Node: `dist/evidence/verify/verify.mjs`. It is copied
 * into every evidence pack, so the same sources must give the same bytes.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = resolve(process.argv[2] ?? `${root}dist/evidence/verify/verify.mjs`);

mkdirSync(dirname(outfile), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['evidence/verify/main.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  legalComments: 'none',
  banner: {
    js: '// Tieout: verifies an evidence pack offline. Node 20.12 or later: node verify.mjs --policy FILE PACK',
  },
  logLevel: 'warning',
});
