import { sha256 } from '../kernel/hash';

/** The last event of one stream among the leaves below a size. */
export interface StreamHead {
  readonly revision: number;
  /** 32 bytes */
  readonly leaf: Uint8Array;
}

export const KEY_BYTES = 32;
/** key ‖ u64 revision ‖ leaf */
export const RECORD_BYTES = 72;
/** Records a bucket holds on average at most. */
export const BUCKET_RECORDS = 8;
/** Before the records of each bucket, so that no other leaf hash is one of a bucket. */
export const BUCKET_HEADER: Uint8Array = Buffer.from('tieout/heads/v1\n', 'latin1');
/** Buckets are numbered by the first four bytes of a key. */
export const BITS_MAX = 32;

/** @param stream its name. @returns 32 bytes */
export const headsKey = (stream: string): Uint8Array => sha256(stream);

/** Depth of the map: the smallest b with 8 * 2^b >= streams. */
export function bitsOf(streams: number): number {
  let bits = 0;
  while (BUCKET_RECORDS * 2 ** bits < streams) bits += 1;
  return bits;
}

/** Number of the bucket of a key: its first `bits` bits. */
export function bucketOf(key: Uint8Array, bits: number): number {
  if (bits === 0) return 0;
  const first = Buffer.from(key.buffer, key.byteOffset, key.byteLength).readUInt32BE(0);
  return first >>> (BITS_MAX - bits);
}

/** @param revision 0 to 2^53 - 1 */
export function recordOf(key: Uint8Array, revision: number, leaf: Uint8Array): Uint8Array {
  const record = Buffer.allocUnsafe(RECORD_BYTES);
  record.set(key, 0);
  record.writeBigUInt64BE(BigInt(revision), KEY_BYTES);
  record.set(leaf, KEY_BYTES + 8);
  return record;
}

export const keyIn = (record: Uint8Array): Uint8Array => record.subarray(0, KEY_BYTES);

/** @returns undefined when the revision is larger than any that a stream has */
export function headIn(record: Uint8Array): StreamHead | undefined {
  const bytes = Buffer.from(record.buffer, record.byteOffset, RECORD_BYTES);
  const revision = bytes.readBigUInt64BE(KEY_BYTES);
  if (revision > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return { revision: Number(revision), leaf: record.subarray(KEY_BYTES + 8, RECORD_BYTES) };
}
