import { type Json } from './json';

/**
 * Objects inherit from an empty object that inherits from nothing. `Object.create(null)` would say the same, but V8
 * keeps such objects as hash tables from the start, which makes reading them several times slower.
 */
function Members(this: object): void {}
Members.prototype = Object.freeze(Object.create(null) as object);
export const NewMembers = Members as unknown as new () => Record<string, Json>;

/** Names met before, by hash: spares making and hashing a string for each member of each event. Bounded. */
const NAME_SLOTS = 4096;
const knownNames: string[] = new Array<string>(NAME_SLOTS).fill('');

/** The name of `length` units that stands in `text` at `start`, as the string that was made when it was first met. */
export function internedName(text: string, start: number, length: number, hash: number): string {
  const slot = hash & (NAME_SLOTS - 1);
  const known = knownNames[slot];
  if (known !== undefined && known.length === length && text.startsWith(known, start)) return known;
  // Copied, because a slice would keep the whole text alive for as long as the name is known.
  const copy = Buffer.from(text.slice(start, start + length), 'latin1').toString('latin1');
  // A name that was a key once is in V8's string table, and then sets and finds members without being hashed again.
  const [name = copy] = Object.keys({ [copy]: 0 });
  return (knownNames[slot] = name);
}
