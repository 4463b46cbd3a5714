import { rootOf } from './merkle-log';
import { edgeBytes, Frontier } from './frontier';
import { type CheckedBlock } from './fsck-block-work';
import { type FullTile, TILE_WIDTH, TileBuilder } from './tile-builder';

/**
 * The tree over a log that is checked tile by tile. What the threads hashed is taken as it is; only a tile in which a
 * better leaf than the computed one was found is hashed again.
 */
export class FsckTree {
  /** over the hashes of full level-0 tiles, so that its level 0 is level 1 of the log */
  private readonly upper = TileBuilder.empty();
  private readonly blocks: CheckedBlock[] = [];
  private readonly changed = new Set<number>();
  private readonly vouched = new Map<number, Uint8Array>();

  /** Full tiles that were taken. */
  get tiles(): number {
    return this.upper.frontier.size;
  }

  add(block: CheckedBlock): void {
    this.blocks.push(block);
  }

  /** The block with a place; it stays here while its tile or anything before it is not taken. */
  blockOf(index: number): CheckedBlock {
    const block = this.blocks.find(({ first, count }) => index >= first && index < first + count);
    if (block === undefined) throw new RangeError(`index ${index} is in no open block`);
    return block;
  }

  /** By the checkpoints, the size of the commit of a place. */
  commitSizeOf(index: number): number | undefined {
    const { checkpoints, nextSize } = this.blockOf(index);
    return checkpoints.find(({ size }) => size > index)?.size ?? nextSize;
  }

  leaf(index: number): Uint8Array {
    const { first, leaves } = this.blockOf(index);
    return leaves.subarray(32 * (index - first), 32 * (index - first + 1));
  }

  /** A better leaf than the one that was computed. */
  replaceLeaf(index: number, leaf: Uint8Array): void {
    this.leaf(index).set(leaf);
    this.changed.add(Math.floor(index / TILE_WIDTH));
  }

  /** The hash over a full tile is known, although its leaves are not. */
  vouch(tile: number, root: Uint8Array): void {
    this.vouched.set(tile, root);
  }

  tileRoot(tile: number): Uint8Array {
    const vouched = this.vouched.get(tile);
    if (vouched !== undefined) return vouched;
    const from = tile * TILE_WIDTH;
    if (this.changed.has(tile)) return rootOf(this.leavesOf(from, from + TILE_WIDTH));
    const { first, tileRoots } = this.blockOf(from);
    const at = 32 * ((from - first) / TILE_WIDTH);
    return tileRoots.subarray(at, at + 32);
  }

  /** @param partial hash over the leaves behind the last full tile, where the thread that computed the leaves told it */
  rootAt(size: number, partial?: Uint8Array): Uint8Array {
    const full = Math.floor(size / TILE_WIDTH);
    const frontier = this.upper.frontier.copy();
    for (let t = this.tiles; t < full; t++) frontier.append(this.tileRoot(t));
    const rest = size - full * TILE_WIDTH;
    if (rest === 0) return frontier.root();
    const isUsable = partial !== undefined && !this.changed.has(full);
    const over = isUsable ? partial : rootOf(this.leavesOf(full * TILE_WIDTH, size));
    // The part behind the last full tile stands in the tree where one more tile would.
    frontier.append(over);
    return frontier.root();
  }

  /** The right edge of the log at a size that is not behind what was taken. */
  edgeAt(size: number): Uint8Array {
    return edgeBytes(this.frontierAt(size).edge());
  }

  /** Leaf by leaf: for trying other leaves behind it. */
  frontierAt(size: number): Frontier {
    const full = Math.floor(size / TILE_WIDTH);
    const tiles = this.upper.frontier.copy();
    for (let t = this.tiles; t < full; t++) tiles.append(this.tileRoot(t));
    const frontier = Frontier.of(full * TILE_WIDTH, tiles.edge());
    for (const leaf of this.leavesOf(full * TILE_WIDTH, size)) frontier.append(leaf);
    return frontier;
  }

  /** Takes every tile that is full at a size. @returns the tiles of upper levels that became full, with their level in the log */
  take(size: number): FullTile[] {
    const full = Math.floor(size / TILE_WIDTH);
    for (let t = this.tiles; t < full; t++) {
      this.upper.append(this.tileRoot(t));
      this.changed.delete(t);
      this.vouched.delete(t);
    }
    for (let [block] = this.blocks; block !== undefined; [block] = this.blocks) {
      if (block.first + block.count > full * TILE_WIDTH) break;
      this.blocks.shift();
    }
    return this.upper.takeCompleted().map((tile) => ({ ...tile, level: tile.level + 1 }));
  }

  /** By level from 1 on: the hashes behind its last full tile. */
  get openUpper(): readonly (readonly Uint8Array[])[] {
    return this.upper.openHashes;
  }

  /** The leaves [from, to), 32 bytes each. */
  leavesBehind(from: number, to: number): Uint8Array {
    return Buffer.concat(this.leavesOf(from, to));
  }

  private leavesOf(from: number, to: number): Uint8Array[] {
    return Array.from({ length: to - from }, (_, i) => this.leaf(from + i));
  }
}
