import { createHash, hash } from 'node:crypto';

/** Root of the empty log: SHA-256 of nothing. @see RFC 9162, section 2.1.1 */
export const EMPTY_ROOT: Uint8Array = sha256();

const HEX = /^(?:[0-9a-f]{2})*$/;
/** One buffer for prefix and content, so that each hash is one call into the library. */
const leafInput = Buffer.alloc(65_536);
const nodeInput = Buffer.alloc(65);
nodeInput[0] = 0x01;

/** SHA-256 of the parts one after the other; text counts as UTF-8. @returns 32 bytes */
export function sha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return hash('sha256', only, 'buffer');
  const state = createHash('sha256');
  for (const part of parts) state.update(part);
  return state.digest();
}

/** As `sha256`, in lower-case hex. */
export function sha256Hex(...parts: readonly (Uint8Array | string)[]): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return hash('sha256', only, 'hex');
  return hex(sha256(...parts));
}

/**
 * The leaf of an entry in the log, which is also the `prev` of the next event of its stream: SHA-256(0x00 ‖ entry).
 *
 * @returns 32 bytes
 * @see RFC 6962, section 2.1
 */
export function leafHash(entry: Uint8Array): Uint8Array {
  if (entry.length >= leafInput.length) return sha256(Uint8Array.of(0x00), entry);
  leafInput.set(entry, 1);
  return digestOf(leafInput.subarray(0, entry.length + 1));
}

/**
 * An inner node: SHA-256(0x01 ‖ left ‖ right).
 *
 * @param left 32 bytes
 * @param right 32 bytes
 * @throws RangeError for other lengths, which would let a leaf pass for a node
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32)
    throw new RangeError('a node is made of two hashes of 32 bytes');
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return digestOf(nodeInput);
}

/**
 * As `leafHash` for an entry in the middle of other bytes, without a view of it.
 *
 * @returns 32 bytes as text of one byte a character, to be written where they belong with `latin1Write`
 */
export function leafDigest(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length >= leafInput.length) {
    return Buffer.from(leafHash(bytes.subarray(start, end))).toString('latin1');
  }
  bytes.copy(leafInput, 1, start, end);
  return hash('sha256', leafInput.subarray(0, length + 1), 'binary');
}

/** As `nodeHash` for two hashes that stand beside each other. @returns as `leafDigest` */
export function nodeDigest(pair: Buffer, at: number): string {
  pair.copy(nodeInput, 1, at, at + 64);
  return hash('sha256', nodeInput, 'binary');
}

/** As text of one byte a character a digest crosses from the library twice as fast as in a buffer of its own. */
function digestOf(input: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1');
}

/** Lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** @throws RangeError for anything but lower-case hex of whole bytes */
export function fromHex(text: string): Uint8Array {
  if (!HEX.test(text)) throw new RangeError('not lower-case hex of whole bytes');
  return Buffer.from(text, 'hex');
}
