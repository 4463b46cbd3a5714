import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PLACE = join(ROOT, 'dist', 'evidence', 'verify');

/** The verifier that packs carry, built from the sources as they are. Renamed into place, so that suites may race. */
export function builtVerifier(): string {
  mkdirSync(PLACE, { recursive: true });
  const folder = mkdtempSync(join(PLACE, '.building-'));
  const fresh = join(folder, 'verify.mjs');
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-verifier.mjs'), fresh]);
  const file = join(PLACE, 'verify.mjs');
  renameSync(fresh, file);
  rmSync(folder, { recursive: true });
  return file;
}
