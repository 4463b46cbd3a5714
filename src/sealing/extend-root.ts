import { EMPTY_ROOT, nodeHash } from '../kernel/hash';
import { splitOf } from './merkle-log';

/**
 * Root of a log after more leaves, by the recursive definition: the second path before a signature, which shares no
 * code with the frontier. Subtrees below the old size come from the old right edge, all others from the new leaves;
 * since the edge is checked against the last signed root first, the result extends what was signed.
 *
 * @param size leaves before
 * @param edge right edge of those, largest subtree first
 * @returns 32 bytes
 * @throws RangeError when the edge does not fit the size
 * @see RFC 6962, section 2.1
 */
export function extendRoot(
  size: number,
  edge: readonly Uint8Array[],
  added: readonly Uint8Array[],
): Uint8Array {
  const end = size + added.length;
  if (end === 0) return EMPTY_ROOT;
  const known = subtreesOf(size, edge);

  function treeHash(from: number, to: number): Uint8Array {
    const node = to <= size ? known.get(from) : undefined;
    if (node?.leaves === to - from) return node.hash;
    if (to - from === 1) return added[from - size] as Uint8Array;
    const middle = from + splitOf(to - from);
    return nodeHash(treeHash(from, middle), treeHash(middle, to));
  }
  return treeHash(0, end);
}

/** The perfect subtrees of the edge by their first leaf. */
function subtreesOf(
  size: number,
  edge: readonly Uint8Array[],
): ReadonlyMap<number, { leaves: number; hash: Uint8Array }> {
  const known = new Map<number, { leaves: number; hash: Uint8Array }>();
  let start = 0;
  for (const hash of edge) {
    const leaves = largestPowerWithin(size - start);
    if (start + leaves > size) throw new RangeError(`not the right edge of ${size} leaves`);
    known.set(start, { leaves, hash });
    start += leaves;
  }
  if (start !== size) throw new RangeError(`not the right edge of ${size} leaves`);
  return known;
}

function largestPowerWithin(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return power;
}
