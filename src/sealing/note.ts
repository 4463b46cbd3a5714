import { base64, fromBase64 } from './base64';
import { refused } from './findings';
import { isKeyName, LOG_KEY, type VerifierKey } from './vkey';

/** One signature line: U+2014, space, key name, space, base64(key id ‖ signature). */
export interface NoteLine {
  readonly name: string;
  /** 8 hex */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

export interface Note {
  /** what is signed: the text with its last LF, without the blank line */
  readonly text: string;
  readonly lines: readonly NoteLine[];
}

export const NOTE_BYTES_MAX = 64 * 1024;
export const NOTE_LINES_MAX = 100;

const DASH = '\u2014';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const malformed = (detail: string) => refused('checkpoint-syntax', detail);

/**
 * Reads a note without checking a signature. Text and signatures part at the last blank line.
 *
 * @throws TieoutError `proof-invalid` for anything but the exact form
 * @see C2SP signed-note v1.0.0
 */
export function readNote(note: Uint8Array | string): Note {
  const content = typeof note === 'string' ? note : decode(note);
  if (Buffer.byteLength(content) > NOTE_BYTES_MAX) throw malformed('The note is over 64 KiB.');

  if (/[\u0000-\u0009\u000b-\u001f\u007f]|\p{Cs}/u.test(content)) {
    throw malformed('The note holds a control character or broken text.');
  }
  const blank = content.lastIndexOf('\n\n');
  if (blank < 0 || !content.endsWith('\n')) throw malformed('The note has no signature block.');
  const lines = content.slice(blank + 2, -1).split('\n');
  if (content.length === blank + 2) throw malformed('The note has no signature.');
  if (lines.length > NOTE_LINES_MAX) throw malformed('The note has more than 100 signature lines.');
  return { text: content.slice(0, blank + 1), lines: lines.map(readLine) };
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > NOTE_BYTES_MAX) throw malformed('The note is over 64 KiB.');
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('The note is not UTF-8.');
  }
}

function readLine(line: string): NoteLine {
  const [dash, name = '', encoded = '', ...rest] = line.split(' ');
  const bytes = fromBase64(encoded);
  if (
    dash !== DASH ||
    rest.length > 0 ||
    !isKeyName(name) ||
    bytes === undefined ||
    bytes.length < 5
  ) {
    throw malformed('A signature line is not: dash, key name, base64.');
  }
  return {
    name,
    keyId: Buffer.from(bytes.subarray(0, 4)).toString('hex'),
    signature: bytes.subarray(4),
  };
}

/** @returns the line with its LF */
export function noteLine(name: string, keyId: Uint8Array, signature: Uint8Array): string {
  return `${DASH} ${name} ${base64(Buffer.concat([keyId, signature]))}\n`;
}

/**
 * The lines that known keys signed. A line of a known (name, key id) that fails refuses the whole note, wherever it
 * stands; lines of unknown keys are passed over.
 *
 * @param keys of type log; a witness's line is checked by `cosignature.ts`
 * @throws TieoutError `proof-invalid` when a known line fails or no known line is there
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): VerifierKey[] {
  const message = Buffer.from(note.text);
  const signed = new Set<VerifierKey>();
  for (const line of note.lines) {
    const key = keys.find(
      (k) => k.type === LOG_KEY && k.name === line.name && k.keyId === line.keyId,
    );
    if (key === undefined) continue;
    if (!key.verify(message, line.signature)) {
      throw refused(
        'checkpoint-signature',
        `The signature of ${line.name}+${line.keyId} is wrong.`,
      );
    }
    signed.add(key);
  }
  if (signed.size === 0) throw refused('checkpoint-signature', 'No known key signed this note.');
  return [...signed];
}
