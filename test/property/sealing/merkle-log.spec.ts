import * as fc from 'fast-check';

import { hex, leafHash } from '../../../src/kernel/hash';
import { CommitProofs } from '../../../src/sealing/commit-proofs';
import { extendRoot } from '../../../src/sealing/extend-root';
import { Frontier } from '../../../src/sealing/frontier';
import {
  consistencyProof,
  type HashReader,
  inclusionProof,
  rootOf,
} from '../../../src/sealing/merkle-log';
import { verifyConsistency, verifyInclusion } from '../../../src/sealing/merkle-verify';

const LEAVES_MAX = 300;
const leaves = Array.from({ length: LEAVES_MAX }, (_, i) => leafHash(Buffer.from(`event ${i}`)));
const known = new Map<string, Uint8Array>();
const read: HashReader = (level, index) => {
  const key = `${level}/${index}`;
  const node = known.get(key) ?? rootOf(leaves, index * 2 ** level, (index + 1) * 2 ** level);
  known.set(key, node);
  return node;
};

function frontierOf(size: number): Frontier {
  const frontier = Frontier.empty();
  leaves.slice(0, size).forEach((leaf) => frontier.append(leaf));
  return frontier;
}

const sized = fc
  .integer({ min: 1, max: LEAVES_MAX })
  .chain((size) =>
    fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }),
  );
const twoSizes = fc
  .integer({ min: 1, max: LEAVES_MAX })
  .chain((to) => fc.record({ to: fc.constant(to), from: fc.integer({ min: 1, max: to }) }));

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = Math.floor(bit / 8);
  copy[at] = (copy[at] as number) ^ (1 << (bit % 8));
  return copy;
}

describe('inclusion proofs', () => {
  it('verify for any index at any size', () => {
    fc.assert(
      fc.property(sized, ({ size, index }) => {
        const hashes = inclusionProof(index, size, read);
        const root = rootOf(leaves, 0, size);
        expect(verifyInclusion({ index, size, leaf: leaves[index]!, root, hashes })).toBe(true);
      }),
    );
  });

  it('are refused with any bit flipped, another index, size or length', () => {
    const bit = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(sized, bit, fc.nat(), ({ size, index }, bit, pick) => {
        const hashes = inclusionProof(index, size, read);
        const good = { index, size, leaf: leaves[index]!, root: rootOf(leaves, 0, size), hashes };
        const bad = [
          { ...good, leaf: flipped(good.leaf, bit) },
          { ...good, root: flipped(good.root, bit) },
          { ...good, index: size },
          { ...good, index: -1 },
          { ...good, hashes: [...hashes, good.root] },
          { ...good, hashes: [good.leaf, ...hashes] },
          { ...good, root: good.root.subarray(0, 31) },
        ];
        if (hashes.length > 0) {
          const at = pick % hashes.length;
          bad.push({ ...good, hashes: hashes.map((h, i) => (i === at ? flipped(h, bit) : h)) });
          bad.push({ ...good, hashes: hashes.filter((_, i) => i !== at) });
          bad.push({ ...good, hashes: hashes.map((h, i) => (i === at ? h.subarray(1) : h)) });
          bad.push({ ...good, index: (index + 1 + (pick % (size - 1))) % size });
        }
        for (const proof of bad) expect(verifyInclusion(proof)).toBe(false);
      }),
    );
  });

  it('come from a commit alone as they come from the whole log', () => {
    fc.assert(
      fc.property(twoSizes, ({ from, to }) => {
        const first = from - 1;
        const commit = new CommitProofs(first, leaves.slice(first, to), frontierOf(first).edge());
        for (let index = first; index < to; index += 1) {
          expect(commit.proofOf(index).map(hex)).toEqual(inclusionProof(index, to, read).map(hex));
        }
      }),
    );
  });
});

describe('consistency proofs', () => {
  it('verify between any two sizes', () => {
    fc.assert(
      fc.property(twoSizes, ({ from, to }) => {
        const hashes = consistencyProof(from, to, read);
        const roots = { fromRoot: rootOf(leaves, 0, from), toRoot: rootOf(leaves, 0, to) };
        expect(verifyConsistency({ from, to, ...roots, hashes })).toBe(true);
      }),
    );
  });

  it('are refused with any bit flipped, from size 0 and for swapped sizes', () => {
    const bit = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(twoSizes, bit, fc.nat(), ({ from, to }, bit, pick) => {
        const hashes = consistencyProof(from, to, read);
        const good = {
          from,
          to,
          fromRoot: rootOf(leaves, 0, from),
          toRoot: rootOf(leaves, 0, to),
          hashes,
        };
        const bad = [
          { ...good, fromRoot: flipped(good.fromRoot, bit) },
          { ...good, toRoot: flipped(good.toRoot, bit) },
          { ...good, from: 0 },
          { ...good, hashes: [...hashes, good.toRoot] },
        ];
        if (from < to) bad.push({ ...good, from: to, to: from });
        if (hashes.length > 0) {
          const at = pick % hashes.length;
          bad.push({ ...good, hashes: hashes.map((h, i) => (i === at ? flipped(h, bit) : h)) });
          bad.push({ ...good, hashes: hashes.filter((_, i) => i !== at) });
        }
        for (const proof of bad) expect(verifyConsistency(proof)).toBe(false);
      }),
    );
  });
});

describe('the second path before a signature', () => {
  it('gives the root of the frontier from any signed size', () => {
    fc.assert(
      fc.property(twoSizes, ({ from, to }) => {
        const edge = frontierOf(from).edge();
        expect(hex(extendRoot(from, edge, leaves.slice(from, to)))).toBe(
          hex(frontierOf(to).root()),
        );
      }),
    );
  });

  it('refuses an edge that does not fit the size', () => {
    expect(() => extendRoot(6, frontierOf(7).edge(), [])).toThrow(RangeError);
    expect(() => extendRoot(7, frontierOf(6).edge(), [])).toThrow(RangeError);
  });
});
