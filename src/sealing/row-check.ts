import { type Entry, storeIdOf } from '../kernel/entry';
import { differingPointers } from '../kernel/differing-pointers';
import { hex, leafHash } from '../kernel/hash';
import { uuidBytes } from '../kernel/ids';
import { type Finding } from './check-report';
import { placeIn, readEntry } from './entry-check';
import { type EventColumns, type PlaceCopies } from './fsck-copy';
import { findOneByteEdit } from './one-byte-edit';
import { type StreamChains } from './stream-chains';
import { TILE_WIDTH } from './tile-builder';
import { tilePath } from './tile-path';

/** What is known of the leaf at a place. */
export interface KnownLeaf {
  /** the leaf that leads to the signed root, or the likeliest when none does */
  readonly good: Uint8Array;
  /** of the entry as it stands */
  readonly computed: Uint8Array;
  /** `prev` of the next event of the stream, when it had to be asked */
  readonly prev?: { readonly leaf: Uint8Array; readonly index: number } | undefined;
  /** the size of its commit, by the checkpoints; undefined where none covers it */
  readonly treeSize?: number | undefined;
}

export interface RowCheckOptions {
  /** another copy of the entry, such as a backup or a pack */
  readonly secondCopy?: ((index: number) => Uint8Array | undefined) | undefined;
  /** also say the values that differ, from the two copies of an entry */
  readonly showValues?: boolean | undefined;
}

/** Searches for a changed byte that one check may spend its time on: up to a second each. */
const SEARCHES_MAX = 3;

/** Compares all copies at a place with its entry, and the entry with the log. */
export class RowCheck {
  private searchesLeft = SEARCHES_MAX;

  constructor(
    private readonly chains: StreamChains,
    private readonly options: RowCheckOptions = {},
  ) {}

  /** @returns the entry, when it can be read and is the sealed one, and what is wrong at this place */
  check(
    place: PlaceCopies & { readonly entry: Uint8Array },
    known: KnownLeaf,
  ): { entry?: Entry | undefined; findings: Finding[] } {
    const { good, computed } = known;
    const isEdited = !same(computed, good);
    const read = readEntry(place.entry);
    const columns =
      read.entry === undefined || place.columns === undefined
        ? []
        : columnMismatches(place.columns, read.entry);
    const faults = isEdited
      ? [this.leafMismatch(place, known, columns)]
      : [...(read.finding === undefined ? [] : [read.finding]), ...columns.map(columnMismatch)];
    faults.push(...copyMismatches(place, known));
    // The sealed bytes say where they belong; only where they are edited do the columns know better.
    const { entry } = read;
    const where =
      isEdited || entry === undefined
        ? placeOf(place)
        : { index: place.index, stream: entry.stream, revision: entry.revision };
    return {
      entry: isEdited ? undefined : read.entry,
      findings: [
        ...faults.map((fault) => ({ ...fault, ...where })),
        ...this.follow(place, read.entry, good),
      ],
    };
  }

  private follow(place: PlaceCopies, entry: Entry | undefined, good: Uint8Array): Finding[] {
    if (entry !== undefined) return this.chains.next(entry, good, place.index);
    const { stream, revision } = placeOf(place);
    if (stream !== undefined && revision !== undefined) {
      this.chains.unreadable(stream, revision, place.index, good);
    }
    return [];
  }

  private leafMismatch(
    place: PlaceCopies & { readonly entry: Uint8Array },
    known: KnownLeaf,
    columns: readonly string[],
  ): Finding {
    return { ...leafMismatch(place, known), ...this.fieldOf(place, known.good, columns) };
  }

  /** The field that was edited: by a second copy, by the byte that would have to change, or by a column beside it. */
  private fieldOf(
    { entry, index }: PlaceCopies & { readonly entry: Uint8Array },
    good: Uint8Array,
    columns: readonly string[],
  ): { pointer?: string; detail?: string } {
    const copy = this.options.secondCopy?.(index);
    if (copy !== undefined && same(leafHash(copy), good)) {
      const pointer = firstDifference(copy, entry);
      if (pointer !== undefined) return this.shown(pointer, copy, entry);
    }
    this.searchesLeft -= 1;
    const edit =
      this.searchesLeft < 0 ? undefined : findOneByteEdit(entry, (leaf) => same(leaf, good));
    if (edit !== undefined) return this.shown(edit.pointer, edit.bytes, entry);
    const column = columns.find((name) => name in POINTERS);
    return column === undefined ? {} : { pointer: POINTERS[column] as string };
  }

