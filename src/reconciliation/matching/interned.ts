/** Probes after which a text goes to an ordinary map: chosen texts cannot make the table slow. */
const PROBES_MAX = 24;

/** Gives equal texts one number, from 0. A flat table: a map of a million texts costs several times as much. */
export class Interned {
  readonly texts: string[] = [];
  #table = new Int32Array(1 << 12).fill(-1);
  #hashes = new Int32Array(1 << 11);
  readonly #crowded = new Map<string, number>();

  numberOf(text: string): number {
    const hash = hashOf(text);
    const mask = this.#table.length - 1;
    for (let probe = 0, at = hash & mask; probe < PROBES_MAX; probe += 1) {
      const number = this.#table[at] as number;
      if (number < 0) return this.add(text, hash, at);
      if (this.#hashes[number] === hash && this.texts[number] === text) return number;
      at = (at + 1) & mask;
    }
    const known = this.#crowded.get(text);
    if (known !== undefined) return known;
    const number = this.push(text, hash);
    this.#crowded.set(text, number);
    return number;
  }

  private add(text: string, hash: number, at: number): number {
    const number = this.push(text, hash);
    this.#table[at] = number;
    if (this.texts.length * 2 > this.#table.length) this.grow();
    return number;
  }

  private push(text: string, hash: number): number {
    const number = this.texts.push(text) - 1;
    if (number === this.#hashes.length) {
      const larger = new Int32Array(number * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[number] = hash;
    return number;
  }

  private grow(): void {
    const table = new Int32Array(this.#table.length * 4).fill(-1);
    const mask = table.length - 1;
    for (let number = 0; number < this.texts.length; number += 1) {
      let at = (this.#hashes[number] as number) & mask;
      let probe = 0;
      while (probe < PROBES_MAX && (table[at] as number) >= 0) {
        at = (at + 1) & mask;
        probe += 1;
      }
      // Its place may be free in the larger table; it stays findable either way.
      if (probe < PROBES_MAX) table[at] = number;
      else this.#crowded.set(this.texts[number] as string, number);
    }
    this.#table = table;
  }
}

/** FNV-1a over the code units, mixed once more: the table looks at the low bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
