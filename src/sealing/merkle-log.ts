import { EMPTY_ROOT, nodeHash } from '../kernel/hash';

/**
 * The hash of a perfect subtree: leaves [index * 2^level, (index + 1) * 2^level), all of which exist.
 *
 * @param level 0 is the leaves
 */
export type HashReader = (level: number, index: number) => Uint8Array;

/** Largest power of two below `n`, n > 1. Not by shifts: sizes pass 2^32. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const isPowerOfTwo = (n: number): boolean => splitOf(n + 1) === n || n === 1;

/**
 * Hash of leaves [start, end) from perfect subtrees; `start` must be aligned as the recursion of RFC 6962 aligns it.
 *
 * @returns 32 bytes; the hash of nothing for an empty range
 * @see RFC 6962, section 2.1: the left subtree holds the largest power of two below the size
 */
export function rangeHash(start: number, end: number, read: HashReader): Uint8Array {
  const n = end - start;
  if (n === 0) return EMPTY_ROOT;
  if (isPowerOfTwo(n)) return read(Math.round(Math.log2(n)), start / n);
  const middle = start + splitOf(n);
  return nodeHash(rangeHash(start, middle, read), rangeHash(middle, end, read));
}

/**
 * Root hash over the leaves [start, end).
 *
 * @param leaves leaf hashes in log order, 32 bytes each
 * @param end one past the last leaf; 0 <= start <= end <= leaves.length
 * @throws RangeError when the range is out of bounds
 * @see RFC 6962, section 2.1
 */
export function rootOf(leaves: readonly Uint8Array[], start = 0, end = leaves.length): Uint8Array {
  if (start < 0 || start > end || end > leaves.length)
    throw new RangeError(`no leaves [${start}, ${end})`);
  if (start === end) return EMPTY_ROOT;
  if (end - start === 1) return leaves[start] as Uint8Array;
  const middle = start + splitOf(end - start);
  return nodeHash(rootOf(leaves, start, middle), rootOf(leaves, middle, end));
}

/**
 * Audit path of one leaf, its sibling first.
 *
 * @throws RangeError unless 0 <= index < size
 * @see RFC 9162, section 2.1.3.1
 */
export function inclusionProof(index: number, size: number, read: HashReader): Uint8Array[] {
  if (!isIndex(index) || !isIndex(size) || index >= size) {
    throw new RangeError(`index ${index} is not in a log of ${size}`);
  }
  const path: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push(rangeHash(middle, end, read));
      end = middle;
    } else {
      path.push(rangeHash(start, middle, read));
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * Shows that the log of `from` leaves is the beginning of the log of `to` leaves. Empty for equal sizes and from 0,
 * where there is nothing to show.
 *
 * @throws RangeError unless 0 <= from <= to
 * @see RFC 9162, section 2.1.4.1
 */
export function consistencyProof(from: number, to: number, read: HashReader): Uint8Array[] {
  if (!isIndex(from) || !isIndex(to) || from > to)
    throw new RangeError(`no proof from ${from} to ${to}`);
  if (from === 0 || from === to) return [];
  const path: Uint8Array[] = [];
  let start = 0;
  let end = to;
  let isWholeOld = true;
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      path.push(rangeHash(middle, end, read));
      end = middle;
    } else {
      path.push(rangeHash(start, middle, read));
      start = middle;
      isWholeOld = false;
    }
  }
  if (!isWholeOld) path.push(rangeHash(start, end, read));
  return path.reverse();
}

const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
