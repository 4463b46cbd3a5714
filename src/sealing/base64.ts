/** Standard base64, padded. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/**
 * Reads standard base64 and nothing looser: padded, unused bits zero, no white space. A second spelling of the same
 * bytes would let one proof have two texts.
 *
 * @returns undefined when the text is anything else
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
