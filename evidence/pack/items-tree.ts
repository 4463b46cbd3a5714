import { createHash } from 'node:crypto';
import MerkleTools from 'merkle-tools';

/** The library keeps every level in memory: a million leaves would need 0.9 GB. */
export const PACK_ITEMS_MAX = 100_000;

const LEAF_TAG = Buffer.from('tieout/pack-item/v1\n');
const ROOT_TAG = Buffer.from('tieout/pack-root/v1\n');
const NO_ITEMS = Buffer.alloc(32);

export interface ItemsTree {
  readonly count: number;
  /** 32 bytes; binds the count, which the tree's own root does not */
  readonly root: Uint8Array;
  /** 32 bytes each, in the order of the items */
  readonly leaves: readonly Uint8Array[];
  /** Sibling hashes of one item, the leaf's own sibling first. Sides follow from index and count. */
  path(index: number): Uint8Array[];
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/**
 * Leaf of one item.
 *
 * The library hashes nodes without a prefix, so an inner node could pass as a leaf. Hence the tag: the preimage of a
 * leaf is 68 bytes, that of a node 64. Index and count stand inside the leaf, so a proof cannot be moved.
 *
 * @param manifestLines the lines of `manifest-sha256.txt` that name the item's files, with their line ends
 */
export function itemLeaf(index: number, count: number, manifestLines: Uint8Array): Uint8Array {
  return sha256(LEAF_TAG, u64(index), u64(count), sha256(manifestLines));
}

/**
 * The tree that lets one item be handed on with proof that it belongs to a signed pack.
 *
 * @param manifests for each item the bytes of its manifest lines, in the order of the items
 * @throws RangeError above `PACK_ITEMS_MAX` items
 */
export function itemsTree(manifests: readonly Uint8Array[]): ItemsTree {
  const count = manifests.length;
  if (count > PACK_ITEMS_MAX)
    throw new RangeError(`A pack holds at most ${PACK_ITEMS_MAX} items, not ${count}.`);
  const leaves = manifests.map((lines, index) => itemLeaf(index, count, lines));
  const tree = new MerkleTools({ hashType: 'sha256' });
  // Only buffers of 32 bytes: as hexadecimal text an odd or short string is taken for another hash.
  for (const leaf of leaves) tree.addLeaf(Buffer.from(leaf));
  tree.makeTree();
  const treeRoot = count === 0 ? NO_ITEMS : (tree.getMerkleRoot() ?? NO_ITEMS);
  return {
    count,
    root: sha256(ROOT_TAG, u64(count), treeRoot),
    leaves,
    path(index) {
      const proof = tree.getProof(index);
      if (proof === null) throw new RangeError(`There is no item ${index} among ${count}.`);
      return proof.map((step) => Buffer.from('left' in step ? step.left : step.right, 'hex'));
    },
  };
}
