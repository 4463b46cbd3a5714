import { type Randomness } from '../kernel/runtime';
import { writeSecretFile } from './key-file';
import { privateKeyText, signerOf } from './signer';

/** What may be shown and pinned: never the secrets. */
export interface GeneratedKeys {
  readonly vkey: string;
  readonly keyFile: string;
  readonly recoveryVkey: string;
  readonly recoveryKeyFile: string;
}

/** Name of a ledger's recovery key, which is kept offline and can announce a new key when the log's own is lost. */
export const recoveryName = (origin: string): string => `${origin}/recovery`;

/**
 * Makes the key of a ledger and its recovery key, each in a file of its own with mode 0600.
 *
 * @param options.randomness the system's CSPRNG; 32 bytes a key
 * @throws TieoutError `configuration` when a file exists already
 */
export function generateKeys(options: {
  readonly origin: string;
  readonly randomness: Randomness;
  readonly keyFile: string;
  readonly recoveryKeyFile: string;
}): GeneratedKeys {
  const { origin, randomness, keyFile, recoveryKeyFile } = options;
  const vkey = writeKey(keyFile, origin, randomness);
  const recoveryVkey = writeKey(recoveryKeyFile, recoveryName(origin), randomness);
  return { vkey, keyFile, recoveryVkey, recoveryKeyFile };
}

function writeKey(path: string, name: string, randomness: Randomness): string {
  const seed = randomness.bytes(32);
  writeSecretFile(path, privateKeyText(name, seed));
  const { vkey } = signerOf(name, seed);
  seed.fill(0);
  return vkey;
}
