import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TieoutError } from '../../src/kernel/errors';
import { sha256Of } from './bag';
import { type PackBuild } from './pack-input';

/** The nearest folder above that has a package.json: the project, or the image it is installed in. */
function projectFolder(): string {
  for (let folder = __dirname; ; folder = join(folder, '..')) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === join(folder, '..'))
      throw new TieoutError('internal', 'The program has no package.json.');
  }
}

/** Which program makes packs here. Another build may give other bytes, so each pack names its own. */
export function buildFacts(): PackBuild {
  const folder = projectFolder();
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const lock = join(folder, 'package-lock.json');
  const commit = join(folder, 'dist', 'commit');
  return {
    version,
    commit: existsSync(commit) ? readFileSync(commit, 'utf8').trim() : 'unknown',
    lock: existsSync(lock) ? sha256Of(readFileSync(lock)) : 'unknown',
  };
}

/** The built verifier, which every pack carries. @throws TieoutError `internal` when the program was not built */
export function readVerifier(): Buffer {
  const file = join(projectFolder(), 'dist', 'evidence', 'verify', 'verify.mjs');
  if (!existsSync(file)) {
    throw new TieoutError('internal', 'The verifier was not built: run `npm run build`.', {
      reason: 'verifier-missing',
    });
  }
  return readFileSync(file);
}
