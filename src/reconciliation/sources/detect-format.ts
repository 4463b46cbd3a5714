/** What the first bytes of a file say that it is. */
export type DetectedFormat = 'xml' | 'unknown';

/** The format of a file by its first bytes; nothing that a sender writes around the file is asked. */
export function detectFormat(head: Buffer): DetectedFormat {
  return textOf(head).trimStart().startsWith('<') || head.length === 0 ? 'xml' : 'unknown';
}

/** The signs of all formats are ASCII; what the other characters are does not matter here. */
function textOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le', 2);
  if (head[0] === 0xfe && head[1] === 0xff) {
    return Buffer.from(head.subarray(2, head.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  return head.toString('latin1', start);
}
