import { Frontier } from './frontier';
import { type LogCopy } from './fsck-copy';
import { chooseLeaves, distinct } from './leaf-candidates';
import { rootOf } from './merkle-log';
import { TILE_WIDTH } from './tile-builder';

/**
 * The stored hashes over the full level-0 tiles, when they lead to a signed root: then each is what its entries must give,
 * and a bad entry is bounded to its tile before anything was read. Where one of them was changed, the tile below may tell
 * the right one.
 *
 * @param root signed, of the whole log
 * @returns 32 bytes a tile; undefined when no choice of copies leads to the root
 */
export function vouchedRoots(copy: LogCopy, root: Uint8Array): Uint8Array | undefined {
  const stored = copy.tileRoots();
  if (stored === undefined) return undefined;
  const roots = hashesOf(stored.roots);
  const open = stored.open.length === 0 ? [] : [rootOf(hashesOf(stored.open))];
  const frontier = Frontier.empty();
  // The part behind the last full tile stands in the tree where one more tile would.
  for (const hash of [...roots, ...open]) frontier.append(hash);
  if (Buffer.compare(frontier.root(), root) === 0) return stored.roots;
  const places = roots.map((hash, n) => ({
    index: n,
    candidates: distinct([hash, below(copy, n)]),
  }));
  places.push(...open.map((hash) => ({ index: roots.length, candidates: [hash] })));
  const chosen = chooseLeaves(Frontier.empty(), places, root);
  return chosen && Buffer.concat(chosen.slice(0, roots.length));
}

function below(copy: LogCopy, n: number): Uint8Array | undefined {
  const hashes = copy.tile(0, n, TILE_WIDTH)?.hashes;
  return hashes?.length === 32 * TILE_WIDTH ? rootOf(hashesOf(hashes)) : undefined;
}

const hashesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * i + 32));
