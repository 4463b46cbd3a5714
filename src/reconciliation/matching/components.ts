import { type Halves, halvesOf } from './halves';

/** Disjoint sets of line numbers; the components of a candidate graph without its edges being listed. */
export class Components {
  readonly #parent: Int32Array;
  readonly #touched: Uint8Array;

  constructor(private readonly size: number) {
    this.#parent = new Int32Array(size);
    for (let i = 0; i < size; i += 1) this.#parent[i] = i;
    this.#touched = new Uint8Array(size);
  }

  find(item: number): number {
    const parent = this.#parent;
    let root = item;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = item; at !== root;) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  }

  /** The lowest number stays the root, so that the order of joining leaves no trace. */
  join(x: number, y: number): void {
    this.#touched[x] = 1;
    this.#touched[y] = 1;
    const a = this.find(x);
    const b = this.find(y);
    if (a < b) this.#parent[b] = a;
    else if (b < a) this.#parent[a] = b;
  }

  joinAll(first: number, others: Uint32Array): void {
    for (let at = 0; at < others.length; at += 1) this.join(first, others[at] as number);
  }

  /**
   * The sets of two or more, in order of their lowest line.
   *
   * @param half 0 or 1 for each line
   */
  listed(half: Uint8Array): Halves {
    const numbers = new Int32Array(this.size).fill(-1);
    const lines = new Uint32Array(this.size);
    const slots = new Uint32Array(this.size);
    let [count, entries] = [0, 0];
    for (let i = 0; i < this.size; i += 1) {
      if (this.#touched[i] === 0) continue;
      const root = this.find(i);
      if ((numbers[root] as number) < 0) {
        numbers[root] = count;
        count += 1;
      }
      lines[entries] = i;
      slots[entries] = 2 * (numbers[root] as number) + (half[i] as number);
      entries += 1;
    }
    return halvesOf(count, slots, lines, entries);
  }
}
