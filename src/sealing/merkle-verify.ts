import { timingSafeEqual } from 'node:crypto';

import { nodeHash } from '../kernel/hash';

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  /** the leaf's sibling first */
  readonly hashes: readonly Uint8Array[];
}

export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly hashes: readonly Uint8Array[];
}

const half = (n: number): number => Math.floor(n / 2);
const isHash = (h: Uint8Array): boolean => h.length === 32;

/**
 * True when the leaf is at that index of the log with that root. Exactly as many hashes as (index, size) needs; every
 * hash has 32 bytes, so a shorter one cannot shift the border between left and right.
 *
 * @param inclusion `size` and `root` must come from a verified checkpoint, never from a field beside the proof
 * @see RFC 9162, section 2.1.3.2
 */
export function verifyInclusion({ index, size, leaf, root, hashes }: Inclusion): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    return false;
  if (![leaf, root, ...hashes].every(isHash)) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of hashes) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      r = nodeHash(r, p);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && timingSafeEqual(r, root);
}

/**
 * True when the log of `from` leaves is the beginning of the log of `to` leaves. Size 0 is refused: every log extends
 * the empty one, so a proof from there would vouch for nothing.
 *
 * @see RFC 9162, section 2.1.4.2
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, hashes }: Consistency): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || from > to)
    return false;
  if (![fromRoot, toRoot, ...hashes].every(isHash)) return false;
  if (from === to) return hashes.length === 0 && timingSafeEqual(fromRoot, toRoot);
  if (hashes.length === 0) return false;
  let fn = from - 1;
  let sn = to - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  // When `from` is a power of two its root is itself the first node, and the proof leaves it out.
  const [first, ...rest] = fn === 0 ? [fromRoot, ...hashes] : hashes;
  let fr = first as Uint8Array;
  let sr = fr;
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && timingSafeEqual(fr, fromRoot) && timingSafeEqual(sr, toRoot);
}
