import { readFileSync } from 'node:fs';

/** One bit of one file. */
export interface BitFlip {
  readonly file: string;
  readonly bit: number;
}

/** Every bit of a file, or `count` of them spread over all of its bytes, always the same ones. */
export function flipsOf(file: string, count = Infinity): BitFlip[] {
  const bits = readFileSync(file).length * 8;
  if (count >= bits) return Array.from({ length: bits }, (_, bit) => ({ file, bit }));
  // A step that is prime to 8 meets all places in a byte.
  const step = Math.floor(bits / count) | 1;
  return Array.from({ length: count }, (_, i) => ({ file, bit: (i * step) % bits }));
}

/** @returns the file's bytes with that bit turned */
export function flipped({ file, bit }: BitFlip): Buffer {
  const content = readFileSync(file);
  content[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
  return content;
}

/** How a decoder of base64 reads what it should refuse. */
export type Leniency =
  /** the unused bits of the last character are not looked at */
  | 'unused-bits'
  /** as Node: also the URL alphabet, other characters passed over, padding optional */
  | 'node';

const STANDARD = /^[A-Za-z0-9+/]*=*$/u;

/** Does a signed note, to a decoder of that kind, say the same with this bit of its last signature line turned? */
export function meansTheSame(flip: BitFlip, leniency: Leniency): boolean {
  const [turned, original] = [flipped(flip), readFileSync(flip.file)].map(partsOf);
  if (turned?.before !== original?.before) return false;
  const [a = '', b = ''] = [turned?.signature, original?.signature];
  const isRead = leniency === 'node' || (STANDARD.test(a) && paddingOf(a) === paddingOf(b));
  return isRead && Buffer.compare(Buffer.from(a, 'base64'), Buffer.from(b, 'base64')) === 0;
}

function partsOf(note: Buffer): { before: string; signature: string } {
  const text = note.toString('latin1');
  const at = text.lastIndexOf(' ') + 1;
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  return { before: `${text.slice(0, at)}${text.slice(end)}`, signature: text.slice(at, end) };
}

const paddingOf = (text: string): number => text.split('=').length;
