import { isTieoutError } from '../kernel/errors';
import { readBundle } from './entry-bundle';
import { type ExportedFolder } from './exported-folder';
import { type BlockReader, type BlockRows, type TileRow } from './fsck-rows';
import { TILE_WIDTH } from './tile-builder';
import { bundlePath, tilePath } from './tile-path';
import { partialWidth } from './tile-reader';

const NOTHING = Buffer.alloc(0);
/** of each entry in a bundle */
const LENGTH_BYTES = 2;

/** Reads blocks of an exported log. A bundle whose framing is broken gives no entries. */
export class FolderBlockReader implements BlockReader {
  /** @param size of the log, by its checkpoint */
  constructor(
    private readonly folder: ExportedFolder,
    private readonly size: number,
  ) {}

  read(first: number, count: number): BlockRows {
    const bundles: Uint8Array[] = [];
    const tiles: (TileRow | undefined)[] = [];
    for (let n = first / TILE_WIDTH; n * TILE_WIDTH < first + count; n++) {
      bundles.push(this.piece(bundlePath(n, partialWidth(n, this.size))) ?? NOTHING);
      const hashes = this.tile(n);
      tiles.push(hashes && { hashes, root: undefined });
    }
    return {
      ...{ first, count, tiles, ...(whole(bundles, count) ?? inPieces(bundles, count)) },
      ...{ columns: 'none', checkpoints: [], nextSize: undefined },
    };
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

type Entries = Pick<BlockRows, 'bytes' | 'ends' | 'gap'>;

/** Bundles as they are, when each is full but the last, and all are whole. */
function whole(bundles: readonly Uint8Array[], count: number): Entries | undefined {
  const bytes = Buffer.concat(bundles);
  const ends = new Int32Array(count);
  let at = 0;
  let n = 0;
  let boundary = 0;
  for (let i = 0; i < count; i++) {
    if (i % TILE_WIDTH === 0) {
      if (at !== boundary) return undefined;
      boundary += bundles[n++]?.length ?? 0;
    }
    const end = at + LENGTH_BYTES + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (end > boundary) return undefined;
    ends[i] = at = end;
  }
  return at === bytes.length ? { bytes, ends, gap: LENGTH_BYTES } : undefined;
}

/** What is left of bundles that are missing or broken: none of the entries of those. */
function inPieces(bundles: readonly Uint8Array[], count: number): Entries {
  const entries = bundles.flatMap((bundle, n) => {
    const found = readBundle(bundle) ?? [];
    const width = Math.min(TILE_WIDTH, count - n * TILE_WIDTH);
    return Array.from({ length: width }, (_, i) => found[i] ?? NOTHING);
  });
  const ends = new Int32Array(count);
  for (let i = 0, end = 0; i < count; i++) ends[i] = end += (entries[i] as Uint8Array).length;
  return { bytes: Buffer.concat(entries), ends, gap: 0 };
}
