import { leafHash } from '../kernel/hash';
import { refused } from './findings';
import { type HeadsPath, type HeadsState } from './heads-map';
import {
  BITS_MAX,
  bitsOf,
  BUCKET_HEADER,
  bucketOf,
  headIn,
  headsKey,
  keyIn,
  RECORD_BYTES,
  type StreamHead,
} from './heads-record';
import { verifyInclusion } from './merkle-verify';

/**
 * The last event of a stream below the committed size, or that it has none there. The key fixes the bucket and the bucket is
 * shown whole, so no two answers can be proved under one root.
 *
 * @param committed from a heads event that was itself proved
 * @returns undefined when absence is proved
 * @throws TieoutError `proof-invalid`: `proof-malformed` for the form, `proof-mismatch` when it does not lead to the root
 * @see docs/reference/ledger-format.md, section 3
 */
export function verifyHeadsPath(
  committed: Pick<HeadsState, 'bits' | 'root'>,
  stream: string,
  { bucket, data, hashes }: HeadsPath,
): StreamHead | undefined {
  const { bits, root } = committed;
  const key = headsKey(stream);
  if (bits > BITS_MAX || hashes.length !== bits) {
    throw malformed(`${hashes.length} hashes are no path in a map of depth ${bits}.`);
  }
  if (bucket !== bucketOf(key, bits)) {
    throw mismatch(`Bucket ${bucket} is not that of ${stream}.`);
  }
  const records = recordsIn(data, bucket, bits);
  const size = 2 ** bits;
  if (!verifyInclusion({ index: bucket, size, leaf: leafHash(data), root, hashes })) {
    throw mismatch('The bucket does not lead to the committed root.');
  }
  const record = records.find((each) => Buffer.compare(keyIn(each), key) === 0);
  if (record === undefined) return undefined;
  const head = headIn(record);
  if (head === undefined) throw malformed('A revision is larger than any stream has.');
  return head;
}

/** @throws TieoutError `proof-invalid`, finding `proof-malformed`, unless a map of so many streams has this depth */
export function checkDepth({ streams, bits }: Pick<HeadsState, 'streams' | 'bits'>): void {
  if (bits !== bitsOf(streams)) {
    throw malformed(`A map of ${streams} streams has not the depth ${bits}.`);
  }
}

/** Whole records, keys strictly ascending, all of this bucket. */
function recordsIn(data: Uint8Array, bucket: number, bits: number): Uint8Array[] {
  const start = BUCKET_HEADER.length;
  if (Buffer.compare(data.subarray(0, start), BUCKET_HEADER) !== 0) {
    throw malformed('A bucket begins with tieout/heads/v1.');
  }
  if ((data.length - start) % RECORD_BYTES !== 0) {
    throw malformed('A bucket is made of whole records of 72 bytes.');
  }
  const records: Uint8Array[] = [];
  for (let at = start; at < data.length; at += RECORD_BYTES) {
    const record = data.subarray(at, at + RECORD_BYTES);
    const before = records.at(-1);
    if (before !== undefined && Buffer.compare(keyIn(before), keyIn(record)) >= 0) {
      throw malformed('The keys of a bucket ascend.');
    }
    if (bucketOf(record, bits) !== bucket) throw malformed('A record is of another bucket.');
    records.push(record);
  }
  return records;
}

const malformed = (detail: string) => refused('proof-malformed', detail);
const mismatch = (detail: string) => refused('proof-mismatch', detail);
