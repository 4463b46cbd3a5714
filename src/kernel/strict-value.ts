import { canonicalNames, quoted } from './canonical-json';
import { TieoutError, type JsonCode } from './errors';
import { JSON_DEPTH_MAX } from './json-cursor';
import { type Json, type JsonObject } from './json';
import { pointerOf } from './json-pointer';
import { MEMBER_NAME } from './strict-json';
import { isNoncharacter } from './utf8';

/** ASCII without quote, backslash and control characters: needs no escape and breaks no rule. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7f]*$/;
const NAME_CACHE_MAX = 4096;
const strictNames = new Map<string, string>();

/** Thrown without a place while writing fast; `strictCanonicalJson` then looks the place up. */
const BROKEN = Symbol('a value that strict JSON does not have');

/**
 * The canonical form of a value that must also be strict JSON: what the strict reader would refuse is not written.
 *
 * @param level of the value itself, 0 for an outer value
 * @param path of the value, for the error
 * @throws TieoutError `json-name`, `json-number`, `json-number-range`, `json-string`, `json-depth` with `pointer`
 * @throws TypeError for what is not JSON at all
 */
export function strictCanonicalJson(
  value: Json,
  level = 0,
  path: readonly (string | number)[] = [],
): string {
  try {
    return written(value, level);
  } catch (error) {
    if (error !== BROKEN) throw error;
    throw (
      faultIn(value, level, path) ??
      new TypeError(`${pointerOf(path)} holds a value that is not JSON`)
    );
  }
}

function written(value: Json, level: number): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : unusualText(value);
  if (typeof value === 'number') return integerText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  if (typeof value !== 'object' || level >= JSON_DEPTH_MAX) throw BROKEN;
  return Array.isArray(value)
    ? itemsText(value as readonly Json[], level)
    : membersText(value as JsonObject, level);
}

function membersText(object: JsonObject, level: number): string {
  let text = '{';
  for (const name of canonicalNames(object)) {
    text +=
      (text.length > 1 ? ',' : '') + nameText(name) + written(object[name] as Json, level + 1);
  }
  return `${text}}`;
}

function itemsText(items: readonly Json[], level: number): string {
  let text = '[';
  for (let i = 0; i < items.length; i++)
    text += (i > 0 ? ',' : '') + written(items[i] as Json, level + 1);
  return `${text}]`;
}

function nameText(name: string): string {
  const known = strictNames.get(name);
  if (known !== undefined) return known;
  if (!MEMBER_NAME.test(name)) throw BROKEN;
  if (strictNames.size === NAME_CACHE_MAX) strictNames.clear();
  const text = `"${name}":`;
  strictNames.set(name, text);
  return text;
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw BROKEN;
  return String(value);
}

function unusualText(text: string): string {
  if (!isStrictText(text)) throw BROKEN;
  return quoted(text);
}

/** False for U+0000, noncharacters and lone surrogates. */
function isStrictText(text: string): boolean {
  for (const char of text) {
    const point = char.codePointAt(0) as number;
    if (point === 0 || isNoncharacter(point) || (point >= 0xd800 && point <= 0xdfff)) return false;
  }
  return true;
}

/** The first fault in canonical order, with its place; `undefined` if there is none that strict JSON has a code for. */
function faultIn(
  value: Json,
  level: number,
  path: readonly (string | number)[],
): TieoutError | undefined {
  if (typeof value === 'string')
    return isStrictText(value) ? undefined : fault('json-string', path);
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Object.is(value, -0)) return fault('json-number', path);
    return Number.isSafeInteger(value) ? undefined : fault('json-number-range', path);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (level >= JSON_DEPTH_MAX) return fault('json-depth', path);
  const names = Array.isArray(value) ? [...value.keys()] : canonicalNames(value);
  for (const name of names) {
    if (typeof name === 'string' && !MEMBER_NAME.test(name)) return fault('json-name', path);
    const found = faultIn((value as JsonObject)[name] as Json, level + 1, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

const DETAILS: Readonly<Partial<Record<JsonCode, string>>> = {
  'json-string': 'text holds U+0000, a noncharacter or a lone surrogate',
  'json-number': 'numbers are integers; a decimal is a string',
  'json-number-range': 'an integer is beyond 2^53 - 1; it is a string then',
  'json-depth': `the nesting is deeper than ${JSON_DEPTH_MAX}`,
  'json-name': 'a member name is a letter and up to 63 letters, digits, "_" or "-"',
};

function fault(code: JsonCode, path: readonly (string | number)[]): TieoutError {
  const pointer = pointerOf(path);
  return new TieoutError(
    code,
    `${pointer === '' ? 'The value' : pointer}: ${DETAILS[code] ?? code}.`,
    { pointer },
  );
}
