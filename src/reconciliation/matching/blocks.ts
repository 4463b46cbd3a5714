import { type Columns, type KeyColumn } from './columns';
import { type Halves, halvesOf } from './halves';

/** What lines of one block have in common. */
export interface BlockSpec {
  /** numbers that must agree, one for each line */
  readonly fields: readonly Uint32Array[];
  /** a key of this column that must be shared; without one the fields alone decide */
  readonly key?: KeyColumn;
  /** amounts that must agree */
  readonly amounts?: BigInt64Array;
  /** 0 or 1: the half that the line is on; 2: not in this pass */
  readonly half: Uint8Array;
}

export const OUT = 2;

/** Blocks with lines on both halves; a line with several keys is in several. Blocks have no meaningful order. */
export function blocksOf(columns: Columns, spec: BlockSpec): Halves {
  const index = new BlockIndex(spec, entriesOf(columns, spec));
  for (let i = 0; i < columns.count; i += 1) if (spec.half[i] === 0) index.addAll(i, true);
  for (let i = 0; i < columns.count; i += 1) if (spec.half[i] === 1) index.addAll(i, false);
  return index.joined();
}

function entriesOf({ count }: Columns, { half, key }: BlockSpec): [a: number, all: number] {
  let a = 0;
  let all = 0;
  for (let i = 0; i < count; i += 1) {
    const side = half[i] as number;
    if (side === OUT) continue;
    const keys = key === undefined ? 1 : (key.starts[i + 1] as number) - (key.starts[i] as number);
    all += keys;
    if (side === 0) a += keys;
  }
  return [a, all];
}

/** A hash table on typed arrays: half A makes the blocks, half B only finds them. */
class BlockIndex {
  readonly #table: Int32Array;
  readonly #mask: number;
  readonly #first: Uint32Array;
  readonly #firstKey: Uint32Array;
  readonly #hasB: Uint8Array;
  readonly #lines: Uint32Array;
  readonly #slots: Uint32Array;
  readonly #words: Int32Array | undefined;
  #blocks = 0;
  #entries = 0;

  constructor(
    private readonly spec: BlockSpec,
    [a, all]: readonly [a: number, all: number],
  ) {
    const size = 2 ** Math.max(4, Math.ceil(Math.log2(2 * a + 1)));
    this.#table = new Int32Array(size).fill(-1);
    this.#mask = size - 1;
    this.#first = new Uint32Array(a);
    this.#firstKey = new Uint32Array(a);
    this.#hasB = new Uint8Array(a);
    this.#lines = new Uint32Array(all);
    this.#slots = new Uint32Array(all);
    this.#words = spec.amounts === undefined ? undefined : new Int32Array(spec.amounts.buffer);
  }

  addAll(line: number, makes: boolean): void {
    const { key } = this.spec;
    if (key === undefined) return this.add(line, 0, makes);
    const end = key.starts[line + 1] as number;
    for (let at = key.starts[line] as number; at < end; at += 1)
      this.add(line, key.values[at] as number, makes);
  }

  private add(line: number, key: number, makes: boolean): void {
    const block = this.find(line, key, makes);
    if (block < 0) return;
    if (!makes) this.#hasB[block] = 1;
    this.#lines[this.#entries] = line;
    this.#slots[this.#entries] = 2 * block + (makes ? 0 : 1);
    this.#entries += 1;
  }

  private find(line: number, key: number, makes: boolean): number {
    let at = this.hashOf(line, key) & this.#mask;
    for (;;) {
      const block = this.#table[at] as number;
      if (block < 0) {
        if (!makes) return -1;
        this.#table[at] = this.#blocks;
        this.#first[this.#blocks] = line;
        this.#firstKey[this.#blocks] = key;
        this.#blocks += 1;
        return this.#blocks - 1;
      }
      if (this.#firstKey[block] === key && this.agree(line, this.#first[block] as number))
        return block;
      at = (at + 1) & this.#mask;
    }
  }

  private agree(x: number, y: number): boolean {
    for (const field of this.spec.fields) if (field[x] !== field[y]) return false;
    const words = this.#words;
    return (
      words === undefined ||
      (words[2 * x] === words[2 * y] && words[2 * x + 1] === words[2 * y + 1])
    );
  }

  private hashOf(line: number, key: number): number {
    let hash = mixed(0x9e3779b1, key);
    for (const field of this.spec.fields) hash = mixed(hash, field[line] as number);
    const words = this.#words;
    if (words === undefined) return hash;
    return mixed(mixed(hash, words[2 * line] as number), words[2 * line + 1] as number);
  }

  /** Without the blocks that half B has not found. */
  joined(): Halves {
    const numbers = new Uint32Array(this.#blocks);
    let count = 0;
    for (let block = 0; block < this.#blocks; block += 1) {
      if (this.#hasB[block] === 0) continue;
      numbers[block] = count;
      count += 1;
    }
    const [lines, slots] = [this.#lines, this.#slots];
    let kept = 0;
    for (let e = 0; e < this.#entries; e += 1) {
      const slot = slots[e] as number;
      const block = slot >>> 1;
      if (this.#hasB[block] === 0) continue;
      lines[kept] = lines[e] as number;
      slots[kept] = 2 * (numbers[block] as number) + (slot & 1);
      kept += 1;
    }
    return halvesOf(count, slots, lines, kept);
  }
}

function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x85ebca6b);
  return Math.imul(product ^ (product >>> 15), 0xc2b2ae35) ^ (product >>> 13);
}
