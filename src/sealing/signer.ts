import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

import { base64, fromBase64 } from './base64';
import { refused } from './findings';
import { isKeyName, keyIdOf, LOG_KEY, vkeyText } from './vkey';

/** Signs checkpoints. A port: a key file now, an HSM or KMS later. Deterministic: the same bytes give the same signature. */
export interface Signer {
  /** key name, equal to the log's origin */
  readonly name: string;
  /** verifier key: name `+` 8 hex of the key id `+` base64 of type and public key */
  readonly vkey: string;
  /** first 4 bytes of the key id */
  readonly keyId: Uint8Array;
  /** Ed25519, 64 bytes */
  sign(message: Uint8Array): Uint8Array;
}

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const PREFIX = 'PRIVATE+KEY+';

/**
 * @param name key name: the log's origin
 * @param seed 32 bytes from the CSPRNG
 * @throws TypeError for another length or a name that no key may have
 */
export function signerOf(name: string, seed: Uint8Array): Signer {
  if (seed.length !== 32 || !isKeyName(name)) throw new TypeError('a key is a name and 32 bytes');
  const der = Buffer.concat([PKCS8_ED25519, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = spki.subarray(spki.length - 32);
  return {
    name,
    vkey: vkeyText(name, LOG_KEY, publicKey),
    keyId: Buffer.from(keyIdOf(name, LOG_KEY, publicKey), 'hex'),
    sign: (message) => sign(null, message, key),
  };
}

/** Content of a private key file: `PRIVATE+KEY+`, name, `+`, key id, `+`, base64(0x01 ‖ seed), LF. */
export function privateKeyText(name: string, seed: Uint8Array): string {
  const { keyId } = signerOf(name, seed);
  const secret = base64(Buffer.concat([Uint8Array.of(LOG_KEY), seed]));
  return `${PREFIX}${name}+${Buffer.from(keyId).toString('hex')}+${secret}\n`;
}

/**
 * Reads the content of a private key file. Its text never stands in an error.
 *
 * @throws TieoutError `proof-invalid` for another form, or when the key id does not fit
 */
export function readPrivateKey(text: string): Signer {
  const [, name = '', id = '', encoded = ''] =
    /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+([^\n]*)\n?$/su.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes?.length !== 33 || bytes[0] !== LOG_KEY) {
    throw refused('checkpoint-signature', 'Not a private key file of an Ed25519 log key.');
  }
  const signer = signerOf(name, bytes.subarray(1));
  if (Buffer.from(signer.keyId).toString('hex') !== id) {
    throw refused('checkpoint-signature', `The key id of ${name} does not fit its key.`);
  }
  return signer;
}
