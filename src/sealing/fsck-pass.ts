import { leafHash } from '../kernel/hash';
import { type Findings } from './check-report';
import { ChainTable } from './chain-table';
import { type CheckedBlock, type CheckedCheckpoint, ODD } from './fsck-block-work';
import { type LogCopy } from './fsck-copy';
import { FsckHeads } from './fsck-heads';
import { FsckPlaces } from './fsck-places';
import { FsckRepeats } from './fsck-repeats';
import { FsckTimes } from './fsck-times';
import { FsckTree } from './fsck-tree';
import { IdPrints } from './id-prints';
import { type RowCheckOptions } from './row-check';
import { StreamChains } from './stream-chains';
import { type FullTile, TILE_WIDTH } from './tile-builder';
import { tilePath } from './tile-path';

export interface PassOptions extends RowCheckOptions {
  readonly copy: LogCopy;
  readonly findings: Findings;
  /** hashes over the full tiles that lead to a signed root, 32 bytes each; undefined when none do */
  readonly vouched: Uint8Array | undefined;
  /** the ledger is in service: times of recording that fall are warnings */
  readonly isLive?: boolean;
  /** the root at this size is kept, to be compared with a checkpoint seen earlier */
  readonly rootsWantedAt?: readonly number[];
  /** told of each kept checkpoint, in order */
  readonly onCheckpoint?: (checkpoint: CheckedCheckpoint) => void;
  /** told of each event of the ledger's own streams, in order, before anything behind it */
  readonly onOwn?: (index: number, entry: Uint8Array) => void;
}

/** Places that may wait for a root that decides about them. */
const OPEN_PLACES_MAX = 8_192;

/**
 * Walks through a log in order and puts together what the threads found out block by block: chains, roots, tiles. Where
 * something is off, the places since the last root that fitted are looked at with every copy there is.
 */
export class FsckPass {
  readonly chains: StreamChains;
  readonly ids: IdPrints;
  readonly repeats: FsckRepeats;
  readonly checked: { entries: number; checkpoints: number; tiles: number; heads?: number } = {
    ...{ entries: 0, checkpoints: 0, tiles: 0 },
  };
  readonly roots = new Map<number, Uint8Array>();
  /** edge of the log at its newest checkpoint, if it is known */
  lastEdge: Uint8Array | undefined;
  bytes = 0;

  /** ascending */
  private readonly rootsWanted: number[];
  private readonly table = new ChainTable();
  private readonly tree = new FsckTree();
  private readonly heads: FsckHeads;
  private readonly times: FsckTimes;
  private readonly places: FsckPlaces;
  /** first place that is not settled */
  private start = 0;
  /** false from the first place whose leaf nobody knows, until a root is known again */
  private isWhole = true;

  constructor(private readonly options: PassOptions) {
    const { copy, findings } = options;
    this.rootsWanted = [...new Set(options.rootsWantedAt)].sort((a, b) => a - b);
    this.chains = new StreamChains(this.table);
    this.ids = new IdPrints(copy.places);
    this.repeats = new FsckRepeats(findings);
    this.times = new FsckTimes(findings, copy, options.isLive);
    this.heads = new FsckHeads(this.table, findings);
    const { tree, ids, times, chains } = this;
    this.places = new FsckPlaces({ ...options, tree, ids, times, chains });
  }

  /** @param block the one behind the last */
  accept(block: CheckedBlock): void {
    this.tree.add(block);
    this.ids.set(block.first, block.idPrints);
    this.bytes += block.bytes;
    for (const { index, entry } of block.own) {
      this.heads.note(index, entry);
      this.repeats.note(entry);
      this.options.onOwn?.(index, entry);
    }
    const end = block.first + block.count;
    let next = 0;
    for (let at = block.first; at < end;) {
      const tileEnd = Math.min((Math.floor(at / TILE_WIDTH) + 1) * TILE_WIDTH, end);
      const due = block.checkpoints[next];
      const isDue = due !== undefined && due.size <= tileEnd;
      at = isDue ? due.size : tileEnd;
      if (isDue) next += 1;
      this.reach(at, isDue ? due : undefined);
    }
    this.checked.entries += block.count;
  }

  /** The end of the log: what no root has decided about. @param due the checkpoint of a copy that keeps only its last */
  end(due?: CheckedCheckpoint): void {
    const { places } = this.options.copy;
    if (due !== undefined) this.reach(places, due);
    if (this.start < places) this.settle(places, this.examine(places, undefined));
    if (due !== undefined) this.checkOpenTiles(places);
    if (this.heads.checked > 0) this.checked.heads = this.heads.checked;
    this.times.end();
  }

  /** The partial tiles of a copy that keeps them: the last one of each level. */
  private checkOpenTiles(size: number): void {
    const open = this.tree.openUpper;
    const leaves = size % TILE_WIDTH;
    const partial = [
      this.tree.leavesBehind(size - leaves, size),
      ...open.map((h) => Buffer.concat(h)),
    ];
    partial.forEach((due, level) => {
      if (due.length === 0) return;
      const n = Math.floor(size / TILE_WIDTH ** (level + 1));
      this.checked.tiles += 1;
      const stored = this.options.copy.tile(level, n, due.length / 32);
      if (stored === undefined) this.tileMismatch({ level, n }, 'is missing');
      // Single hashes of level 0 were compared with their entries.
      else if (level === 0 ? stored.hashes.length !== due.length : !same(stored.hashes, due)) {
        this.tileMismatch({ level, n }, 'does not follow from the entries');
      }
    });
  }

