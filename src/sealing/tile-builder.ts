import { Frontier } from './frontier';

/** 256 hashes of one level; `root` is the hash of the level above at `n`. */
export interface FullTile {
  readonly level: number;
  readonly n: number;
  /** 8,192 bytes */
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/**
 * A frontier that also cuts tiles: hash i of tile n at level L is the tree hash of leaves
 * [(256n + i) * 256^L, (256n + i + 1) * 256^L).
 */
export class TileBuilder {
  private completed: FullTile[] = [];

  private constructor(
    readonly frontier: Frontier,
    /** by level, the hashes of the tile that is not full yet */
    private readonly open: Uint8Array[][],
  ) {}

  static empty(): TileBuilder {
    return new TileBuilder(Frontier.empty(), []);
  }

  /** @param open as stored: for each level the hashes behind its last full tile */
  static of(frontier: Frontier, open: readonly (readonly Uint8Array[])[]): TileBuilder {
    return new TileBuilder(
      frontier,
      open.map((hashes) => [...hashes]),
    );
  }

  copy(): TileBuilder {
    return TileBuilder.of(this.frontier.copy(), this.open);
  }

  append(leaf: Uint8Array): void {
    this.push(0, leaf);
    this.frontier.append(leaf, this.onNode);
  }

  /** The tiles that became full since the last call, lower levels first within a place. */
  takeCompleted(): FullTile[] {
    const tiles = this.completed;
    this.completed = [];
    return tiles;
  }

  /** By level, the hashes behind the last full tile. */
  get openHashes(): readonly (readonly Uint8Array[])[] {
    return this.open;
  }

  private readonly onNode = (treeLevel: number, node: Uint8Array): void => {
    if (treeLevel % TILE_HEIGHT !== 0) return;
    const level = treeLevel / TILE_HEIGHT - 1;
    const hashes = this.open[level] as Uint8Array[];
    const n = this.frontier.size / TILE_WIDTH ** (level + 1);
    this.completed.push({ level, n: Math.floor(n), hashes: Buffer.concat(hashes), root: node });
    this.open[level] = [];
    this.push(level + 1, node);
  };

  private push(level: number, hash: Uint8Array): void {
    (this.open[level] ??= []).push(hash);
  }
}
