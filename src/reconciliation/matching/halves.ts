/** Sets of line numbers, each in two halves (side A and side B), one after the other in one array. */
export class Halves {
  /**
   * @param starts two for each set and one end: half `h` of set `s` begins at `starts[2 * s + h]`
   * @param lines ascending within a half
   */
  constructor(
    readonly count: number,
    private readonly starts: Uint32Array,
    private readonly lines: Uint32Array,
  ) {}

  sizeA(set: number): number {
    return (this.starts[2 * set + 1] as number) - (this.starts[2 * set] as number);
  }

  sizeB(set: number): number {
    return (this.starts[2 * set + 2] as number) - (this.starts[2 * set + 1] as number);
  }

  a(set: number): Uint32Array {
    return this.lines.subarray(this.starts[2 * set], this.starts[2 * set + 1]);
  }

  b(set: number): Uint32Array {
    return this.lines.subarray(this.starts[2 * set + 1], this.starts[2 * set + 2]);
  }

  firstA(set: number): number {
    return this.lines[this.starts[2 * set] as number] as number;
  }

  firstB(set: number): number {
    return this.lines[this.starts[2 * set + 1] as number] as number;
  }
}

/**
 * Sorts entries into sets by counting; entries of one half keep their order.
 *
 * @param sets number of sets
 * @param slots `2 * set + half` of each entry
 * @param lines line of each entry
 */
export function halvesOf(
  sets: number,
  slots: Uint32Array,
  lines: Uint32Array,
  entries: number,
): Halves {
  const starts = new Uint32Array(2 * sets + 1);
  for (let e = 0; e < entries; e += 1) {
    const after = (slots[e] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  for (let s = 1; s < starts.length; s += 1)
    starts[s] = (starts[s] as number) + (starts[s - 1] as number);
  const next = starts.slice();
  const sorted = new Uint32Array(entries);
  for (let e = 0; e < entries; e += 1) {
    const slot = slots[e] as number;
    const at = next[slot] as number;
    sorted[at] = lines[e] as number;
    next[slot] = at + 1;
  }
  return new Halves(sets, starts, sorted);
}
