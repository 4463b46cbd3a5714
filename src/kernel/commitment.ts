import { sha256Hex } from './hash';

export const SALT_BYTES = 32;
const SCHEME = Buffer.from('tieout/commit/v1\0', 'latin1');
export const PATH_BYTES_MAX = 0xffff;

/**
 * The commitment that stands in an entry for a personal value: SHA-256(`tieout/commit/v1` ‖ 0x00 ‖ u16 length(path) ‖
 * path ‖ salt ‖ value). Without the salt it helps no guess; with salt and value anybody can check it.
 *
 * @param path JSON Pointer of the value in the event as sent
 * @param salt 32 bytes, drawn for this value only
 * @param value RFC 8785 bytes of the value
 * @returns 64 hex
 * @throws RangeError for a salt of another length or a path over 65,535 bytes
 * @see docs/reference/ledger-format.md, section 7
 */
export function commitmentOf(path: string, salt: Uint8Array, value: Uint8Array): string {
  const name = Buffer.from(path, 'utf8');
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
  if (name.length > PATH_BYTES_MAX)
    throw new RangeError(`a path has at most ${PATH_BYTES_MAX} bytes`);
  const length = Buffer.of(name.length >>> 8, name.length & 0xff);
  return sha256Hex(Buffer.concat([SCHEME, length, name, salt, value]));
}
