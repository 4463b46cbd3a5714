import { ByteTable, grown } from '../kernel/byte-table';
import { NumberTable } from '../kernel/number-table';
import { type CheckedBlock } from './fsck-block-work';
import { type StreamEnd, type StreamEnds } from './stream-chains';

const FIRST_ROWS = 1_024;
const NONE = -1;
const HASH_WORDS = 8;
/** How many of the last events can be undone, to see what a stream ended with at an earlier size. A power of two. */
export const UNDO_EVENTS = 131_072;
/** Kinds of event within one log; a key of the contracts is stream and kind together. */
const KINDS_MAX = 2 ** 20;

/**
 * The ends of all streams in typed arrays: about 100 bytes a stream besides its name's own, where objects would cost some
 * hundreds. An event that follows its predecessor as it must costs no object either.
 */
export class ChainTable implements StreamEnds {
  private readonly table = new ByteTable();
  private readonly kinds = new Map<string, number>();
  /** by stream and kind, versions from 2 on */
  private readonly contracts = new NumberTable();
  private streams = 0;
  private revisions = new Float64Array(FIRST_ROWS).fill(NONE);
  private indexes = new Float64Array(FIRST_ROWS);
  private leaves = new Uint32Array(FIRST_ROWS * HASH_WORDS);
  private isKnown = new Uint8Array(FIRST_ROWS);
  /** by index of an event: its stream, and what that stream ended with before */
  private readonly undoRows = new Int32Array(UNDO_EVENTS);
  private readonly undoIndexes = new Float64Array(UNDO_EVENTS).fill(NONE);
  private readonly undoRevisions = new Float64Array(UNDO_EVENTS);
  private readonly undoLeaves = new Uint32Array(UNDO_EVENTS * HASH_WORDS);
  private block: CheckedBlock | undefined;
  private leavesHere: Uint32Array = new Uint32Array();
  private prevsHere: Uint32Array = new Uint32Array();
  private kindsHere: readonly number[] = [];

  get size(): number {
    return this.streams;
  }

  *names(): IterableIterator<string> {
    for (let n = 0; n < this.table.size; n++) {
      if (this.revisions[n] !== NONE) yield this.table.textOf(n);
    }
  }

  /** From now on `follow` is about places of this block. */
  enter(block: CheckedBlock): void {
    this.block = block;
    this.leavesHere = wordsOf(block.leaves);
    this.prevsHere = wordsOf(block.prevs);
    this.kindsHere = block.kindNames.map((name) => this.kindNumber(name));
  }

  /**
   * Takes the event at a place of the block if it follows its stream as it must.
   *
   * @returns false when it does not, and then takes nothing: the chains say what is wrong
   */
  follow(i: number): boolean {
    const block = this.block as CheckedBlock;
    const start = i === 0 ? 0 : (block.streamEnds[i - 1] as number);
    const n = this.rowOf(block.streams, start, block.streamEnds[i] as number);
    const revision = block.revisions[i] as number;
    const last = this.revisions[n] as number;
    if (revision !== last + 1) return false;
    if (last !== NONE && this.isKnown[n] === 1 && !this.isPrev(n, i)) return false;
    const contract = block.contracts[i] as number;
    if (!this.contractHolds(n, this.kindsHere[block.kinds[i] as number] as number, contract)) {
      return false;
    }
    if (last === NONE) this.streams += 1;
    this.noteUndo(n, block.first + i);
    this.revisions[n] = revision;
    this.indexes[n] = block.first + i;
    this.isKnown[n] = 1;
    const { leaves, leavesHere } = this;
    for (let k = 0; k < HASH_WORDS; k++) {
      leaves[HASH_WORDS * n + k] = leavesHere[HASH_WORDS * i + k] as number;
    }
    return true;
  }

  get(stream: string): StreamEnd | undefined {
    const name = Buffer.from(stream);
    const n = this.table.find(name, 0, name.length);
    const revision = n < 0 ? NONE : (this.revisions[n] as number);
    if (revision === NONE) return undefined;
    const bytes = Buffer.from(this.leaves.buffer, 4 * HASH_WORDS * n, 4 * HASH_WORDS);
    const leaf = this.isKnown[n] === 1 ? Uint8Array.from(bytes) : undefined;
    return { revision, leaf, index: this.indexes[n] as number };
  }

