/** Where the 32 digits of a UUID stand in its text. */
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const DASH_BEFORE = new Set([4, 6, 8, 10]);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const nibble = (code: number): number => (code <= 0x39 ? code - 0x30 : code - 0x57);

/** Writes the 16 bytes of a checked, lower-case UUID. The kernel's form makes a new array; this one is for a million. */
export function writeUuid(text: string, target: Uint8Array, offset: number): void {
  let at = offset;
  for (const i of PAIRS) {
    target[at] = (nibble(text.charCodeAt(i)) << 4) | nibble(text.charCodeAt(i + 1));
    at += 1;
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
