import { createCipheriv, createDecipheriv } from 'node:crypto';
import { sha256Hex } from '../kernel/hash';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
const KEK_ID_DIGITS = 16;

/**
 * AES-256-GCM: nonce ‖ ciphertext ‖ tag.
 *
 * @param key 32 bytes
 * @param nonce 12 bytes, never used twice under one key
 * @param bound what the content belongs to; opening it elsewhere fails
 * @see NIST SP 800-38D
 */
export function seal(
  key: Uint8Array,
  nonce: Uint8Array,
  content: Uint8Array,
  bound: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** The content, or `undefined` when key, bytes or what they are bound to are not those that were sealed. */
export function unseal(
  key: Uint8Array,
  sealed: Uint8Array,
  bound: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - TAG_BYTES;
  if (end < NONCE_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(sealed.subarray(end));
  const content = decipher.update(sealed.subarray(NONCE_BYTES, end));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    // Node has no code of its own for a tag that does not fit; nothing else can fail here.
    return undefined;
  }
}

/** What a value is bound to: a row that was moved to another event or path, or given another commitment, does not open. */
export function boundTo(eventId: string, path: string, commitment: string): Uint8Array {
  return Buffer.from(`${eventId}${path}\n${commitment}`, 'utf8');
}

/** What a wrapped key is bound to. */
export function keyBoundTo(subject: string): Uint8Array {
  return Buffer.from(subject, 'utf8');
}

/** Names a key without telling anything about it. */
export function keyId(key: Uint8Array): string {
  return sha256Hex(Buffer.concat([Buffer.from('tieout/kek-id/v1\0', 'latin1'), key])).slice(
    0,
    KEK_ID_DIGITS,
  );
}
