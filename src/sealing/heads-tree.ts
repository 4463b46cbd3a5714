import { nodeHash } from '../kernel/hash';

const HASH_BYTES = 32;

/** RFC 6962 tree over 2^bits leaves, all of its nodes kept: 64 bytes a leaf. Node 1 is the root, node i has 2i and 2i + 1. */
export class HeadsTree {
  private readonly nodes: Buffer;

  constructor(
    readonly bits: number,
    /** 32 bytes of the bucket with that number */
    private readonly leafOf: (bucket: number) => Uint8Array,
  ) {
    this.nodes = Buffer.alloc(HASH_BYTES * 2 ** (bits + 1));
  }

  /** Computes the leaves of these buckets and the nodes above them: 1 + bits hashes a bucket at most. */
  update(buckets: Iterable<number>): void {
    const width = 2 ** this.bits;
    let changed = new Set<number>();
    for (const bucket of buckets) {
      this.set(width + bucket, this.leafOf(bucket));
      changed.add(width + bucket);
    }
    for (let level = 0; level < this.bits; level += 1) {
      const above = new Set<number>();
      for (const node of changed) above.add(Math.floor(node / 2));
      for (const node of above) this.set(node, nodeHash(this.at(2 * node), this.at(2 * node + 1)));
      changed = above;
    }
  }

  root(): Uint8Array {
    return Buffer.from(this.at(1));
  }

  /** Audit path of a bucket, its sibling first. */
  path(bucket: number): Uint8Array[] {
    const hashes: Uint8Array[] = [];
    for (let node = 2 ** this.bits + bucket; node > 1; node = Math.floor(node / 2)) {
      hashes.push(Buffer.from(this.at(node % 2 === 0 ? node + 1 : node - 1)));
    }
    return hashes;
  }

  private at(node: number): Buffer {
    return this.nodes.subarray(HASH_BYTES * node, HASH_BYTES * (node + 1));
  }

  private set(node: number, hash: Uint8Array): void {
    this.nodes.set(hash, HASH_BYTES * node);
  }
}
