import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalBytes } from '../kernel/canonical-json';
import { TieoutError } from '../kernel/errors';
import { sha256Hex } from '../kernel/hash';
import { type Json } from '../kernel/json';

const MAC_BYTES = 16;

/**
 * Opaque page cursors: the key of the last row, bound to the filter and signed, so that nobody builds one by hand or
 * carries it to another query.
 */
export class Cursors {
  constructor(private readonly secret: Uint8Array) {}

  /** @param filter all parameters but `cursor` and `limit`; @param key the last row's key, in the list's order */
  encode(filter: Json, key: Json): string {
    const payload = Buffer.from(JSON.stringify(key), 'utf8');
    return Buffer.concat([this.mac(filter, payload), payload]).toString('base64url');
  }

  /** @throws TieoutError `cursor-invalid` */
  decode(filter: Json, cursor: string): Json {
    const bytes = Buffer.from(cursor, 'base64url');
    const payload = bytes.subarray(MAC_BYTES);
    if (
      bytes.length <= MAC_BYTES ||
      !timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.mac(filter, payload))
    ) {
      throw new TieoutError(
        'cursor-invalid',
        'Take the cursor from the `next` of a page of this very query.',
      );
    }
    return JSON.parse(payload.toString('utf8')) as Json;
  }

  private mac(filter: Json, payload: Uint8Array): Buffer {
    const mac = createHmac('sha256', this.secret);
    mac.update(sha256Hex(canonicalBytes(filter))).update(payload);
    return mac.digest().subarray(0, MAC_BYTES);
  }
}
