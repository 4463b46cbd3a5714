import { EMPTY_ROOT, nodeHash } from '../kernel/hash';

/** Told of each perfect subtree that a leaf completes, smallest first. `level` is at least 1. */
export type NodeListener = (level: number, node: Uint8Array) => void;

/**
 * The right edge of a growing log: for each 1 bit of the size one perfect subtree, largest first. Appending costs less
 * than one node hash a leaf on average, whatever the size.
 */
export class Frontier {
  private constructor(
    private count: number,
    private readonly nodes: Uint8Array[],
  ) {}

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /**
   * @param edge as `edge()` gave it for that size
   * @throws RangeError when the number of hashes does not fit the size
   */
  static of(size: number, edge: readonly Uint8Array[]): Frontier {
    if (edge.length !== onesOf(size) || edge.some((h) => h.length !== 32)) {
      throw new RangeError(`${edge.length} hashes are not the right edge of ${size} leaves`);
    }
    return new Frontier(size, [...edge]);
  }

  get size(): number {
    return this.count;
  }

  /** @param leaf 32 bytes */
  append(leaf: Uint8Array, completed?: NodeListener): void {
    let node = leaf;
    let level = 0;
    for (let n = this.count; n % 2 === 1; n = (n - 1) / 2) {
      node = nodeHash(this.nodes.pop() as Uint8Array, node);
      level += 1;
      completed?.(level, node);
    }
    this.nodes.push(node);
    this.count += 1;
  }

  root(): Uint8Array {
    let root = this.nodes.at(-1);
    if (root === undefined) return EMPTY_ROOT;
    for (let i = this.nodes.length - 2; i >= 0; i -= 1) {
      root = nodeHash(this.nodes[i] as Uint8Array, root);
    }
    return root;
  }

  edge(): Uint8Array[] {
    return [...this.nodes];
  }

  copy(): Frontier {
    return new Frontier(this.count, [...this.nodes]);
  }
}

/** Number of 1 bits: hashes in the right edge of a log of that size. */
export function onesOf(size: number): number {
  let ones = 0;
  for (let n = size; n > 0; n = Math.floor(n / 2)) ones += n % 2;
  return ones;
}

/** The edge as one byte string, 32 bytes a hash, largest subtree first. */
export const edgeBytes = (edge: readonly Uint8Array[]): Uint8Array => Buffer.concat(edge);

/** @throws RangeError when the bytes are not whole hashes */
export function edgeOfBytes(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % 32 !== 0) throw new RangeError('an edge is made of 32-byte hashes');
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * i + 32));
}
