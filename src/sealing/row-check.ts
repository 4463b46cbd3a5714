import { type Entry, storeIdOf } from '../kernel/entry';
import { differingPointers } from '../kernel/differing-pointers';
import { hex, leafHash } from '../kernel/hash';
import { uuidText } from '../kernel/ids';
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
    const { index } = row;
    const { good, computed } = copies;
    const isEdited = !same(computed, good);
    const read = readEntry(row.entry);
    const { entry } = read;
    const columns = entry === undefined ? [] : columnMismatches(row, entry);
    const place = { index, ...placeOf(row) };
    const findings: Finding[] = [];
    if (isEdited) {
      const pointer = this.fieldOf(row, good, columns);
      findings.push({
        ...leafMismatch(row, copies),
        ...place,
        ...(pointer && { pointer }),
      });
    } else {
      if (read.finding !== undefined) findings.push({ ...read.finding, ...place });
      findings.push(...columns.map((column) => ({ ...columnMismatch(column), ...place })));
    }
    if (!same(row.leaf, good)) {
      findings.push({
        ...columnMismatch('leaf'),
        ...place,
        expected: hex(good),
        actual: hex(row.leaf),
      });
    }
    if (copies.tile !== undefined && !same(copies.tile, good)) {
      const detail = 'The level-0 tile has another hash for it.';
      findings.push({
        code: 'tile-mismatch',
        ...place,
        detail,
        expected: hex(good),
        actual: hex(copies.tile),
      });
    }
    if (entry !== undefined) findings.push(...this.chains.next(entry, good, index));
    else if (row.stream !== null) {
      this.chains.unreadable(row.stream, Number(row.revision), index, good);
    }
    return { entry: isEdited ? undefined : entry, findings };
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
  const isSame: Readonly<Record<string, boolean>> = {
    stream: row.stream === entry.stream,
    revision: row.revision === BigInt(entry.revision),
    id: uuidText(row.id) === entry.id,
    type: row.type === entry.type,
    store_id: uuidText(row.storeId) === storeIdOf(entry),
  };
  return Object.keys(isSame).filter((column) => isSame[column] === false);
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

function placeOf(row: EventRow): { stream?: string; revision?: number } {
  const shown = placeIn(row.entry);
  const stream = row.stream ?? shown.stream;
  return { ...(stream === undefined ? {} : { stream }), revision: Number(row.revision) };
}

function firstDifference(good: Uint8Array, bad: Uint8Array): string | undefined {
  const [a, b] = [readEntry(good).entry, readEntry(bad).entry];
  if (a === undefined || b === undefined) return undefined;
  return differingPointers({ ...a } as never, { ...b } as never)[0];
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
