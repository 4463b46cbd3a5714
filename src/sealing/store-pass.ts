import { type Entry } from '../kernel/entry';
import { leafHash } from '../kernel/hash';
import { millisOf } from '../kernel/instant';
import { checkpointBody } from './checkpoint';
import { type Findings } from './check-report';
import { edgeBytes } from './frontier';
import { chooseLeaves, distinct, type Place } from './leaf-candidates';
import { columnMismatch, RowCheck, type RowCheckOptions } from './row-check';
import { readEntry } from './entry-check';
import { type CheckpointRow, type EventRow, type StoreRows } from './store-rows';
import { StreamChains } from './stream-chains';
import { type FullTile, TILE_WIDTH, TileBuilder } from './tile-builder';
import { tilePath } from './tile-path';
import { type VerifierKey } from './vkey';

/** Rows held until the checkpoint over them; a commit has at most some thousand. */
const GROUP_ROWS_MAX = 8_192;
/** How far the clock may step back without an event that says so. */
const CLOCK_BACK_MS = 2_000;

interface Held {
  readonly index: number;
  /** undefined for a place whose row is gone */
  readonly row: EventRow | undefined;
  /** leaf of the entry as it stands */
  readonly computed: Uint8Array | undefined;
  readonly tile: Uint8Array | undefined;
  readonly prev?: { readonly leaf: Uint8Array; readonly index: number } | undefined;
}

export interface PassOptions extends RowCheckOptions {
  /** undefined when no key is known: signatures are then not checked */
  readonly key: VerifierKey | undefined;
  /** the root at this size is kept, to be compared with a checkpoint seen earlier */
  readonly rootWantedAt?: number | undefined;
}

/** One walk through a ledger's file: entries, chains, roots of all kept checkpoints, tiles, columns. */
export class StorePass {
  readonly chains = new StreamChains();
  readonly checked = { entries: 0, checkpoints: 0, tiles: 0 };
  /** edge of the log at the newest checkpoint that could be recomputed */
  lastEdge: Uint8Array | undefined;
  rootWanted: Uint8Array | undefined;
  lastSize = 0;

  private readonly tiles = TileBuilder.empty();
  private readonly rowCheck: RowCheck;
  private held: Held[] = [];
  private nextIndex = 0;
  /** false from the first place whose leaf nobody knows, or the first root that nothing reaches */
  private isWhole = true;
  private tileAt: { n: number; hashes: Uint8Array | undefined } = { n: -1, hashes: undefined };
  private latest = '';

  constructor(
    private readonly rows: StoreRows,
    private readonly findings: Findings,
    private readonly options: PassOptions,
  ) {
    this.rowCheck = new RowCheck(this.chains, options);
  }

  /** Yields the number of rows done, so that the caller can show progress and let others work. */
  *run(): Generator<number> {
    const checkpoints = this.rows.checkpoints();
    let due = checkpoints.next();
    for (const row of this.rows.events()) {
      while (this.nextIndex <= row.index) {
        const isMissing = this.nextIndex < row.index;
        this.hold(this.nextIndex, isMissing ? undefined : row);
        this.nextIndex += 1;
        if (due.done !== true && due.value.size === this.nextIndex) {
          this.close(due.value);
          due = checkpoints.next();
        }
      }
      this.checked.entries += 1;
      yield this.checked.entries;
    }
    for (; due.done !== true; due = checkpoints.next()) this.checkSignature(due.value);
    if (this.held.length > 0) this.storeExtra();
  }

  private hold(index: number, row: EventRow | undefined): void {
    const computed = row && leafHash(row.entry);
    this.held.push({ index, row, computed, tile: this.tileLeaf(index) });
    if (this.held.length >= GROUP_ROWS_MAX) this.settle(this.held.map(likeliest));
  }

  /** Ends a group at the checkpoint over it: its root tells which copies are good. */
  private close(checkpoint: CheckpointRow): void {
    const isSigned = this.checkSignature(checkpoint);
    this.checkTreeSizes(checkpoint.size);
    const chosen = this.isWhole ? this.choose(checkpoint.root) : undefined;
    if (chosen === undefined && isSigned && this.isWhole) this.rootMismatch(checkpoint);
    this.settle(chosen ?? this.held.map(likeliest));
    this.lastSize = checkpoint.size;
    if (this.isWhole) this.lastEdge = edgeBytes(this.tiles.frontier.edge());
  }

  private choose(root: Uint8Array): readonly (Uint8Array | undefined)[] | undefined {
    const { frontier } = this.tiles;
    const chosen = chooseLeaves(frontier, this.held.map(placeOf), root);
    if (chosen !== undefined) return chosen;
    // Entry, row and tile agree and are wrong together: the next event of the stream still carries the leaf.
    this.held = this.held.map((held) => ({ ...held, prev: this.successorPrev(held) }));
    return chooseLeaves(frontier, this.held.map(placeOf), root);
  }

  private successorPrev({ row }: Held): Held['prev'] {
    const next = row && this.rows.successorOf(row);
    const prev = next && readEntry(next.entry).entry?.prev;
    return prev === undefined || next === undefined
      ? undefined
      : { leaf: Buffer.from(prev, 'hex'), index: next.index };
  }

