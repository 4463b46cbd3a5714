import { type Json, type JsonObject } from './json';

/** Text that stands between quotes as it is: ASCII without quote, backslash and control characters. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7f]*$/;
/** With the `u` flag a pair is one character, so this finds lone surrogates only. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** `"name":` by name. Emptied when full: names are data, and data must not grow the memory of the process. */
const NAME_CACHE_MAX = 4096;
const quotedNames = new Map<string, string>();

/**
 * The canonical form of a JSON value: members by UTF-16 code units, no white space, shortest escapes, numbers as
 * ECMAScript writes them. It knows fractions and every member name; that an entry has neither is checked elsewhere.
 *
 * @throws TypeError for what is not JSON: `undefined`, a bigint, NaN, an infinity, a lone surrogate in text
 * @see RFC 8785
 */
export function canonicalJson(value: Json): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? arrayText(value as readonly Json[])
        : objectText(value as JsonObject);
    default:
      throw new TypeError(`${typeof value} is not a JSON value`);
  }
}

/** UTF-8 bytes of the canonical form. @see canonicalJson */
export function canonicalBytes(value: Json): Uint8Array {
  return Buffer.from(canonicalJson(value), 'utf8');
}

/**
 * A JSON string literal in canonical form, quotes included.
 *
 * @throws TypeError for a lone surrogate, which has no UTF-8 form
 */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text))
    throw new TypeError('text with a lone surrogate has no UTF-8 form');
  return JSON.stringify(text);
}

/** `"name":` in canonical form. */
export function quotedName(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const text = `${quoted(name)}:`;
  if (quotedNames.size === NAME_CACHE_MAX) quotedNames.clear();
  quotedNames.set(name, text);
  return text;
}

/** Own names of an object in canonical order. @see RFC 8785, section 3.2.3 */
export function canonicalNames(object: object): string[] {
  const names = Object.keys(object);
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) return names.sort();
  }
  return names;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not a JSON value`);
  // String(-0) is "0", as RFC 8785 wants it.
  return String(value);
}

function arrayText(items: readonly Json[]): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += canonicalJson(items[i] as Json);
  }
  return `${text}]`;
}

function objectText(object: JsonObject): string {
  let text = '{';
  for (const name of canonicalNames(object)) {
    text += (text.length > 1 ? ',' : '') + quotedName(name) + canonicalJson(object[name] as Json);
  }
  return `${text}}`;
}
