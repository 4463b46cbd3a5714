import { openCheckpoint, readCheckpoint } from '../../src/sealing/checkpoint';
import { meetsQuorum } from '../../src/sealing/cosignature';
import { refused } from '../../src/sealing/findings';
import { verifyConsistency } from '../../src/sealing/merkle-verify';
import { readNote, verifyNote } from '../../src/sealing/note';
import { type Policy, readPolicy } from '../../src/sealing/policy-file';
import { type SignedCheckpoint } from '../../src/sealing/signed-checkpoint';
import { type VerifierKey } from '../../src/sealing/vkey';
import { type Context, count, step } from './context';
import { readWhole } from './pack-source';
import { Members, readCanonical } from './strict-object';

export const CHECKPOINT = 'data/integrity/checkpoint';
const POLICY = 'data/integrity/policy';
const CONSISTENCY = 'data/integrity/consistency.json';
const NOTE_BYTES_MAX = 64 * 1024;

/** What the user brought from outside the pack. */
export interface Outside {
  readonly policy?: Policy;
  readonly lastSeen?: string;
}

export interface Anchored {
  /** undefined when it is not good: nothing is then compared with its root */
  readonly checkpoint?: SignedCheckpoint;
  /** the keys that signed it, of those that are trusted */
  readonly keys?: readonly VerifierKey[];
  /** true when the key came from outside, the quorum is met and the last seen checkpoint agrees */
  readonly isAnchored: boolean;
}

/** The one checkpoint of the pack, by the policy from outside or else by its own, which proves less. */
export function checkCheckpoint(context: Context, outside: Outside): Anchored {
  const anchored = step(context, { file: CHECKPOINT }, () => openOwn(context, outside.policy));
  if (anchored === undefined) return { isAnchored: false };
  const { checkpoint, keys } = anchored;
  count(context, 'checkpoints');
  const notes: string[] = [];
  if (outside.policy === undefined) {
    notes.push(
      'Without --policy the keys are those inside the pack: it is consistent with itself, no more.',
    );
  } else if (!meetsQuorum(readNote(checkpoint.note), outside.policy)) {
    notes.push(
      `The checkpoint lacks the signatures that the policy asks for (${outside.policy.quorum}).`,
    );
  }
  const { lastSeen } = outside;
  if (lastSeen !== undefined) {
    const note = step(context, { file: CHECKPOINT }, () =>
      compareLastSeen(context, checkpoint, anchored.trusted, lastSeen),
    );
    if (note !== undefined) notes.push(note);
  }
  context.notes.push(...notes.filter((note) => note !== ''));
  return { checkpoint, keys, isAnchored: notes.every((note) => note === '') };
}

interface Opened {
  readonly checkpoint: SignedCheckpoint;
  readonly keys: readonly VerifierKey[];
  /** all that may have signed an earlier checkpoint of this log */
  readonly trusted: readonly VerifierKey[];
}

function openOwn(context: Context, policy: Policy | undefined): Opened {
  const bytes = readSmall(context, CHECKPOINT);
  const { origin } = readCheckpoint(bytes);
  const own = step(context, { file: POLICY }, () =>
    keysOf(readPolicy(readSmall(context, POLICY).toString('utf8')), origin),
  );
  const trusted = policy === undefined ? own : keysOf(policy, origin);
  if (trusted === undefined)
    throw refused('checkpoint-signature', 'There is no key to verify it with.');
  const checkpoint = openCheckpoint(bytes, ...trusted);
  const keys = verifyNote(readNote(bytes), trusted);
  if (own !== undefined && !keys.some(({ vkey }) => own.some((key) => key.vkey === vkey))) {
    throw refused(
      'checkpoint-signature',
      `The pack names ${own.map(({ vkey }) => vkey).join(', ')}, the policy ${keys[0]?.vkey ?? ''}.`,
    );
  }
  return { checkpoint, keys, trusted };
}

function keysOf(policy: Policy, origin: string): readonly VerifierKey[] {
  const keys = policy.logs.filter((log) => log.name === origin);
  if (keys.length > 0) return keys;
  throw refused(
    'checkpoint-origin',
    `The checkpoint is of ${origin}, which the policy does not name.`,
  );
}

/** @returns '' when it agrees; a note when nothing can be said */
function compareLastSeen(
  context: Context,
  checkpoint: SignedCheckpoint,
  keys: readonly VerifierKey[],
  lastSeen: string,
): string {
  const seen = openCheckpoint(lastSeen, ...keys);
  if (seen.size === checkpoint.size) {
    if (Buffer.compare(seen.root, checkpoint.root) === 0) return '';
    throw refused(
      'checkpoint-equivocation',
      `Two checkpoints of size ${seen.size} have different roots: one key signed two logs.`,
    );
  }
  if (seen.size > checkpoint.size) {
    return `The last seen checkpoint is newer (size ${seen.size}): ask the log for a consistency proof.`;
  }
  const hashes = consistencyFrom(context, seen.size);
  if (hashes === undefined) {
    return `The pack has no consistency proof from the last seen size ${seen.size}.`;
  }
  const { size: to, root: toRoot } = checkpoint;
  if (verifyConsistency({ from: seen.size, to, fromRoot: seen.root, toRoot, hashes })) return '';
  throw refused(
    'checkpoint-inconsistent',
    `The log of the pack does not continue the last seen one, of size ${seen.size}.`,
  );
}

function consistencyFrom(context: Context, from: number): Uint8Array[] | undefined {
  const file = context.pack.files.get(CONSISTENCY);
  if (file === undefined) return undefined;
  const root = new Members(
    readCanonical(readWhole(file), 'proof-malformed'),
    '',
    'proof-malformed',
  );
  const proofs = root.only('proofs', 'v').objects('proofs');
  return proofs.find((proof) => proof.natural('from') === from)?.hashes('hashes');
}

function readSmall(context: Context, name: string): Buffer {
  const file = context.pack.files.get(name);
  if (file === undefined) throw refused('pack-file', `${name} is missing.`);
  return readWhole(file, NOTE_BYTES_MAX);
}
