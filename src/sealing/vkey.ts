import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

import { base64, fromBase64 } from './base64';
import { refused } from './findings';

/** Signature types of C2SP signed-note: of a log, and of a witness (with its time). */
export const LOG_KEY = 0x01;
export const WITNESS_KEY = 0x04;
export type KeyType = typeof LOG_KEY | typeof WITNESS_KEY;

/** A verifier key: who may sign, and how to check it. */
export interface VerifierKey {
  readonly name: string;
  readonly type: KeyType;
  /** 8 hex: first 4 bytes of SHA-256(name ‖ LF ‖ type ‖ public key) */
  readonly keyId: string;
  /** 32 bytes */
  readonly publicKey: Uint8Array;
  /** the text it was read from */
  readonly vkey: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** A key name has no space and no plus, so that it can stand in a note line and in a vkey. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\u0000-\u001f\u007f-\u009f]|\p{Cs}/u.test(name);
}

/** @returns 8 hex */
export function keyIdOf(name: string, type: KeyType, publicKey: Uint8Array): string {
  return createHash('sha256')
    .update(name)
    .update(Uint8Array.of(0x0a, type))
    .update(publicKey)
    .digest('hex')
    .slice(0, 8);
}

/** Text form: name `+` key id `+` base64(type ‖ public key). */
export function vkeyText(name: string, type: KeyType, publicKey: Uint8Array): string {
  const key = base64(Buffer.concat([Uint8Array.of(type), publicKey]));
  return `${name}+${keyIdOf(name, type, publicKey)}+${key}`;
}

/** @param publicKey 32 bytes of Ed25519 */
export function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({
    key: Buffer.concat([SPKI_ED25519, publicKey]),
    format: 'der',
    type: 'spki',
  });
}

/**
 * Reads a verifier key.
 *
 * @throws TieoutError `proof-invalid` when the form, the type or the key id is wrong
 * @see C2SP signed-note, section "Verifier keys"
 */
export function readVkey(vkey: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(vkey) ?? [];
  const bytes = fromBase64(encoded);
  const type = bytes?.[0];
  if (!isKeyName(name) || bytes?.length !== 33 || (type !== LOG_KEY && type !== WITNESS_KEY)) {
    throw refused('checkpoint-signature', 'Not a verifier key: name+8 hex+base64 of type and key.');
  }
  const publicKey = bytes.subarray(1);
  if (keyIdOf(name, type, publicKey) !== id) {
    throw refused('checkpoint-signature', `The key id of ${name} does not fit its key.`);
  }
  const key = publicKeyObject(publicKey);
  return {
    name,
    type,
    keyId: id,
    publicKey,
    vkey,
    verify: (message, signature) =>
      signature.length === 64 && verify(null, message, key, signature),
  };
}