  private shown(
    pointer: string,
    good: Uint8Array,
    bad: Uint8Array,
  ): { pointer: string; detail?: string } {
    if (this.options.showValues !== true) return { pointer };
    const text = (bytes: Uint8Array): string => valueAt(bytes, pointer) ?? 'nothing readable';
    const detail = `The entry is not the one that was sealed: ${text(good)} was sealed, ${text(bad)} stands here.`;
    return { pointer, detail };
  }
}

const POINTERS: Readonly<Record<string, string>> = {
  stream: '/stream',
  revision: '/revision',
  id: '/id',
  type: '/type',
};

/** Names of the columns that do not say what the entry says. */
function columnMismatches(row: EventColumns, entry: Entry): string[] {
  const names: string[] = [];
  if (row.stream !== entry.stream) names.push('stream');
  if (row.revision !== BigInt(entry.revision)) names.push('revision');
  if (!same(row.id, uuidBytes(entry.id))) names.push('id');
  if (row.type !== entry.type) names.push('type');
  if (!same(row.storeId, uuidBytes(storeIdOf(entry)))) names.push('store_id');
  return names;
}

/** The leaf in the row and in the tile, where they are not the good one; and the size of its commit. */
function copyMismatches({ columns, tile }: PlaceCopies, { good, treeSize }: KnownLeaf): Finding[] {
  const findings: Finding[] = [];
  if (columns !== undefined && !same(columns.leaf, good)) {
    findings.push({ ...columnMismatch('leaf'), expected: hex(good), actual: hex(columns.leaf) });
  }
  if (columns !== undefined && treeSize !== undefined && columns.treeSize !== BigInt(treeSize)) {
    const values = { expected: `${treeSize}`, actual: `${columns.treeSize}` };
    findings.push({ ...columnMismatch('tree_size'), ...values });
  }
  if (tile !== undefined && !same(tile, good)) {
    const detail = 'The level-0 tile has another hash for it.';
    const values = { expected: hex(good), actual: hex(tile) };
    findings.push({ code: 'tile-mismatch', detail, ...values });
  }
  return findings;
}

export function columnMismatch(column: string): Finding {
  const pointer = POINTERS[column];
  return {
    code: 'column-mismatch',
    detail: `The column ${column} does not say what the entry says.`,
    ...(pointer === undefined ? {} : { pointer }),
  };
}

function leafMismatch({ index, columns, tile }: PlaceCopies, known: KnownLeaf): Finding {
  const { good, computed, prev } = known;
  const told = [
    tile !== undefined && same(tile, good) ? tilePath(0, Math.floor(index / TILE_WIDTH)) : '',
    prev !== undefined && same(prev.leaf, good) ? `prev of index ${prev.index}` : '',
    columns !== undefined && same(columns.leaf, good) ? `leaf column of row ${index + 1}` : '',
  ].filter((text) => text !== '');
  return {
    code: 'leaf-mismatch',
    detail: 'The entry is not the one that was sealed.',
    expected: hex(good),
    actual: hex(computed),
    evidence: told.length > 0 ? told.join(', ') : 'the signed root',
  };
}

/** Where an event stands, by its own bytes and by what stands beside it. */
export function placeOf({ index, entry, columns }: PlaceCopies): {
  index: number;
  stream?: string;
  revision?: number;
} {
  const told = entry === undefined ? {} : placeIn(entry);
  const stream = columns?.stream ?? told.stream;
  const revision = columns === undefined ? told.revision : Number(columns.revision);
  return {
    index,
    ...(stream === undefined ? {} : { stream }),
    ...(revision === undefined || !Number.isSafeInteger(revision) ? {} : { revision }),
  };
}

function firstDifference(good: Uint8Array, bad: Uint8Array): string | undefined {
  const [a, b] = [readEntry(good).entry, readEntry(bad).entry];
  if (a === undefined || b === undefined) return undefined;
  return differingPointers({ ...a } as never, { ...b } as never)[0];
}

/** The JSON of the value that a pointer leads to. */
function valueAt(bytes: Uint8Array, pointer: string): string | undefined {
  let value: unknown = readEntry(bytes).entry;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    value = (value as Record<string, unknown> | null | undefined)?.[name];
  }
  return value === undefined ? undefined : JSON.stringify(value);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
