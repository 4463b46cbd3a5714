import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

import { basename, dirname, join } from 'node:path';

import { isTieoutError, TieoutError } from '../kernel/errors';
import { readPrivateKey, type Signer } from './signer';
import { type SignerOf } from './signing-keys';

const BYTES_MAX = 4_096;

/**
 * Reads a secret that only the service's user can read.
 *
 * The file is checked through the descriptor that is then read, so it cannot be exchanged in between.
 *
 * @throws TieoutError `configuration` unless it is a plain file, no link, mode 0600, owned by this user
 */
export function readSecretFile(path: string): Buffer {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw unusable(path, reasonOf(error), error);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw unusable(path, 'is not a plain file');
    if (stat.nlink !== 1) throw unusable(path, 'has a second name (hard link)');
    if ((stat.mode & 0o777) !== 0o600) throw unusable(path, 'must have mode 0600 (chmod 600)');
    if (stat.uid !== process.geteuid?.()) throw unusable(path, 'must be owned by the service user');
    if (stat.size > BYTES_MAX) throw unusable(path, 'is too long for a key');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * The signer of a private key file.
 *
 * @param origin the ledger's origin, which the key must be named after
 * @throws TieoutError `configuration`
 */
export function loadSigner(path: string, origin: string): Signer {
  const signer = loadKey(path);
  if (signer.name === origin) return signer;
  throw unusable(path, `is the key of ${signer.name}, but the ledger is ${origin}`);
}

/** The signer of a private key file, whatever its name. @throws TieoutError `configuration` */
export function loadKey(path: string): Signer {
  const secret = readSecretFile(path);
  try {
    return readPrivateKey(secret.toString('utf8'));
  } catch (error) {
    if (isTieoutError(error, 'proof-invalid'))
      throw unusable(path, 'is no private key file', error);
    throw error;
  } finally {
    secret.fill(0);
  }
}

/**
 * Finds the private keys of a ledger: in its key file, and in files beside it that a rotation made, whose names begin
 * with that of the key file and a dot.
 *
 * @throws TieoutError `configuration`, when a vkey is asked for that no file holds, or a file is not as it must be
 */
export function keyFolder(path: string, origin: string): SignerOf {
  const found = new Map<string, Signer>();
  const look = (): void => {
    for (const file of [path, ...rotatedFiles(path)]) {
      if (!existsSync(file)) continue;
      const signer = loadSigner(file, origin);
      found.set(signer.vkey, signer);
    }
  };
  return (vkey) => {
    if (!found.has(vkey)) look();
    const signer = found.get(vkey);
    if (signer !== undefined) return signer;
    throw unusable(path, `is not the one of ${vkey}, which is in service, and no ${path}.* is`);
  };
}

/** Key files that rotations made. */
export const rotatedFiles = (path: string): string[] =>
  readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .sort()
    .map((name) => join(dirname(path), name));

/**
 * Writes a secret with mode 0600, synced, and never over a file that exists.
 *
 * @throws TieoutError `configuration` when the file exists or cannot be written; nothing half is left behind
 */
export function writeSecretFile(path: string, content: string | Uint8Array): void {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    throw unusable(path, reasonOf(error), error);
  }
  try {
    const bytes = Buffer.from(content);
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } catch (error) {
    unlinkSync(path);
    throw unusable(path, 'cannot be written', error);
  } finally {
    closeSync(file);
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOENT') return 'is missing';
  if (code === 'ELOOP') return 'is a link';
  if (code === 'EEXIST') return 'exists already and is not overwritten';
  return `cannot be opened (${String(code)})`;
}

const unusable = (path: string, why: string, cause?: unknown) =>
  new TieoutError('configuration', `The key file ${path} ${why}.`, { path }, { cause });
