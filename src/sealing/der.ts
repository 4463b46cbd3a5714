import { refused } from './findings';

/** One DER element. Only what timestamps need: definite lengths, tags below 31. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  /** with tag and length, as it was read */
  readonly raw: Buffer;
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const OCTETS = 0x04;
export const OID = 0x06;
export const TIME = 0x18;

/** Encodes one element. @param tag below 31, with its class and form */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const hexLength = body.length.toString(16);
  const length = Buffer.from(
    hexLength.padStart(hexLength.length + (hexLength.length % 2), '0'),
    'hex',
  );
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

/** A non-negative integer of any length. */
export function derInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const body = Buffer.from(bytes.subarray(start));
  return der(INTEGER, (body[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), body]) : body);
}

/** @param dotted such as `2.16.840.1.101.3.4.2.1` */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left & 0x7f) | 0x80);
    }
    return groups;
  });
  return der(OID, Buffer.from(bytes));
}

/**
 * Reads the elements that fill a buffer.
 *
 * @throws TieoutError `proof-invalid`, finding `timestamp-token`, for anything but DER
 */
export function readAll(bytes: Buffer): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = readAt(bytes, at);
    found.push(element);
    at += element.raw.length;
  }
  return found;
}

/** Reads a buffer that is exactly one element of that tag. @throws as `readAll` */
export function readOne(bytes: Buffer, tag: number): Der {
  const [element, ...others] = readAll(bytes);
  if (element?.tag !== tag || others.length > 0) throw malformed();
  return element;
}

/** The elements inside one. @throws as `readAll` */
export const inside = (element: Der | undefined, tag: number): Der[] => {
  if (element?.tag !== tag) throw malformed();
  return readAll(element.content);
};

function readAt(bytes: Buffer, at: number): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed();
  const { length, header } = readLength(bytes, at + 1, first);
  const start = at + 1 + header;
  const end = start + length;
  if (end > bytes.length) throw malformed();
  return { tag, content: bytes.subarray(start, end), raw: bytes.subarray(at, end) };
}

function readLength(bytes: Buffer, at: number, first: number): { length: number; header: number } {
  if (first < 0x80) return { length: first, header: 1 };
  const count = first & 0x7f;
  if (count < 1 || count > 3 || at + 1 + count > bytes.length) throw malformed();
  const length = bytes.readUIntBE(at + 1, count);
  // DER has one form of each length: the shortest.
  if (length < 0x80 || length < 256 ** (count - 1)) throw malformed();
  return { length, header: 1 + count };
}

export const malformed = () =>
  refused('timestamp-token', 'The reply of the timestamping authority is not DER of a timestamp.');
