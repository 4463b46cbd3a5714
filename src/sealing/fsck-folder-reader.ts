import { isTieoutError } from '../kernel/errors';
import { readBundle } from './entry-bundle';
import { type ExportedFolder } from './exported-folder';
import { type BlockReader, type BlockRows, type TileRow } from './fsck-rows';
import { TILE_WIDTH } from './tile-builder';
import { bundlePath, tilePath } from './tile-path';
import { partialWidth } from './tile-reader';

const NOTHING = Buffer.alloc(0);

/** Reads blocks of an exported log. A bundle whose framing is broken gives no entries. */
export class FolderBlockReader implements BlockReader {
  /** @param size of the log, by its checkpoint */
  constructor(
    private readonly folder: ExportedFolder,
    private readonly size: number,
  ) {}

  read(first: number, count: number): BlockRows {
    const entries: Uint8Array[] = [];
    const tiles: (TileRow | undefined)[] = [];
    for (let n = first / TILE_WIDTH; n * TILE_WIDTH < first + count; n++) {
      const width = Math.min(TILE_WIDTH, first + count - n * TILE_WIDTH);
      const bundle = this.bundle(n);
      for (let i = 0; i < width; i++) entries.push(bundle[i] ?? NOTHING);
      const hashes = this.tile(n);
      tiles.push(hashes && { hashes, root: undefined });
    }
    const ends = new Int32Array(count);
    for (let i = 0, end = 0; i < count; i++) ends[i] = end += (entries[i] as Uint8Array).length;
    return {
      ...{ first, count, ends, tiles, bytes: Buffer.concat(entries) },
      ...{ columns: 'none', checkpoints: [], nextSize: undefined },
    };
  }

  /** The entries of a bundle; fewer than there must be when it is missing or broken. */
  bundle(n: number): readonly Uint8Array[] {
    const bytes = this.piece(bundlePath(n, partialWidth(n, this.size)));
    return (bytes && readBundle(bytes)) ?? [];
  }

  /** The hashes of a level-0 tile as stored. */
  tile(n: number): Uint8Array | undefined {
    return this.piece(tilePath(0, n, partialWidth(n, this.size)));
  }

  /** A file that is refused is as good as missing here; why, is said when its places are looked at. */
  private piece(path: string): Uint8Array | undefined {
    try {
      return this.folder.piece(path);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return undefined;
    }
  }

  close(): void {
    // Every file is closed as soon as it was read.
  }
}
