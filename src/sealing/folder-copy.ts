import { isTieoutError } from '../kernel/errors';
import { leafHash } from '../kernel/hash';
import { type Findings } from './check-report';
import { placeIn, prevIn } from './entry-check';
import { readBundle } from './entry-bundle';
import { type ExportedFolder } from './exported-folder';
import { type LogCopy, type PlaceCopies, type StoredTile, type Successor } from './fsck-copy';
import { findingOf } from './findings';
import { type SignedCheckpoint } from './signed-checkpoint';
import { TILE_WIDTH } from './tile-builder';
import { bundlePath, tilePath } from './tile-path';
import { hashesAt, partialWidth } from './tile-reader';

/** Walks through the whole log for later events of a stream, which one check may spend its time on. */
const SEARCHES_MAX = 3;

/** An exported log. What is wrong with a file is a finding as soon as it is looked at closely, once. */
export class FolderCopy implements LogCopy {
  readonly places: number;
  readonly last;
  private readonly told = new Set<string>();
  private searchesLeft = SEARCHES_MAX;

  constructor(
    private readonly folder: ExportedFolder,
    checkpoint: Pick<SignedCheckpoint, 'size' | 'root'>,
    private readonly findings: Findings,
  ) {
    this.places = checkpoint.size;
    const none = new Uint8Array();
    this.last = { size: checkpoint.size, root: checkpoint.root, keyId: none, signature: none };
  }

  copies(from: number, to: number): PlaceCopies[] {
    const places: PlaceCopies[] = [];
    for (let n = Math.floor(from / TILE_WIDTH); n * TILE_WIDTH < to; n++) {
      const first = n * TILE_WIDTH;
      const entries = this.entries(n);
      const hashes = this.piece(tilePath(0, n, this.width(n)));
      for (let i = Math.max(from, first); i < Math.min(to, first + TILE_WIDTH); i++) {
        const tile = hashes?.subarray(32 * (i - first), 32 * (i - first + 1));
        places.push({
          index: i,
          entry: entries?.[i - first],
          columns: undefined,
          tile: tile?.length === 32 ? tile : undefined,
          isTold: true,
        });
      }
    }
    return places;
  }

  prevsBehind(places: readonly PlaceCopies[]): ReadonlyMap<number, Successor> {
    const found = new Map<number, Successor>();
    this.searchesLeft -= 1;
    if (this.searchesLeft < 0) return found;
    const wanted = new Map<string, number>();
    for (const { index, entry } of places) {
      const { stream, revision } = entry === undefined ? {} : placeIn(entry);
      if (stream !== undefined && revision !== undefined)
        wanted.set(`${stream} ${revision + 1}`, index);
    }
    const first = Math.floor((places[0]?.index ?? 0) / TILE_WIDTH);
    for (let n = first; n * TILE_WIDTH < this.places && wanted.size > 0; n++) {
      for (const [i, entry] of (this.entries(n) ?? []).entries()) {
        const { stream, revision } = placeIn(entry);
        const index = wanted.get(`${stream} ${revision}`);
        const prev = index === undefined ? undefined : prevIn(entry);
        if (index === undefined || prev === undefined) continue;
        wanted.delete(`${stream} ${revision}`);
        found.set(index, { leaf: Buffer.from(prev, 'hex'), index: n * TILE_WIDTH + i });
      }
    }
    return found;
  }

  tile(level: number, n: number, width: number): StoredTile | undefined {
    const hashes = this.piece(tilePath(level, n, width === TILE_WIDTH ? 0 : width));
    return hashes && { hashes, root: undefined };
  }

  tileRoots(): { roots: Uint8Array; open: Uint8Array } | undefined {
    const full = hashesAt(1, this.places);
    const roots: Uint8Array[] = [];
    for (let n = 0; n * TILE_WIDTH < full; n++) {
      const hashes = this.piece(tilePath(1, n, partialWidth(n, full)));
      if (hashes === undefined) return undefined;
      roots.push(hashes);
    }
    const open = this.openLeaves(full);
    const all = Buffer.concat(roots);
    return open === undefined || all.length !== 32 * full ? undefined : { roots: all, open };
  }

  /** The entries of a bundle; undefined when it is missing or broken, which is then a finding. */
  private entries(n: number): readonly Uint8Array[] | undefined {
    const path = bundlePath(n, this.width(n));
    const bytes = this.piece(path);
    const first = n * TILE_WIDTH;
    const count = Math.min(TILE_WIDTH, this.places - first);
    const entries = bytes && (readBundle(bytes) ?? partOf(bytes));
    if (bytes === undefined) {
      this.tell(path, {
        code: 'log-short',
        index: first,
        file: path,
        detail: `${path} is missing.`,
      });
    } else if (entries?.length !== count) {
      const good = this.goodUntil(n, entries ?? []);
      const detail = `${path} does not hold ${count} whole entries.`;
      const range = [first + Math.min(good, count - 1), first + count - 1] as const;
      this.tell(path, { code: 'bundle-framing', range, file: path, detail });
    }
    return entries;
  }

  /** How many entries of a bundle are, from its first on, those of the tile. */
  private goodUntil(n: number, entries: readonly Uint8Array[]): number {
    const hashes = this.piece(tilePath(0, n, this.width(n))) ?? new Uint8Array();
    const bad = entries.findIndex(
      (entry, i) => Buffer.compare(leafHash(entry), hashes.subarray(32 * i, 32 * i + 32)) !== 0,
    );
    return bad < 0 ? entries.length : bad;
  }

  private openLeaves(full: number): Uint8Array | undefined {
    const rest = this.places - full * TILE_WIDTH;
    const hashes = rest === 0 ? new Uint8Array() : this.piece(tilePath(0, full, rest));
    return hashes?.length === 32 * rest ? hashes : undefined;
  }

  private width(n: number): number {
    return partialWidth(n, this.places);
  }

  private piece(path: string): Uint8Array | undefined {
    try {
      return this.folder.piece(path);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      this.tell(path, { ...findingOf(error), file: path });
      return undefined;
    }
  }

  private tell(path: string, finding: Parameters<Findings['add']>[0]): void {
    if (this.told.has(path)) return;
    this.told.add(path);
    this.findings.add(finding);
  }
}

/** Entries up to where the framing of a bundle breaks. */
function partOf(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const end = at + 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number));
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
