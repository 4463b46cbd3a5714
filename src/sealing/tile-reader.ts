/** The sealed log in the pieces in which other people's tools fetch it. Answers are of committed events only. */
export interface TileReader {
  /**
   * Hashes of one tile, 32 bytes each.
   *
   * @param width number of hashes, 1 to 256
   * @throws TieoutError `not-found` when the log is too small to have had such a tile
   * @see C2SP tlog-tiles v0.1.0: hash i of tile n at level L is the tree hash of leaves [(256n+i)*256^L, (256n+i+1)*256^L)
   */
  tile(level: number, n: number, width: number): Uint8Array;
  /**
   * Entries [256n, 256n + width), each with its length before it as two bytes, big-endian.
   *
   * @param width number of entries, 1 to 256
   * @throws TieoutError `not-found` when the log is too small to have had such a bundle
   */
  bundle(n: number, width: number): Uint8Array;
}

/** Hashes that level `level` of a log of that size holds. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / 256 ** level);

/**
 * What a path says of tile or bundle `n` of a level with that many hashes: 0 when it is full, else its width.
 *
 * @param n one that is not empty
 */
export const partialWidth = (n: number, hashes: number): number =>
  hashes >= 256 * (n + 1) ? 0 : hashes - 256 * n;
