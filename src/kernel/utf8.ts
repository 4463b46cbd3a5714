const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of the bytes, or the offset of the first byte that is not UTF-8; a byte order mark counts as such. */
export function decodeUtf8(bytes: Uint8Array): string | number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 0;
  try {
    return decoder.decode(bytes);
  } catch (error) {
    const offset = firstBadUtf8(bytes);
    if (offset === -1) throw error;
    return offset;
  }
}

/**
 * Where bytes stop being UTF-8.
 *
 * @returns offset of the first byte of the first malformed sequence (overlong, surrogate, above U+10FFFF, cut short),
 * or -1 when all is well formed
 * @see RFC 3629, section 4
 */
export function firstBadUtf8(bytes: Uint8Array): number {
  let i = 0;
  while (i < bytes.length) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return -1;
}

/** Length of the well-formed sequence at `i`, or 0. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const [low, high] = secondByteRange(lead);
  const second = bytes[i + 1];
  if (second === undefined || second < low || second > high) return 0;
  for (let k = 2; k < length; k++) {
    const byte = bytes[i + k];
    if (byte === undefined || byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

/** The second byte is where overlong forms, surrogates and points above U+10FFFF show. */
function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** U+FDD0 … U+FDEF and the last two points of every plane: never characters, so no text may hold them. */
export function isNoncharacter(point: number): boolean {
  return (point & 0xfffe) === 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
}
