/** What a commit tells of its place in the log. */
export interface CommittedLeaves {
  readonly firstIndex: number;
  /** 32 bytes each */
  readonly leaves: Uint8Array;
}

const LEAF_BYTES = 32;
const LEAVES_KEPT_MAX = 32_768;

/**
 * Leaves of the latest commits by log index. An append that succeeded may have met the same event of another attempt, so
 * what was sent is compared with what was committed.
 */
export class RecentLeaves {
  private commits: { readonly firstIndex: number; readonly leaves: Buffer }[] = [];
  private kept = 0;

  /** Pass every commit here, before its appends are answered. */
  onCommit({ firstIndex, leaves }: CommittedLeaves): void {
    const { buffer, byteOffset, byteLength } = leaves;
    this.commits.push({ firstIndex, leaves: Buffer.from(buffer, byteOffset, byteLength) });
    this.kept += byteLength;
    while (this.kept > LEAVES_KEPT_MAX * LEAF_BYTES && this.commits.length > 1) {
      this.kept -= this.commits.shift()?.leaves.length ?? 0;
    }
  }

  /** Whether the leaf at an index is this one; `undefined` for an index that is not among the latest. */
  holds(index: number, leaf: Uint8Array): boolean | undefined {
    for (let i = this.commits.length - 1; i >= 0; i -= 1) {
      const commit = this.commits[i];
      if (commit === undefined || index < commit.firstIndex) continue;
      const at = (index - commit.firstIndex) * LEAF_BYTES;
      if (at >= commit.leaves.length) return undefined;
      return commit.leaves.compare(leaf, 0, LEAF_BYTES, at, at + LEAF_BYTES) === 0;
    }
    return undefined;
  }
}
