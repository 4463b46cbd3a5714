import { grown } from './byte-table';

const FIRST_SLOTS = 1_024;
const FULL = 0.75;
const FREE = -1;

/** Numbers by number, in 16 bytes a slot: what a map would be, at a third of its memory. Keys are integers from 0. */
export class NumberTable {
  private count = 0;
  private keys = new Float64Array(FIRST_SLOTS).fill(FREE);
  private values = new Float64Array(FIRST_SLOTS);

  get size(): number {
    return this.count;
  }

  get(key: number): number | undefined {
    const slot = this.slotOf(key);
    return this.keys[slot] === FREE ? undefined : this.values[slot];
  }

  set(key: number, value: number): void {
    const slot = this.slotOf(key);
    if (this.keys[slot] === FREE) this.count += 1;
    this.keys[slot] = key;
    this.values[slot] = value;
    if (this.count > this.keys.length * FULL) this.spread();
  }

  private slotOf(key: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    let slot = hashOf(key) & mask;
    while (keys[slot] !== FREE && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private spread(): void {
    const { keys, values } = this;
    this.values = grown(values);
    this.keys = grown(keys).fill(FREE);
    this.count = 0;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] !== FREE) this.set(keys[i] as number, values[i] as number);
    }
  }
}

function hashOf(key: number): number {
  const mixed = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul((key / 0x1_0000_0000) | 0, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
