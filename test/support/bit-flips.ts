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

const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+)(=*)\n$/u;

/**
 * Does a signed note say the same with this bit turned? The last character of its signature has bits that only a strict
 * decoder of base64 looks at, as Tieout's own does.
 */
export function meansTheSame(flip: BitFlip): boolean {
  const [turned, original] = [flipped(flip), readFileSync(flip.file)].map(partsOf);
  return turned !== undefined && turned === original;
}

/** Text, name and decoded signature of a note with one signature; undefined when its last line is none. */
function partsOf(note: Buffer): string | undefined {
  const text = note.toString('utf8');
  const at = text.lastIndexOf('\n', text.length - 2) + 1;
  const [, name = '', digits, padding] = SIGNATURE_LINE.exec(text.slice(at)) ?? [];
  if (digits === undefined) return undefined;
  const signature = Buffer.from(digits, 'base64').toString('hex');
  return [text.slice(0, at), name, signature, padding].join('\n');
}
