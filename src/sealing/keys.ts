import { type Randomness } from '../kernel/runtime';
import { hex } from '../kernel/hash';
import { base64 } from './base64';
import { handOverBody } from './key-history';
import { loadSigner, writeSecretFile } from './key-file';
import { type KeyAdded } from './log-keys.events';
import { privateKeyText, type Signer, signerOf } from './signer';

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

/**
 * Makes a key beside a ledger's key file, where the service looks for the keys that its log names.
 *
 * @throws TieoutError `configuration` when the folder cannot be written
 */
export function newKeyFile(
  keyFile: string,
  origin: string,
  randomness: Randomness,
): { readonly path: string; readonly signer: Signer } {
  const path = `${keyFile}.${hex(randomness.bytes(4))}`;
  writeKey(path, origin, randomness);
  return { path, signer: loadSigner(path, origin) };
}

/** What announces a key: its own signature over the hand-over body, in an emergency the recovery key's too. */
export function handOverOf(keys: {
  readonly origin: string;
  /** vkey of the key before it */
  readonly replaces: string;
  readonly signer: Signer;
  readonly recovery?: Signer;
}): KeyAdded {
  const { origin, replaces, signer, recovery } = keys;
  const body = handOverBody(origin, replaces, signer.vkey);
  return {
    vkey: signer.vkey,
    replaces,
    signature: base64(signer.sign(body)),
    ...(recovery === undefined ? {} : { recoverySignature: base64(recovery.sign(body)) }),
  };
}

/** @returns the vkey */
export function writeKey(path: string, name: string, randomness: Randomness): string {
  const seed = randomness.bytes(32);
  writeSecretFile(path, privateKeyText(name, seed));
  const { vkey } = signerOf(name, seed);
  seed.fill(0);
  return vkey;
}
