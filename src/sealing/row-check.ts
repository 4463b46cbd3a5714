import { type Entry, storeIdOf } from '../kernel/entry';
import { differingPointers } from '../kernel/differing-pointers';
import { hex, leafHash } from '../kernel/hash';
import { uuidBytes } from '../kernel/ids';
import { type Finding } from './check-report';
import { placeIn, readEntry } from './entry-check';
import { findOneByteEdit } from './one-byte-edit';
import { type EventRow } from './store-rows';
import { type StreamChains } from './stream-chains';
import { TILE_WIDTH } from './tile-builder';
import { tilePath } from './tile-path';

/** What the copies beside a row say about its leaf. */
export interface RowCopies {
  /** the leaf that leads to the signed root, or the likeliest when none does */
  readonly good: Uint8Array;
  /** of the entry as it stands */
  readonly computed: Uint8Array;
  /** in the level-0 tile, when that is full */
  readonly tile: Uint8Array | undefined;
  /** `prev` of the next event of the stream, when it had to be asked */
  readonly prev?: { readonly leaf: Uint8Array; readonly index: number } | undefined;
}

export interface RowCheckOptions {
  /** another copy of the entry, such as a backup or a pack */
  readonly secondCopy?: (index: number) => Uint8Array | undefined;
}

/** Searches for a changed byte that one check may spend its time on: up to a second each. */
const SEARCHES_MAX = 3;

/** Compares each row of the store with its entry, and the entry with the log. */
export class RowCheck {
  private searchesLeft = SEARCHES_MAX;

  constructor(
    private readonly chains: StreamChains,
    private readonly options: RowCheckOptions = {},
  ) {}

  /** @returns the entry, when it can be read, and what is wrong at this place */
  check(row: EventRow, copies: RowCopies): { entry?: Entry | undefined; findings: Finding[] } {
    const { good, computed } = copies;
    const isEdited = !same(computed, good);
    const read = readEntry(row.entry);
    const columns = read.entry === undefined ? [] : columnMismatches(row, read.entry);
    const faults = isEdited
      ? [this.leafMismatch(row, copies, columns)]
      : [...(read.finding === undefined ? [] : [read.finding]), ...columns.map(columnMismatch)];
    faults.push(...copyMismatches(row, copies));
    const place = faults.length === 0 ? {} : placeOf(row);
    return {
      entry: isEdited ? undefined : read.entry,
      findings: [
        ...faults.map((fault) => ({ ...fault, ...place })),
        ...this.follow(row, read.entry, good),
      ],
    };
  }

  private follow(row: EventRow, entry: Entry | undefined, good: Uint8Array): Finding[] {
    if (entry !== undefined) return this.chains.next(entry, good, row.index);
    if (row.stream !== null) {
      this.chains.unreadable(row.stream, Number(row.revision), row.index, good);
    }
    return [];
  }

  private leafMismatch(row: EventRow, copies: RowCopies, columns: readonly string[]): Finding {
    const pointer = this.fieldOf(row, copies.good, columns);
    return { ...leafMismatch(row, copies), ...(pointer === undefined ? {} : { pointer }) };
  }

  /** The field that was edited: by a second copy, by the byte that would have to change, or by a column beside it. */
  private fieldOf(row: EventRow, good: Uint8Array, columns: readonly string[]): string | undefined {
    const copy = this.options.secondCopy?.(row.index);
    if (copy !== undefined && same(leafHash(copy), good)) {
      const pointer = firstDifference(copy, row.entry);
      if (pointer !== undefined) return pointer;
    }
    this.searchesLeft -= 1;
    const edit =
      this.searchesLeft < 0 ? undefined : findOneByteEdit(row.entry, (leaf) => same(leaf, good));
    if (edit !== undefined) return edit.pointer;
    const column = columns.find((name) => name in POINTERS);
    return column === undefined ? undefined : POINTERS[column];
  }
}

const POINTERS: Readonly<Record<string, string>> = {
  stream: '/stream',
  revision: '/revision',
  id: '/id',
  type: '/type',
};

/** Names of the columns that do not say what the entry says. */
function columnMismatches(row: EventRow, entry: Entry): string[] {
  const names: string[] = [];
  if (row.stream !== entry.stream) names.push('stream');
  if (row.revision !== BigInt(entry.revision)) names.push('revision');
  if (!same(row.id, uuidBytes(entry.id))) names.push('id');
  if (row.type !== entry.type) names.push('type');
  if (!same(row.storeId, uuidBytes(storeIdOf(entry)))) names.push('store_id');
  return names;
}

/** The leaf in the row and in the tile, where they are not the good one. */
function copyMismatches({ leaf }: EventRow, { good, tile }: RowCopies): Finding[] {
  const findings: Finding[] = [];
  if (!same(leaf, good)) {
    findings.push({ ...columnMismatch('leaf'), expected: hex(good), actual: hex(leaf) });
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

function leafMismatch(row: EventRow, copies: RowCopies): Finding {
  const { good, computed, tile, prev } = copies;
  const told = [
    tile !== undefined && same(tile, good) ? tilePath(0, Math.floor(row.index / TILE_WIDTH)) : '',
    prev !== undefined && same(prev.leaf, good) ? `prev of index ${prev.index}` : '',
    same(row.leaf, good) ? `leaf column of row ${row.index + 1}` : '',
  ].filter((text) => text !== '');
  return {
    code: 'leaf-mismatch',
    detail: 'The entry is not the one that was sealed.',
    expected: hex(good),
    actual: hex(computed),
    evidence: told.length > 0 ? told.join(', ') : 'the signed root',
  };
}

function placeOf(row: EventRow): { index: number; stream?: string; revision: number } {
  const { index } = row;
  const stream = row.stream ?? placeIn(row.entry).stream;
  return { index, ...(stream === undefined ? {} : { stream }), revision: Number(row.revision) };
}

function firstDifference(good: Uint8Array, bad: Uint8Array): string | undefined {
  const [a, b] = [readEntry(good).entry, readEntry(bad).entry];
  if (a === undefined || b === undefined) return undefined;
  return differingPointers({ ...a } as never, { ...b } as never)[0];
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