  /** time of recording of the newest event, milliseconds since 1970 */
  get newest(): number {
    return this.times.newest;
  }

  private reach(size: number, checkpoint: CheckedCheckpoint | undefined): void {
    if (checkpoint !== undefined) {
      this.checked.checkpoints += 1;
      this.options.onCheckpoint?.(checkpoint);
    }
    const due = checkpoint?.isSigned === false ? undefined : checkpoint;
    const vouched = size % TILE_WIDTH === 0 ? this.vouchedAt(size / TILE_WIDTH - 1) : undefined;
    const isFull = size - this.start >= OPEN_PLACES_MAX;
    if (due === undefined && vouched === undefined && !isFull) return;
    const isPlain = !this.isOdd(size) && this.fits(size, due, vouched);
    this.settle(size, isPlain ? this.follow(size) : this.examine(size, due, vouched));
  }

  private vouchedAt(tile: number): Uint8Array | undefined {
    const root = this.options.vouched?.subarray(32 * tile, 32 * tile + 32);
    return root?.length === 32 ? root : undefined;
  }

  private isOdd(size: number): boolean {
    for (let at = this.start; at < size;) {
      const { first, count, status } = this.tree.blockOf(at);
      const end = Math.min(first + count, size);
      const odd = status.indexOf(ODD, at - first);
      if (odd >= 0 && first + odd < end) return true;
      at = end;
    }
    return false;
  }

  private fits(
    size: number,
    due: CheckedCheckpoint | undefined,
    vouched: Uint8Array | undefined,
  ): boolean {
    if (vouched !== undefined && !same(this.tree.tileRoot(size / TILE_WIDTH - 1), vouched)) {
      return false;
    }
    if (due === undefined || !this.isWhole) return true;
    return same(this.tree.rootAt(size, due.partial), due.root);
  }

  /** Places without anything odd: only their streams and times are left to look at. */
  private follow(size: number): boolean {
    for (let at = this.start; at < size;) {
      const block = this.tree.blockOf(at);
      const end = Math.min(block.first + block.count, size);
      this.table.enter(block);
      for (; at < end; at++) {
        const i = at - block.first;
        this.times.next(
          block.recordedAt[i] as number,
          at,
          block.kindNames[block.kinds[i] as number],
        );
        if (!this.table.follow(i)) this.places.follow(at);
      }
    }
    return true;
  }

  /** @returns false when the leaves are not known afterwards */
  private examine(size: number, due: CheckedCheckpoint | undefined, vouched?: Uint8Array): boolean {
    const isSure = this.places.examine({
      ...{ from: this.start, to: size, vouched },
      root: this.isWhole ? due?.root : undefined,
    });
    if (isSure || vouched === undefined) return isSure;
    // The leaves of this tile are not all known, but the hash over it is.
    this.tree.vouch(size / TILE_WIDTH - 1, vouched);
    return true;
  }

  private settle(size: number, isSure: boolean): void {
    const isTileEnd = size % TILE_WIDTH === 0;
    const isVouched = isTileEnd && this.vouchedAt(size / TILE_WIDTH - 1) !== undefined;
    this.isWhole = isSure && (this.isWhole || isVouched);
    for (let [at] = this.rootsWanted; at !== undefined && at <= size; [at] = this.rootsWanted) {
      this.rootsWanted.shift();
      if (at > this.start && this.isWhole) this.roots.set(at, this.tree.rootAt(at));
    }
    if (size === this.options.copy.last?.size && this.isWhole) {
      this.lastEdge = this.tree.edgeAt(size);
    }
    this.heads.judge(size, (index, entry) => same(this.tree.leaf(index), leafHash(entry)));
    this.start = size;
    this.checkLevel0(size);
    for (const tile of this.tree.take(size)) this.checkUpper(tile);
  }

  /** The tiles that become full at a size, where the thread that read them saw something. */
  private checkLevel0(size: number): void {
    const { tree } = this;
    for (let n = tree.tiles; (n + 1) * TILE_WIDTH <= size; n++) {
      this.checked.tiles += 1;
      const { first, tileStatus } = tree.blockOf(n * TILE_WIDTH);
      if (tileStatus[n - first / TILE_WIDTH] === 0) continue;
      const stored = this.options.copy.tile(0, n, TILE_WIDTH);
      if (stored === undefined) this.tileMismatch({ level: 0, n }, 'is missing');
      else if (stored.hashes.length !== 32 * TILE_WIDTH) {
        this.tileMismatch({ level: 0, n }, 'is cut or too long');
      } else if (stored.root !== undefined && !same(stored.root, tree.tileRoot(n))) {
        this.tileMismatch({ level: 0, n }, 'has another hash over it');
      }
    }
  }

  private checkUpper({ level, n, hashes, root }: FullTile): void {
    this.checked.tiles += 1;
    const stored = this.options.copy.tile(level, n, TILE_WIDTH);
    if (stored === undefined) this.tileMismatch({ level, n }, 'is missing');
    else if (
      !same(stored.hashes, hashes) ||
      (stored.root !== undefined && !same(stored.root, root))
    ) {
      this.tileMismatch({ level, n }, 'does not follow from the entries');
    }
  }

  private tileMismatch({ level, n }: Pick<FullTile, 'level' | 'n'>, what: string): void {
    const width = TILE_WIDTH ** (level + 1);
    const range = [n * width, Math.min((n + 1) * width, this.options.copy.places) - 1] as const;
    const file = tilePath(level, n);
    this.options.findings.add({ code: 'tile-mismatch', range, file, detail: `${file} ${what}.` });
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
