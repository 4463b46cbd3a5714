import { byText } from './reference.policy';

/** Hex digits that make the first sort key: with the place of the line behind them they fit a number exactly. */
const KEY_DIGITS = 7;
const PLACES = 2 ** 24;

/**
 * Places of the ids in order of id. Ids are hashes, so that their first digits nearly always decide: those are sorted as
 * numbers, and only what they leave open is compared as text.
 */
export function orderOfIds(ids: readonly string[]): Uint32Array {
  const keys = ids.length < PLACES ? numericKeys(ids) : undefined;
  if (keys === undefined) {
    const places = Array.from(ids, (_, place) => place);
    return Uint32Array.from(
      places.sort((x, y) => byText(ids[x] as string, ids[y] as string) || x - y),
    );
  }
  keys.sort();
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i += 1) order[i] = (keys[i] as number) % PLACES;
  settleTies(ids, keys, order);
  return order;
}

/** Undefined when an id does not begin with lower-case hex. */
function numericKeys(ids: readonly string[]): Float64Array | undefined {
  const keys = new Float64Array(ids.length);
  for (let place = 0; place < ids.length; place += 1) {
    const id = ids[place] as string;
    let key = 0;
    for (let at = 0; at < KEY_DIGITS; at += 1) {
      const digit = nibble(id.charCodeAt(at));
      if (digit < 0) return undefined;
      key = key * 16 + digit;
    }
    keys[place] = key * PLACES + place;
  }
  return keys;
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

function settleTies(ids: readonly string[], keys: Float64Array, order: Uint32Array): void {
  const prefix = (at: number) => Math.floor((keys[at] as number) / PLACES);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && prefix(to) === prefix(from)) to += 1;
    if (to - from > 1) {
      const tied = [...order.subarray(from, to)];
      order.set(
        tied.sort((x, y) => byText(ids[x] as string, ids[y] as string) || x - y),
        from,
      );
    }
    from = to;
  }
}

/** 64 digits of lower-case hex: such an id stands in JSON as it is. */
export function isHashText(text: string): boolean {
  if (text.length !== 64) return false;
  for (let at = 0; at < 64; at += 1) if (nibble(text.charCodeAt(at)) < 0) return false;
  return true;
}
