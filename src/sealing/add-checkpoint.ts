import { base64, fromBase64 } from './base64';
import { readDecimal } from './checkpoint';
import { refused } from './findings';
import { NOTE_BYTES_MAX } from './note';

/** What a log sends to a witness: the size it signed before, the proof from there, the checkpoint. */
export interface AddCheckpoint {
  /** 0 for a log that the witness does not know yet */
  readonly old: number;
  readonly hashes: readonly Uint8Array[];
  /** the signed note, verbatim */
  readonly checkpoint: string;
}

const HASHES_MAX = 63;
/** The note, 63 hashes and the first line. */
export const ADD_CHECKPOINT_BYTES_MAX = NOTE_BYTES_MAX + 4_096;

/** @see C2SP tlog-witness v1.0.0, add-checkpoint */
export function addCheckpointText({ old, hashes, checkpoint }: AddCheckpoint): string {
  return `old ${old}\n${hashes.map((hash) => `${base64(hash)}\n`).join('')}\n${checkpoint}`;
}

/**
 * Reads the body of an add-checkpoint request and nothing looser. The checkpoint is not read.
 *
 * @throws TieoutError `proof-invalid`, finding `proof-malformed`
 */
export function readAddCheckpoint(text: string): AddCheckpoint {
  const blank = text.indexOf('\n\n');
  const [oldLine = '', ...lines] = text.slice(0, Math.max(blank, 0)).split('\n');
  const old = oldLine.startsWith('old ') ? readDecimal(oldLine.slice(4)) : undefined;
  const checkpoint = text.slice(blank + 2);
  if (blank < 0 || old === undefined || lines.length > HASHES_MAX || checkpoint === '') {
    throw malformed();
  }
  const hashes = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw malformed();
    return hash;
  });
  return { old, hashes, checkpoint };
}

const malformed = () =>
  refused(
    'proof-malformed',
    'Not an add-checkpoint body: old size, 32-byte hashes, blank line, checkpoint.',
  );
