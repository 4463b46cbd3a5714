import { leafHash } from '../kernel/hash';
import {
  bitsOf,
  BUCKET_HEADER,
  BUCKET_RECORDS,
  bucketOf,
  headsKey,
  recordOf,
} from './heads-record';
import { HeadsRecords } from './heads-records';
import { HeadsTree } from './heads-tree';

/** What an event `ledger.heads-committed` says. */
export interface HeadsState {
  /** leaves [0, size) of the log */
  readonly size: number;
  readonly streams: number;
  /** depth b: the map has 2^b buckets */
  readonly bits: number;
  /** 32 bytes */
  readonly root: Uint8Array;
}

/** One bucket, whole, and its path to the root. */
export interface HeadsPath {
  readonly bucket: number;
  /** header and records */
  readonly data: Uint8Array;
  /** the bucket's sibling first */
  readonly hashes: readonly Uint8Array[];
}

/**
 * How far behind the newest entry a commitment may lie. A commitment is appended beside other writers, so it speaks of a
 * size a little below its own index; entries above that size wait here, some 200 bytes each.
 */
export const HEADS_WAITING_MAX = 262_144;

/** How many go at once when too many wait. */
const AT_ONCE = 4_096;

interface Waiting {
  readonly stream: string;
  readonly revision: number;
  readonly leaf: Uint8Array;
}

/**
 * The last event of every stream, kept while the entries of a log go by: feed each with `add`, say with `advance` how far
 * the map shall reach, and ask for its state and proofs. About 90 to 110 bytes a stream, and 1 + b hashes a changed bucket.
 *
 * @see docs/reference/ledger-format.md, section 3
 */
export class HeadsMap {
  private readonly records = new HeadsRecords();
  private readonly dirty = new Set<number>();
  private tree: HeadsTree | undefined;
  private waiting: Waiting[] = [];
  private waitingFrom = 0;
  private reached = 0;

  /** The next entry of the log. @param leaf 32 bytes; kept for a while, so no view of a large buffer */
  add(stream: string, revision: number, leaf: Uint8Array): void {
    this.waiting.push({ stream, revision, leaf });
    if (this.waiting.length - this.waitingFrom > HEADS_WAITING_MAX) {
      this.advance(this.reached + AT_ONCE);
    }
  }

  /** entries that were added */
  get fed(): number {
    return this.reached + this.waiting.length - this.waitingFrom;
  }

  /** entries that the map covers */
  get size(): number {
    return this.reached;
  }

  /** Lets the map cover the first `size` entries. @throws RangeError unless size() <= size <= fed */
  advance(size: number): void {
    if (!(size >= this.reached && size <= this.fed)) {
      throw new RangeError(`the map covers ${this.reached} of ${this.fed} entries, not ${size}`);
    }
    // Of a stream with many events only the last one is worth a hash.
    const heads = new Map<string, Waiting>();
    for (; this.reached < size; this.reached += 1) {
      const next = this.waiting[this.waitingFrom] as Waiting;
      heads.set(next.stream, next);
      this.waitingFrom += 1;
    }
    for (const { stream, revision, leaf } of heads.values()) {
      this.apply(recordOf(headsKey(stream), revision, leaf));
    }
    // Cut off now and then only: each cut copies what is left.
    if (this.waitingFrom * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.waitingFrom);
      this.waitingFrom = 0;
    }
  }

  state(): HeadsState {
    const { count: streams, bits } = this.records;
    return { size: this.reached, streams, bits, root: this.hashed().root() };
  }

  /** The bucket in which a stream's record is, or would be. */
  proofOf(stream: string): HeadsPath {
    const bucket = bucketOf(headsKey(stream), this.records.bits);
    return { bucket, data: this.dataOf(bucket), hashes: this.hashed().path(bucket) };
  }

  private apply(record: Uint8Array): void {
    const bucket = this.records.put(record);
    const { count, bits } = this.records;
    if (count <= BUCKET_RECORDS * 2 ** bits) {
      this.dirty.add(bucket);
    } else {
      this.records.split(bitsOf(count));
      this.tree = undefined;
      this.dirty.clear();
    }
  }

  private hashed(): HeadsTree {
    if (this.tree === undefined) {
      const { bits } = this.records;
      this.tree = new HeadsTree(bits, (bucket) => leafHash(this.dataOf(bucket)));
      this.tree.update(Array.from({ length: 2 ** bits }, (_, bucket) => bucket));
    } else if (this.dirty.size > 0) {
      this.tree.update(this.dirty);
    }
    this.dirty.clear();
    return this.tree;
  }

  private dataOf(bucket: number): Uint8Array {
    return Buffer.concat([BUCKET_HEADER, ...this.records.of(bucket)]);
  }
}
