import { TieoutError, type JsonCode } from './errors';
import { pointerOf } from './json-pointer';

/** Nesting that is still read; the outer value is level 1. */
export const JSON_DEPTH_MAX = 32;

/** The error of a refused text. @param offset byte */
export function refused(
  code: JsonCode,
  pointer: string,
  offset: number,
  detail: string,
): TieoutError {
  return new TieoutError(code, `JSON refused at byte ${offset}: ${detail}.`, { pointer, offset });
}

/** UTF-16 units of a text by index. */
export type Units = Uint8Array | Uint16Array;

/** What stands behind the last unit. */
export const END = -1;

/**
 * The units of a text, for reading one by one: an array gives them several times faster than a string does. ASCII, and so
 * almost every event, has its bytes for units.
 */
export function unitsOf(text: string, bytes: Uint8Array): Units {
  if (text.length === bytes.length) return bytes;
  const units = new Uint16Array(text.length);
  for (let i = 0; i < units.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

/** Where a reader is in a JSON text: the place, the levels that are open, and the error that names both. */
export class JsonCursor {
  protected at = 0;
  private depth = 0;
  /** the member name or index being read at each level; `undefined` between members */
  protected readonly path: (string | number | undefined)[] = [];

  constructor(
    protected readonly text: string,
    protected readonly units: Units,
  ) {}

  /** Skips white space. @returns the unit at the place reached, END behind the last */
  protected next(): number {
    let c = this.units[this.at] ?? END;
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = this.units[++this.at] ?? END;
    return c;
  }

  /** Level of the innermost object or array that is open. */
  protected get level(): number {
    return this.depth - 1;
  }

  /** Enters an object or array. @returns its level, the outer value being 0 */
  protected open(): number {
    if (this.depth === JSON_DEPTH_MAX) {
      throw this.fail('json-depth', this.at, `the nesting is deeper than ${JSON_DEPTH_MAX}`);
    }
    this.at++;
    this.path[this.depth] = undefined;
    return this.depth++;
  }

  protected close<T>(container: T): T {
    this.at++;
    this.depth--;
    return container;
  }

  protected fail(code: JsonCode, index: number, detail: string): TieoutError {
    const offset = Buffer.byteLength(this.text.slice(0, index));
    return refused(code, this.pointer(), offset, detail);
  }

  protected pointer(): string {
    const end = this.path.slice(0, this.depth).indexOf(undefined);
    return pointerOf(this.path.slice(0, end === -1 ? this.depth : end) as (string | number)[]);
  }
}
