import { nodeHash } from '../kernel/hash';

interface Level {
  /** index of the first node kept */
  readonly base: number;
  readonly nodes: readonly Uint8Array[];
  /** hash of the leaves behind the last whole node of this level; undefined when there are none */
  readonly rest: Uint8Array | undefined;
}

/**
 * Inclusion proofs of the leaves of one commit against the size after it, from the right edge before it and the new
 * leaves alone. One hash a leaf to build, none to give a proof.
 */
export class CommitProofs {
  private readonly levels: readonly Level[];
  readonly size: number;

  /** @param edge right edge before the commit, largest subtree first */
  constructor(
    readonly firstIndex: number,
    leaves: readonly Uint8Array[],
    edge: readonly Uint8Array[],
  ) {
    this.size = firstIndex + leaves.length;
    this.levels = levelsOf(firstIndex, leaves, edge);
  }

  /**
   * @returns the leaf's sibling first
   * @throws RangeError for a leaf that the commit did not add
   * @see RFC 9162, section 2.1.3.1
   */
  proofOf(index: number): Uint8Array[] {
    if (index < this.firstIndex || index >= this.size) {
      throw new RangeError(`index ${index} is not of this commit`);
    }
    const path: Uint8Array[] = [];
    let at = index;
    for (const { base, nodes, rest } of this.levels) {
      const sibling = at % 2 === 0 ? at + 1 : at - 1;
      const whole = nodes[sibling - base];
      // A right sibling that is not whole is the rest of the tree; if that is empty too, the node goes up unchanged.
      if (whole !== undefined) path.push(whole);
      else if (sibling > at && sibling === base + nodes.length && rest !== undefined)
        path.push(rest);
      at = Math.floor(at / 2);
    }
    return path;
  }
}

function levelsOf(
  firstIndex: number,
  leaves: readonly Uint8Array[],
  edge: readonly Uint8Array[],
): Level[] {
  const size = firstIndex + leaves.length;
  const levels: Level[] = [];
  let edgeLeft = edge.length;
  let first = firstIndex;
  let nodes: Uint8Array[] = [...leaves];
  let rest: Uint8Array | undefined;
  for (let width = size; width > 1 || (width === 1 && rest !== undefined);) {
    let base = first;
    // An odd start needs the last subtree of the old edge as its left neighbour.
    if (first % 2 === 1) {
      edgeLeft -= 1;
      nodes.unshift(edge[edgeLeft] as Uint8Array);
      base = first - 1;
    }
    levels.push({ base, nodes, rest });
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < nodes.length; i += 2) {
      above.push(nodeHash(nodes[i] as Uint8Array, nodes[i + 1] as Uint8Array));
    }
    if (width % 2 === 1) {
      const last = nodes.at(-1) as Uint8Array;
      rest = rest === undefined ? last : nodeHash(last, rest);
    }
    nodes = above;
    first = Math.floor(first / 2);
    width = Math.floor(width / 2);
  }
  return levels;
}
