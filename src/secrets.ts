import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { TieoutError } from './kernel/errors';
import { type Randomness } from './kernel/runtime';
import { type Config } from './config';
import { generateKeys, loadSigner, readSecretFile, type Signer, writeSecretFile } from './sealing';

const SECRET_BYTES = 32;

export interface Secrets {
  readonly signer: Signer;
  readonly kek: Uint8Array;
  readonly pepper: Uint8Array;
}

/**
 * Loads the installation's secrets; an empty installation gets new ones, each in a file of its own with mode 0600.
 *
 * @param isNew no ledger stands in the data folder: only then may a key be made
 * @throws TieoutError `configuration`
 */
export function openSecrets(config: Config, randomness: Randomness, isNew: boolean): Secrets {
  const { logKeyFile, recoveryKeyFile, origin } = config;
  if (isNew) {
    for (const file of [logKeyFile, config.kekFile, config.pepperFile]) makeFolder(dirname(file));
    if (!existsSync(logKeyFile))
      generateKeys({ origin, randomness, keyFile: logKeyFile, recoveryKeyFile });
    makeSecret(config.kekFile, randomness);
    makeSecret(config.pepperFile, randomness);
  }
  return {
    signer: loadSigner(logKeyFile, origin),
    kek: readSecret(config.kekFile),
    pepper: readSecret(config.pepperFile),
  };
}

function makeFolder(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
}

function makeSecret(path: string, randomness: Randomness): void {
  if (!existsSync(path)) writeSecretFile(path, randomness.bytes(SECRET_BYTES));
}

function readSecret(path: string): Uint8Array {
  const secret = readSecretFile(path);
  if (secret.length === SECRET_BYTES) return secret;
  throw new TieoutError(
    'configuration',
    `${path} holds ${secret.length} bytes, not ${SECRET_BYTES}. Restore it from its backup.`,
  );
}
