/**
 * A bundle as it is served and exported: the length of each entry, two bytes big-endian, and its bytes.
 *
 * @param entries at most 65,535 bytes each
 * @see C2SP tlog-tiles v0.1.0, Log entries
 */
export function bundleOf(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

/**
 * The entries of a bundle, as views of its bytes.
 *
 * @returns undefined when the bytes are not whole entries one after the other
 */
export function readBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
