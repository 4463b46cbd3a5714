import { leafHash } from '../kernel/hash';
import { pointerOf } from '../kernel/json-pointer';

export interface OneByteEdit {
  /** place of the byte in the entry */
  readonly offset: number;
  /** JSON Pointer of the value, or of the member whose name was changed */
  readonly pointer: string;
  /** the entry as it was */
  readonly bytes: Uint8Array;
}

/** Beyond it a search takes longer than a person waits: at 4 KiB it is a million hashes. */
const BYTES_MAX = 4_096;

/**
 * Where a damaged entry would have to be changed, in one byte, to be good again. A flipped bit or an edited digit is found
 * this way without a second copy, because only the right bytes lead to the known hash.
 *
 * @param isGood true for the leaf hash that the log vouches for
 * @returns undefined when no single byte does it, or the entry is over 4 KiB
 */
export function findOneByteEdit(
  entry: Uint8Array,
  isGood: (leaf: Uint8Array) => boolean,
): OneByteEdit | undefined {
  if (entry.length > BYTES_MAX) return undefined;
  const tried = Buffer.from(entry);
  for (let offset = 0; offset < tried.length; offset += 1) {
    const was = tried[offset] as number;
    for (let byte = 0; byte < 256; byte += 1) {
      if (byte === was) continue;
      tried[offset] = byte;
      if (isGood(leafHash(tried))) {
        return { offset, pointer: pointerAt(tried, offset), bytes: tried };
      }
    }
    tried[offset] = was;
  }
  return undefined;
}

interface Level {
  readonly isArray: boolean;
  step: string | number;
  /** the next string of an object is a member's name */
  expectsName: boolean;
}

/**
 * JSON Pointer of the value that holds a byte.
 *
 * @param json canonical JSON: no white space
 */
export function pointerAt(json: Uint8Array, offset: number): string {
  const levels: Level[] = [];
  const path = () => pointerOf(levels.map((level) => level.step));
  for (let i = 0; i < json.length; i += 1) {
    const c = String.fromCharCode(json[i] as number);
    const top = levels.at(-1);
    if (c === '"') {
      const end = stringEnd(json, i);
      if (top !== undefined && !top.isArray && top.expectsName) {
        top.step = JSON.parse(Buffer.from(json.subarray(i, end)).toString('utf8')) as string;
        top.expectsName = false;
      }
      i = end - 1;
    } else if (c === '{' || c === '[') {
      if (offset <= i) return path();
      levels.push({ isArray: c === '[', step: 0, expectsName: c === '{' });
    } else if (c === '}' || c === ']') {
      levels.pop();
    } else if (c === ',' && top !== undefined) {
      if (top.isArray) top.step = (top.step as number) + 1;
      else top.expectsName = true;
    }
    if (offset <= i) return path();
  }
  return '';
}

function stringEnd(json: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== 0x22) i += json[i] === 0x5c ? 2 : 1;
  return i + 1;
}
