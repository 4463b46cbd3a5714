/** What a commit tells of its place in the log. */
export interface CommittedLeaves {
  readonly firstIndex: number;
  readonly leaves: readonly Uint8Array[];
}

const LEAVES_KEPT_MAX = 32_768;

/**
 * Leaves of the latest commits by log index. An append that succeeded may have met the same event of another attempt, so
 * what was sent is compared with what was committed.
 */
export class RecentLeaves {
  private commits: CommittedLeaves[] = [];
  private kept = 0;

  /** Pass every commit here, before its appends are answered. */
  onCommit({ firstIndex, leaves }: CommittedLeaves): void {
    this.commits.push({ firstIndex, leaves });
    this.kept += leaves.length;
    while (this.kept > LEAVES_KEPT_MAX && this.commits.length > 1) {
      this.kept -= this.commits.shift()?.leaves.length ?? 0;
    }
  }

  /** 32 bytes; `undefined` for an index that is not among the latest. */
  at(index: number): Uint8Array | undefined {
    for (let i = this.commits.length - 1; i >= 0; i -= 1) {
      const commit = this.commits[i];
      if (commit !== undefined && index >= commit.firstIndex)
        return commit.leaves[index - commit.firstIndex];
    }
    return undefined;
  }
}
