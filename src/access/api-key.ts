import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { TieoutError } from '../kernel/errors';
import { type Randomness } from '../kernel/runtime';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
/** 43 base62 characters carry 256 bits. */
const SECRET_LENGTH = 43;
const FORM = new RegExp(
  `^tieout_([a-z]{2,8})_([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})_([0-9a-f]{8})$`,
);

export interface ApiKey {
  readonly id: string;
  readonly secret: string;
  /** what the caller sends; the CRC lets scanners and typing errors be caught without a look-up */
  readonly text: string;
}

/** The id of the key that a request makes: part of the aggregate id that follows from the request. */
export function keyIdOf(aggregateId: string): string {
  return aggregateId.replaceAll('-', '').slice(0, ID_LENGTH);
}

/** @param id 12 characters of [0-9A-Za-z] */
export function newApiKey(randomness: Randomness, id: string, environment = 'live'): ApiKey {
  const secret = base62(randomness, SECRET_LENGTH);
  const body = `tieout_${environment}_${id}_${secret}`;
  return { id, secret, text: `${body}_${checksum(body)}` };
}

/** @throws TieoutError `unauthenticated` for text that was never a key */
export function parseApiKey(text: string): ApiKey {
  const match = FORM.exec(text);
  const [, , id, secret, crc] = match ?? [];
  if (
    id === undefined ||
    secret === undefined ||
    checksum(text.slice(0, text.lastIndexOf('_'))) !== crc
  ) {
    throw new TieoutError(
      'unauthenticated',
      'The API key is mistyped or cut: its checksum does not fit.',
    );
  }
  return { id, secret, text };
}

/** What is stored of a secret: hex HMAC-SHA-256 under the installation's pepper. */
export function verifierOf(pepper: Uint8Array, secret: string): string {
  return createHmac('sha256', pepper).update(secret).digest('hex');
}

export function verifies(pepper: Uint8Array, secret: string, verifier: string): boolean {
  return timingSafeEqual(
    Buffer.from(verifierOf(pepper, secret), 'hex'),
    Buffer.from(verifier, 'hex'),
  );
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** Rejection sampling, so that every character is equally likely. */
function base62(randomness: Randomness, length: number): string {
  const limit = 256 - (256 % BASE62.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomness.bytes(length)) {
      if (byte < limit && text.length < length) text += BASE62.charAt(byte % BASE62.length);
    }
  }
  return text;
}
