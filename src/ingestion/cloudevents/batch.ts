import { TieoutError } from '../../kernel/errors';

const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where one item of a batch stands. */
export interface Span {
  readonly start: number;
  /** one past the last byte */
  readonly end: number;
}

/**
 * Finds the items of a JSON array without reading them, so that one item's fault stays its own: each is read by the strict
 * reader by itself. Only brackets, strings and the commas between items are looked at.
 *
 * @param itemsMax most items that are looked for; one more is found and then the search ends
 * @throws TieoutError `json-syntax` with the byte offset when the frame itself is broken: no array, no comma between
 *   items, no end
 */
export function spansOfBatch(bytes: Uint8Array, itemsMax: number): Span[] {
  const spans: Span[] = [];
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_ARRAY) throw broken(at, 'a batch is a JSON array of events');
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === CLOSE_ARRAY) return endOfBatch(bytes, at, spans);
  for (;;) {
    const end = endOfItem(bytes, at);
    spans.push({ start: at, end: trimEnd(bytes, at, end) });
    if (spans.length > itemsMax) return spans;
    if (bytes[end] === CLOSE_ARRAY) return endOfBatch(bytes, end, spans);
    if (bytes[end] !== COMMA) throw broken(end, 'the batch is not closed');
    at = skipSpace(bytes, end + 1);
  }
}

function endOfBatch(bytes: Uint8Array, at: number, spans: Span[]): Span[] {
  const after = skipSpace(bytes, at + 1);
  if (after < bytes.length) throw broken(after, 'there is more after the batch');
  return spans;
}

/** The place of the comma or bracket that ends the item, or the end of the bytes. */
function endOfItem(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (byte === COMMA && depth === 0) {
      return at;
    }
  }
  return bytes.length;
}

/** The place of the closing quote. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (SPACE.has(bytes[at] ?? -1)) at += 1;
  return at;
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && SPACE.has(bytes[at - 1] ?? -1)) at -= 1;
  return at;
}

function broken(offset: number, detail: string): TieoutError {
  return new TieoutError('json-syntax', `JSON refused at byte ${offset}: ${detail}.`, {
    pointer: '',
    offset,
  });
}
