/** What the first bytes of a file say that it is. */
export type DetectedFormat = 'xml' | 'saf-t' | 'ofx' | 'swift' | 'bai2' | 'unknown';

const OFX = /^\s*(?:<\?xml[^>]*>\s*)?(?:<\?OFX\b|OFXHEADER\s*:|<OFX>)/i;

const AUDIT_FILE = /^\s*<[\s\S]*?<(?:[\w.-]+:)?AuditFile[\s>]|^\s*<(?:[\w.-]+:)?AuditFile[\s>]/;

/** A block header, or a field at the start of a line; some banks write words before the first message. */
const SWIFT = /^\s*\{1:F|(?:^|[\r\n\x00-\x1f]):(?:20|25P?|28C?|60[FM]|61|62[FM]|64|86|NS):/;

/** The format of a file by its first bytes; nothing that a sender writes around the file is asked. */
export function detectFormat(head: Buffer): DetectedFormat {
  const text = textOf(head);
  if (OFX.test(text)) return 'ofx';
  if (AUDIT_FILE.test(text)) return 'saf-t';
  if (text.trimStart().startsWith('<') || head.length === 0) return 'xml';
  if (/^\s*01,/.test(text)) return 'bai2';
  return SWIFT.test(text) ? 'swift' : 'unknown';
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
