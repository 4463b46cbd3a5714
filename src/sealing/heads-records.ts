import { bucketOf, keyIn, RECORD_BYTES } from './heads-record';

const CHUNK_RECORDS = 16_384;
const NONE = -1;

/** Records in buckets: 72 bytes each in large pieces, and 4 to 8 more for the lists that join those of one bucket. */
export class HeadsRecords {
  private readonly chunks: Buffer[] = [];
  private first = new Int32Array(1).fill(NONE);
  private next = new Int32Array(CHUNK_RECORDS);
  private depth = 0;
  private records = 0;

  get count(): number {
    return this.records;
  }

  get bits(): number {
    return this.depth;
  }

  /** Puts a record in place of that of the same key. @returns the number of its bucket */
  put(record: Uint8Array): number {
    const bucket = bucketOf(record, this.depth);
    for (let at = this.first[bucket] ?? NONE; at !== NONE; at = this.next[at] ?? NONE) {
      const there = this.record(at);
      if (Buffer.compare(keyIn(there), keyIn(record)) !== 0) continue;
      there.set(record);
      return bucket;
    }
    const at = this.records;
    if (at % CHUNK_RECORDS === 0) this.chunks.push(Buffer.alloc(CHUNK_RECORDS * RECORD_BYTES));
    this.records += 1;
    this.record(at).set(record);
    this.link(at, bucket);
    return bucket;
  }

  /** Parts the records into 2^bits buckets. */
  split(bits: number): void {
    this.depth = bits;
    this.first = new Int32Array(2 ** bits).fill(NONE);
    for (let at = 0; at < this.records; at += 1) this.link(at, bucketOf(this.record(at), bits));
  }

  /** The records of a bucket, keys ascending; views that the next `put` may change. */
  of(bucket: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    for (let at = this.first[bucket] ?? NONE; at !== NONE; at = this.next[at] ?? NONE) {
      found.push(this.record(at));
    }
    return found.sort(Buffer.compare);
  }

  private link(at: number, bucket: number): void {
    if (at >= this.next.length) {
      const longer = new Int32Array(this.next.length * 2);
      longer.set(this.next);
      this.next = longer;
    }
    this.next[at] = this.first[bucket] ?? NONE;
    this.first[bucket] = at;
  }

  private record(at: number): Buffer {
    const start = (at % CHUNK_RECORDS) * RECORD_BYTES;
    const chunk = this.chunks[Math.floor(at / CHUNK_RECORDS)] as Buffer;
    return chunk.subarray(start, start + RECORD_BYTES);
  }
}
