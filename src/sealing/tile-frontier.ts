import { nodeDigest } from '../kernel/hash';

const LEVELS_MAX = 10;

/** The growing tree over the leaves of one tile, in one buffer: a frontier that makes no objects. */
export class TileFrontier {
  private readonly peaks = Buffer.alloc(32 * LEVELS_MAX);
  private readonly folded = Buffer.alloc(32 * LEVELS_MAX);
  private depth = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  clear(): void {
    this.depth = 0;
    this.count = 0;
  }

  /** @param leaf 32 bytes, one character each */
  append(leaf: string): void {
    const { peaks } = this;
    peaks.write(leaf, 32 * this.depth, 'latin1');
    this.depth += 1;
    for (let n = this.count; (n & 1) === 1; n >>= 1) {
      this.depth -= 1;
      const at = 32 * (this.depth - 1);
      peaks.write(nodeDigest(peaks, at), at, 'latin1');
    }
    this.count += 1;
  }

  /** Writes the root over the leaves so far; there is at least one. */
  root(into: Buffer, at: number): void {
    const { folded, depth } = this;
    this.peaks.copy(folded, 0, 0, 32 * depth);
    for (let i = depth - 2; i >= 0; i--) {
      folded.write(nodeDigest(folded, 32 * i), 32 * i, 'latin1');
    }
    folded.copy(into, at, 0, 32);
  }
}