  private rootMismatch({ size, root }: CheckpointRow): void {
    this.isWhole = false;
    const first = this.held[0]?.index ?? size;
    this.findings.add({
      code: 'root-mismatch',
      detail: `The entries do not lead to the root of the checkpoint of size ${size}; no copy tells which one was changed.`,
      ...(first === size - 1 ? { index: first } : { range: [first, size - 1] as const }),
      expected: Buffer.from(root).toString('hex'),
    });
  }

  /** Takes the leaves of the held rows as decided, and reports what does not agree with them. */
  private settle(leaves: readonly (Uint8Array | undefined)[]): void {
    this.held.forEach(({ index, row, computed, tile, prev }, i) => {
      const good = leaves[i];
      if (good === undefined) this.isWhole = false;
      else if (this.isWhole) this.grow(good);
      if (row === undefined || computed === undefined) {
        const detail = 'The event of this index is missing.';
        this.findings.add({ code: 'stream-gap', index, detail });
        return;
      }
      const known = { good: good ?? computed, computed, tile, prev };
      const { entry, findings } = this.rowCheck.check(row, known);
      findings.forEach((finding) => this.findings.add(finding));
      if (entry !== undefined) this.checkTime(entry, index);
    });
    this.held = [];
  }

  private grow(leaf: Uint8Array): void {
    this.tiles.append(leaf);
    const { frontier } = this.tiles;
    if (frontier.size === this.options.rootWantedAt) this.rootWanted = frontier.root();
    for (const tile of this.tiles.takeCompleted()) this.checkTile(tile);
  }

  private checkTile({ level, n, hashes, root }: FullTile): void {
    const stored = this.rows.tile(level, n);
    const width = TILE_WIDTH ** (level + 1);
    const range = [n * width, (n + 1) * width - 1] as const;
    this.checked.tiles += 1;
    // Single hashes of level 0 are compared with their rows.
    const isSame =
      stored && (level === 0 || same(stored.hashes, hashes)) && same(stored.root, root);
    if (isSame === true) return;
    const what = stored === undefined ? 'is missing' : 'does not follow from the entries';
    this.findings.add({
      code: 'tile-mismatch',
      range,
      detail: `${tilePath(level, n)} ${what}.`,
    });
  }

  private checkSignature({ size, root, keyId, signature }: CheckpointRow): boolean {
    const { key } = this.options;
    this.checked.checkpoints += 1;
    if (key === undefined) return true;
    const body = Buffer.from(checkpointBody({ origin: key.name, size, root }));
    const isKey = Buffer.from(keyId).toString('hex') === key.keyId;
    if (isKey && key.verify(body, signature)) return true;
    this.findings.add({
      code: 'checkpoint-signature',
      detail: `The checkpoint of size ${size} is not signed by ${key.name}+${key.keyId}.`,
    });
    return false;
  }

  private checkTreeSizes(size: number): void {
    for (const { row, index } of this.held) {
      if (row === undefined || row.treeSize === BigInt(size)) continue;
      this.findings.add({
        ...columnMismatch('tree_size'),
        index,
        expected: `${size}`,
        actual: `${row.treeSize}`,
      });
    }
  }

  private checkTime(entry: Entry, index: number): void {
    if (entry.type === 'ledger.clock-regressed') this.latest = entry.recordedAt;
    if (entry.recordedAt >= this.latest) this.latest = entry.recordedAt;
    else if (millisOf(this.latest) - millisOf(entry.recordedAt) > CLOCK_BACK_MS) {
      this.findings.warn(
        `time-regress: index ${index} was recorded before ${this.latest}, by its own word.`,
      );
    }
  }

  private storeExtra(): void {
    const [first] = this.held;
    const index = first?.index ?? this.nextIndex;
    const detail = `${this.held.length} events stand behind the last checkpoint: nobody signed them.`;
    this.findings.add({ code: 'store-extra', index, detail });
    this.settle(this.held.map(likeliest));
  }

  private tileLeaf(index: number): Uint8Array | undefined {
    const n = Math.floor(index / TILE_WIDTH);
    if (this.tileAt.n !== n) this.tileAt = { n, hashes: this.rows.tile(0, n)?.hashes };
    const at = 32 * (index % TILE_WIDTH);
    return this.tileAt.hashes?.subarray(at, at + 32);
  }
}

function placeOf({ index, row, computed, tile, prev }: Held): Place {
  const stored = row?.leaf;
  const copies = [stored, tile, prev?.leaf];
  if (
    computed !== undefined &&
    copies.every((copy) => copy === undefined || same(copy, computed))
  ) {
    return { index, candidates: [computed] };
  }
  // Two copies that agree come first: they are the likeliest.
  const isOdd = stored !== undefined && tile !== undefined && same(stored, tile);
  const order = isOdd ? [stored, computed] : [computed, stored, tile];
  return { index, candidates: distinct([...order, prev?.leaf]) };
}

const likeliest = (held: Held): Uint8Array | undefined => placeOf(held).candidates[0];

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
