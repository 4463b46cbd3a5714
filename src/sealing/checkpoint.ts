import { base64, fromBase64 } from './base64';
import { refused } from './findings';
import { noteLine, readNote, verifyNote } from './note';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type Signer } from './signer';
import { type VerifierKey } from './vkey';

export interface CheckpointBody {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** Three lines: origin, decimal size, base64 root. No time, so that one size has one text. */
export function checkpointBody({ origin, size, root }: CheckpointBody): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/**
 * Reads a checkpoint's body and nothing looser: exactly three lines, no leading zero, a root of 32 bytes.
 *
 * @throws TieoutError `proof-invalid`, finding `checkpoint-syntax`
 * @see C2SP tlog-checkpoint v1.0.0, without extension lines
 */
export function readCheckpointBody(text: string): CheckpointBody {
  const [origin = '', sizeText = '', rootText = '', end, ...rest] = text.split('\n');
  const root = fromBase64(rootText);
  const size = readDecimal(sizeText);
  if (origin === '' || size === undefined || root?.length !== 32 || end !== '' || rest.length > 0) {
    throw refused('checkpoint-syntax', 'Not a checkpoint: origin, size and root, one line each.');
  }
  return { origin, size, root };
}

/** Decimal text of a safe integer, without sign or leading zero. */
export function readDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/u.test(text)) return undefined;
  const n = Number(text);
  return Number.isSafeInteger(n) ? n : undefined;
}

/** Signs (size, root) as a note. Deterministic. */
export function signCheckpoint(signer: Signer, size: number, root: Uint8Array): SignedCheckpoint {
  const body = checkpointBody({ origin: signer.name, size, root });
  const signature = signer.sign(Buffer.from(body));
  return withLines({ origin: signer.name, size, root }, [{ keyId: signer.keyId, signature }]);
}

/** A signature of the log itself: its key name is the origin. */
export interface CheckpointLine {
  /** 4 bytes */
  readonly keyId: Uint8Array;
  /** 64 bytes */
  readonly signature: Uint8Array;
}

/** The note of signatures that are already there, in their order. */
export function withLines(
  body: CheckpointBody,
  lines: readonly CheckpointLine[],
): SignedCheckpoint {
  const signed = lines.map((line) => noteLine(body.origin, line.keyId, line.signature));
  return { ...body, note: `${checkpointBody(body)}\n${signed.join('')}` };
}

/** Reads a checkpoint without checking its signatures. @throws TieoutError `proof-invalid` */
export function readCheckpoint(note: Uint8Array | string): SignedCheckpoint {
  const { text } = readNote(note);
  const content = typeof note === 'string' ? note : Buffer.from(note).toString('utf8');
  return { ...readCheckpointBody(text), note: content };
}

/**
 * Reads and verifies a checkpoint.
 *
 * @param keys the log's keys as the caller knows them: their name is the origin that the checkpoint must have, and one
 *   good line is enough
 * @throws TieoutError `proof-invalid`: `checkpoint-syntax`, `checkpoint-origin` or `checkpoint-signature`
 */
export function openCheckpoint(
  note: Uint8Array | string,
  ...keys: readonly VerifierKey[]
): SignedCheckpoint {
  const checkpoint = readCheckpoint(note);
  const named = keys.filter(({ name }) => name === checkpoint.origin);
  if (named.length === 0) {
    throw refused(
      'checkpoint-origin',
      `The checkpoint is of ${checkpoint.origin}, not of ${keys[0]?.name ?? 'any known log'}.`,
    );
  }
  verifyNote(readNote(note), named);
  return checkpoint;
}
