const FIRST_SLOTS = 1_024;
/** Slots are three quarters full at most. */
const FULL = 0.75;

/**
 * Byte strings and their numbers, 0, 1, 2 … in the order in which they came: what a map of strings would be, at a tenth
 * of its memory. A string costs its own length and about 14 bytes.
 */
export class ByteTable {
  private count = 0;
  private text = Buffer.alloc(64 * FIRST_SLOTS);
  private ends = new Float64Array(FIRST_SLOTS);
  private hashes = new Int32Array(FIRST_SLOTS);
  private slots = new Int32Array(2 * FIRST_SLOTS).fill(-1);

  get size(): number {
    return this.count;
  }

  /** @returns -1 when it is not here */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.slots[this.slotOf(bytes, start, end)] as number;
  }

  /** The number of a string; a new one gets the next. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const slot = this.slotOf(bytes, start, end);
    const known = this.slots[slot] as number;
    if (known >= 0) return known;
    const from = this.startOf(this.count);
    this.makeRoom(from + end - start);
    for (let i = start; i < end; i++) this.text[from + i - start] = bytes[i] as number;
    this.ends[this.count] = from + end - start;
    this.hashes[this.count] = hashOf(bytes, start, end);
    this.slots[slot] = this.count;
    this.count += 1;
    if (this.count > this.slots.length * FULL) this.spread();
    return this.count - 1;
  }

  /** The string of a number, one character a byte. */
  textOf(number: number): string {
    return this.text.toString('latin1', this.startOf(number), this.ends[number] as number);
  }

  private startOf(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  /** The slot where the string stands, or the free one where it would. */
  private slotOf(bytes: Uint8Array, start: number, end: number): number {
    const { slots, hashes } = this;
    const hash = hashOf(bytes, start, end);
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let n = slots[slot] as number; n >= 0; n = slots[slot] as number) {
      if (hashes[n] === hash && this.isAt(n, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private isAt(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.startOf(number) - start;
    const { text } = this;
    if ((this.ends[number] as number) - from !== end) return false;
    for (let i = start; i < end; i++) if (text[from + i] !== bytes[i]) return false;
    return true;
  }

  private makeRoom(bytes: number): void {
    if (bytes > this.text.length) {
      const text = Buffer.alloc(Math.max(bytes, this.text.length * 2));
      this.text.copy(text);
      this.text = text;
    }
    if (this.count < this.ends.length) return;
    this.ends = grown(this.ends);
    this.hashes = grown(this.hashes);
  }

  private spread(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let n = 0; n < this.count; n++) {
      let slot = (this.hashes[n] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = n;
    }
    this.slots = slots;
  }
}

/** FNV-1a with a last mix, since its low bits alone are used. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The same numbers with room for as many more. */
export function grown<T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
