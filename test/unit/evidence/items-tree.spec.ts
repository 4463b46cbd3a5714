import { createHash } from 'node:crypto';

import { itemLeaf, itemsTree, PACK_ITEMS_MAX } from '../../../evidence/pack/items-tree';
import { hex } from '../../../src/kernel/hash';

const lines = (n: number): Uint8Array =>
  Buffer.from(`${'0'.repeat(64)}  data/items/T-${n}/entries.jsonl\n`);
const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const u64 = (n: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(n));
  return bytes;
};

/** The root by the definition of docs/reference/pack-format.md, without any library. */
function rootByDefinition(manifests: readonly Uint8Array[]): Buffer {
  const n = manifests.length;
  let level = manifests.map((m, i) =>
    sha256(Buffer.from('tieout/pack-item/v1\n'), u64(i), u64(n), sha256(m)),
  );
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]];
      next.push(right === undefined ? left : sha256(left, right));
    }
    level = next;
  }
  return sha256(Buffer.from('tieout/pack-root/v1\n'), u64(n), level[0] ?? Buffer.alloc(32));
}

/** Walks a path as the verifier does: number and sides follow from index and count alone. */
function rootFromPath(
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  index: number,
  count: number,
): Buffer {
  let node = leaf;
  let rest = [...path];
  for (let i = index, n = count; n > 1; i = Math.floor(i / 2), n = Math.ceil(n / 2)) {
    if (i % 2 === 0 && i === n - 1) continue;
    const sibling = rest[0]!;
    node = i % 2 === 0 ? sha256(node, sibling) : sha256(sibling, node);
    rest = rest.slice(1);
  }
  expect(rest).toHaveLength(0);
  return sha256(Buffer.from('tieout/pack-root/v1\n'), u64(count), node);
}

describe('items tree', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])(
    'of %i items has the root that the format defines',
    (n) => {
      const manifests = Array.from({ length: n }, (_, i) => lines(i));
      expect(hex(itemsTree(manifests).root)).toBe(hex(rootByDefinition(manifests)));
    },
  );

  it.each([1, 2, 3, 5, 8, 13])(
    'proves each of %i items by a path whose sides follow from its index',
    (n) => {
      const tree = itemsTree(Array.from({ length: n }, (_, i) => lines(i)));
      tree.leaves.forEach((leaf, i) => {
        expect(hex(rootFromPath(leaf, tree.path(i), i, n))).toBe(hex(tree.root));
      });
      expect(tree.leaves).toHaveLength(n);
    },
  );

  it('has 32 zero bytes in the place of a tree for no items', () => {
    expect(hex(itemsTree([]).root)).toBe(
      hex(sha256(Buffer.from('tieout/pack-root/v1\n'), u64(0), Buffer.alloc(32))),
    );
  });

  it('gives another leaf to the same files at another place or in another pack', () => {
    const leaves = [
      itemLeaf(0, 2, lines(0)),
      itemLeaf(1, 2, lines(0)),
      itemLeaf(0, 3, lines(0)),
    ].map(hex);
    expect(new Set(leaves).size).toBe(3);
  });

  it('does not share a root between three items and two, one of which is a node of the three', () => {
    const [a, b, c] = [lines(0), lines(1), lines(2)];
    const three = itemsTree([a, b, c]);
    const node = sha256(three.leaves[0]!, three.leaves[1]!);
    expect(hex(itemsTree([node, c]).root)).not.toBe(hex(three.root));
  });

  it('refuses more items than it can hold, and an index beyond them', () => {
    expect(() => itemsTree(new Array<Uint8Array>(PACK_ITEMS_MAX + 1))).toThrow(RangeError);
    expect(() => itemsTree([lines(0)]).path(1)).toThrow(RangeError);
  });
});