  set(stream: string, { revision, leaf, index }: StreamEnd): void {
    const name = Buffer.from(stream);
    const n = this.rowOf(name, 0, name.length);
    if (this.revisions[n] === NONE) this.streams += 1;
    this.noteUndo(n, index);
    this.revisions[n] = revision;
    this.indexes[n] = index;
    this.isKnown[n] = leaf === undefined ? 0 : 1;
    const bytes = Buffer.from(this.leaves.buffer, 4 * HASH_WORDS * n, 4 * HASH_WORDS);
    if (leaf !== undefined) bytes.set(leaf);
  }

  contract(stream: string, kind: string): number {
    return this.contracts.get(this.contractKey(stream, kind)) ?? 0;
  }

  setContract(stream: string, kind: string, contract: number): void {
    if (contract > 1) this.contracts.set(this.contractKey(stream, kind), contract);
  }

  /**
   * What streams ended with at a size: those that changed from `since` on, or all when that is too long ago to tell.
   *
   * @param reached events that were followed; at most `UNDO_EVENTS` more than `size`
   */
  *headsAt(
    size: number,
    { reached, since }: { readonly reached: number; readonly since: number },
  ): Generator<{ stream: string; revision: number; leaf: Uint8Array }> {
    const later = new Map<number, number>();
    for (let index = reached - 1; index >= size; index--) {
      const slot = index % UNDO_EVENTS;
      if (this.undoIndexes[slot] === index) later.set(this.undoRows[slot] as number, slot);
    }
    for (const n of this.changedRows(size, { reached, since })) {
      const slot = later.get(n);
      const [revisions, leaves, at] =
        slot === undefined
          ? [this.revisions, this.leaves, n]
          : [this.undoRevisions, this.undoLeaves, slot];
      const revision = revisions[at] as number;
      if (revision === NONE) continue;
      const leaf = Buffer.from(leaves.buffer, 4 * HASH_WORDS * at, 4 * HASH_WORDS);
      yield { stream: this.table.textOf(n), revision, leaf };
    }
  }

  private changedRows(
    size: number,
    { reached, since }: { readonly reached: number; readonly since: number },
  ): Iterable<number> {
    if (reached - since > UNDO_EVENTS) return Array(this.table.size).keys();
    const rows = new Set<number>();
    for (let index = since; index < size; index++) {
      const slot = index % UNDO_EVENTS;
      if (this.undoIndexes[slot] === index) rows.add(this.undoRows[slot] as number);
    }
    return rows;
  }

  private noteUndo(n: number, index: number): void {
    const slot = index % UNDO_EVENTS;
    const { leaves, undoLeaves } = this;
    this.undoRows[slot] = n;
    this.undoIndexes[slot] = index;
    this.undoRevisions[slot] = this.revisions[n] as number;
    for (let k = 0; k < HASH_WORDS; k++) {
      undoLeaves[HASH_WORDS * slot + k] = leaves[HASH_WORDS * n + k] as number;
    }
  }

  private contractKey(stream: string, kind: string): number {
    const name = Buffer.from(stream);
    return this.rowOf(name, 0, name.length) * KINDS_MAX + this.kindNumber(kind);
  }

  private kindNumber(name: string): number {
    const known = this.kinds.get(name);
    if (known !== undefined) return known;
    // Beyond a million kinds the rest share one: a check that could then say too much, never too little.
    const number = Math.min(this.kinds.size, KINDS_MAX - 1);
    if (number < KINDS_MAX - 1) this.kinds.set(name, number);
    return number;
  }

  private contractHolds(n: number, kind: number, contract: number): boolean {
    // Version 1 after nothing is the rule in most logs, and needs no row.
    if (contract === 1 && this.contracts.size === 0) return true;
    const key = n * KINDS_MAX + kind;
    const known = this.contracts.get(key) ?? 1;
    if (contract > known) this.contracts.set(key, contract);
    return contract >= known;
  }

  private isPrev(n: number, i: number): boolean {
    const { leaves, prevsHere } = this;
    for (let k = 0; k < HASH_WORDS; k++) {
      if (leaves[HASH_WORDS * n + k] !== prevsHere[HASH_WORDS * i + k]) return false;
    }
    return true;
  }

  private rowOf(bytes: Uint8Array, start: number, end: number): number {
    const n = this.table.add(bytes, start, end);
    if (n >= this.revisions.length) {
      const { length } = this.revisions;
      this.revisions = grown(this.revisions).fill(NONE, length);
      this.indexes = grown(this.indexes);
      this.leaves = grown(this.leaves);
      this.isKnown = grown(this.isKnown);
    }
    return n;
  }
}

const wordsOf = (hashes: Uint8Array): Uint32Array =>
  new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length / 4);
