/** Where the 16 bytes of a UUID stand in its text. */
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

const NIBBLES = new Uint8Array(128);
for (let digit = 0; digit < 16; digit += 1) NIBBLES[digit.toString(16).charCodeAt(0)] = digit;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const DASH_BEFORE = new Set([4, 6, 8, 10]);

/** Writes the 16 bytes of a checked, lower-case UUID. The kernel's form makes a new array; this one is for a million. */
export function writeUuid(text: string, target: Uint8Array, offset: number): void {
  for (let byte = 0; byte < 16; byte += 1) {
    const at = PAIRS[byte] ?? 0;
    const high = NIBBLES[text.charCodeAt(at)] ?? 0;
    target[offset + byte] = (high << 4) | (NIBBLES[text.charCodeAt(at + 1)] ?? 0);
  }
}

/** The text of 16 bytes. */
export function readUuid(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 16; i += 1) {
    if (DASH_BEFORE.has(i)) text += '-';
    text += HEX[bytes[i] ?? 0] ?? '';
  }
  return text;
}
