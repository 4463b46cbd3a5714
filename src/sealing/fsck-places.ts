import { leafHash } from '../kernel/hash';
import { uuidBytes } from '../kernel/ids';
import { millisOf } from '../kernel/instant';
import { type Findings } from './check-report';
import { readEntry } from './entry-check';
import { Frontier } from './frontier';
import { idPrint } from './fsck-block-work';
import { type LogCopy, type PlaceCopies } from './fsck-copy';
import { type FsckTimes } from './fsck-times';
import { type FsckTree } from './fsck-tree';
import { type IdPrints } from './id-prints';
import { chooseLeaves, distinct, type Place } from './leaf-candidates';
import { placeOf, RowCheck, type RowCheckOptions } from './row-check';
import { kindOf, type StreamChains } from './stream-chains';
import { TILE_WIDTH } from './tile-builder';

export interface PlacesOptions extends RowCheckOptions {
  readonly copy: LogCopy;
  readonly findings: Findings;
  readonly tree: FsckTree;
  readonly ids: IdPrints;
  readonly times: FsckTimes;
  readonly chains: StreamChains;
}

/** Places to look at, and the roots that decide which copies are good. */
export interface Examined {
  readonly from: number;
  readonly to: number;
  /** of the log of size `to` */
  readonly root: Uint8Array | undefined;
  /** over the tile that ends at `to` */
  readonly vouched: Uint8Array | undefined;
}

interface Held extends PlaceCopies {
  readonly computed: Uint8Array | undefined;
  readonly prev?: { readonly leaf: Uint8Array; readonly index: number } | undefined;
  /** leaf of another copy of the entry */
  readonly second?: Uint8Array | undefined;
}

/** Looks at single places with every copy there is, and says what is wrong with them. */
export class FsckPlaces {
  private readonly rowCheck: RowCheck;

  constructor(private readonly options: PlacesOptions) {
    this.rowCheck = new RowCheck(options.chains, options);
  }

  /** An event whose bytes are good, but which does not follow its stream. */
  follow(index: number): void {
    const { copy, chains, findings, tree } = this.options;
    const [place] = copy.copies(index, index + 1);
    const entry = place?.entry && readEntry(place.entry).entry;
    if (entry === undefined) return;
    for (const finding of chains.next(entry, tree.leaf(index), index)) findings.add(finding);
  }

  /** @returns false when the leaves are not known afterwards */
  examine(range: Examined): boolean {
    const { copy, tree } = this.options;
    let held: Held[] = copy.copies(range.from, range.to).map((place) => ({
      ...place,
      computed: place.entry && leafHash(place.entry),
    }));
    let chosen = this.choose(held, range);
    if (chosen === undefined && decides(range)) {
      // Entry, row and tile agree and are wrong together: the next event of the stream still carries the leaf, and
      // another copy has the entry.
      const prevs = copy.prevsBehind(held);
      held = held.map((each) => {
        const second = this.options.secondCopy?.(each.index);
        return { ...each, prev: prevs.get(each.index), second: second && leafHash(second) };
      });
      chosen = this.choose(held, range);
      if (chosen === undefined) this.rootMismatch(range, held);
    }
    const leaves = chosen ?? held.map(likeliest);
    held.forEach((each, i) => {
      const good = leaves[i];
      if (good !== undefined) tree.replaceLeaf(each.index, good);
      this.report(each, good);
    });
    const areKnown = leaves.every((leaf) => leaf !== undefined);
    return areKnown && (chosen !== undefined || !decides(range));
  }

  private choose(
    held: readonly Held[],
    { from, to, root, vouched }: Examined,
  ): readonly (Uint8Array | undefined)[] | undefined {
    const { tree } = this.options;
    const places = held.map(candidatesOf);
    if (vouched !== undefined) {
      const before = Frontier.empty();
      for (let i = to - TILE_WIDTH; i < from; i++) before.append(tree.leaf(i));
      const inTile = from >= to - TILE_WIDTH;
      const chosen = inTile ? chooseLeaves(before, places, vouched) : undefined;
      if (chosen !== undefined || root === undefined) return chosen;
    }
    return root && chooseLeaves(tree.frontierAt(from), places, root);
  }

  private report(held: Held, good: Uint8Array | undefined): void {
    const { findings, times, ids } = this.options;
    const { index, entry, computed } = held;
    if (entry === undefined || computed === undefined) {
      // Why it is missing may have been said of a whole page or bundle.
      const detail = 'The event of this index is missing.';
      if (held.isTold !== true) findings.add({ code: 'stream-gap', ...placeOf(held), detail });
      return;
    }
    const treeSize = this.options.tree.commitSizeOf(index);
    const known = { good: good ?? computed, computed, prev: held.prev, treeSize };
    const checked = this.rowCheck.check({ ...held, entry }, known);
    for (const finding of checked.findings) findings.add(finding);
    if (checked.entry === undefined) return;
    times.next(millisOf(checked.entry.recordedAt), index, kindOf(checked.entry));
    ids.setOne(index, idPrint(uuidBytes(checked.entry.id)));
  }

  private rootMismatch({ from, to, root, vouched }: Examined, held: readonly Held[]): void {
    const detail =
      vouched === undefined
        ? `The entries do not lead to the root of the checkpoint of size ${to}; no copy tells which one was changed.`
        : `The entries do not lead to the hash over their tile; no copy tells which one was changed.`;
    const only = held.length === 1 ? held[0] : undefined;
    this.options.findings.add({
      code: 'root-mismatch',
      detail,
      ...(only === undefined ? { range: [from, to - 1] as const } : placeOf(only)),
      expected: Buffer.from(vouched ?? root ?? []).toString('hex'),
    });
  }
}

const decides = ({ root, vouched }: Examined): boolean =>
  root !== undefined || vouched !== undefined;

function candidatesOf({ index, columns, computed, tile, prev, second }: Held): Place {
  const stored = columns?.leaf.length === 32 ? columns.leaf : undefined;
  const copies = [stored, tile, prev?.leaf, second];
  const isAgreed = copies.every((copy) => copy === undefined || same(copy, computed));
  if (computed !== undefined && isAgreed) return { index, candidates: [computed] };
  // Two copies that agree come first: they are the likeliest.
  const isOdd = stored !== undefined && tile !== undefined && same(stored, tile);
  const order = isOdd ? [stored, computed] : [computed, stored, tile];
  return { index, candidates: distinct([...order, prev?.leaf, second]) };
}

const likeliest = (held: Held): Uint8Array | undefined => candidatesOf(held).candidates[0];

const same = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && Buffer.compare(a, b) === 0;
