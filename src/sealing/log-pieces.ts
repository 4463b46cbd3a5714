import { bundlePath, tilePath } from './tile-path';
import { hashesAt, partialWidth } from './tile-reader';

/** One file of an exported log. */
export interface LogPiece {
  readonly level: number | 'entries';
  readonly n: number;
  /** hashes or entries in it, 1 to 256 */
  readonly width: number;
  /** as C2SP tlog-tiles names it, from `tile/` on */
  readonly path: string;
}

/**
 * Bundles and tiles that a log of `size` has and the same log of `from` had not: with `from` 0 all of them. Bundles in the
 * order of the log, each before its level-0 tile; then the upper levels.
 *
 * @param from 0 <= from <= size
 */
export function* logPieces(size: number, from = 0): Generator<LogPiece> {
  for (const n of grown(size, from)) {
    yield pieceOf('entries', n, size);
    yield pieceOf(0, n, size);
  }
  for (let level = 1; hashesAt(level, size) > 0; level += 1) {
    const hashes = hashesAt(level, size);
    for (const n of grown(hashes, hashesAt(level, from))) yield pieceOf(level, n, hashes);
  }
}

/** Number of pieces that `logPieces` gives. */
export function countPieces(size: number, from = 0): number {
  let count = 0;
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const [hashes, had] = [hashesAt(level, size), hashesAt(level, from)];
    const tiles = hashes === had ? 0 : Math.ceil(hashes / 256) - Math.floor(had / 256);
    count += level === 0 ? 2 * tiles : tiles;
  }
  return count;
}

/** Partial pieces of the log of `from` that are full in the log of `size`, and so may go. */
export function* outgrownPieces(size: number, from: number): Generator<string> {
  for (let level = 0; hashesAt(level, from) > 0; level += 1) {
    const had = hashesAt(level, from);
    const n = Math.floor(had / 256);
    if (had % 256 === 0 || hashesAt(level, size) < 256 * (n + 1)) continue;
    yield tilePath(level, n, had % 256);
    if (level === 0) yield bundlePath(n, had % 256);
  }
}

function* grown(hashes: number, had: number): Generator<number> {
  if (hashes === had) return;
  for (let n = Math.floor(had / 256); n * 256 < hashes; n += 1) yield n;
}

function pieceOf(level: number | 'entries', n: number, hashes: number): LogPiece {
  const partial = partialWidth(n, hashes);
  const path = level === 'entries' ? bundlePath(n, partial) : tilePath(level, n, partial);
  return { level, n, width: partial === 0 ? 256 : partial, path };
}
