import { storeCorrupt } from '../kernel/errors';
import { type CommitParticipant } from '../event-store/sqlite';
import { checkpointBody, type CheckpointLine } from './checkpoint';
import { readNote } from './note';
import { createSealer, type LinesOf } from './sealer';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type Signer } from './signer';
import { readVkey } from './vkey';

/** The checkpoint at which the next commit must arrive. Set before the commit, by who read it from the shared log. */
export interface AwaitedCheckpoint {
  current: SignedCheckpoint | undefined;
}

/**
 * Seals commits with checkpoints that are signed elsewhere: each commit must arrive at the awaited size and root, and the
 * signatures must be those of the keys that the log says are in service.
 */
export function createFollower(origin: string, awaited: AwaitedCheckpoint): CommitParticipant {
  const linesOf: LinesOf = ({ history }, body) => {
    const note = awaited.current;
    if (note === undefined || note.size !== body.size) {
      throw storeCorrupt(`No checkpoint of size ${body.size} is awaited.`, { expected: body.size });
    }
    if (Buffer.compare(note.root, body.root) !== 0) {
      throw storeCorrupt(
        `The signed root at size ${body.size} is not that of the events: a node sealed another log (divergence).`,
        { expected: hexOf(body.root), found: hexOf(note.root) },
      );
    }
    const { lines } = readNote(note.note);
    const own = lines.filter(({ name }) => name === origin);
    const message = Buffer.from(checkpointBody(body));
    const [finding] = history.check({
      size: body.size,
      body: message,
      lines: own,
      isKept: true,
    }).findings;
    if (finding !== undefined) {
      throw storeCorrupt(`The checkpoint of size ${body.size} does not hold: ${finding.detail}`, {
        finding: finding.code,
      });
    }
    return own.map(({ keyId, signature }): CheckpointLine => ({
      keyId: Buffer.from(keyId, 'hex'),
      signature,
    }));
  };
  return createSealer({ signer: namedOnly(origin), signerOf: verifying, linesOf });
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const noKey = (): never => {
  throw new TypeError('a follower signs nothing');
};

const namedOnly = (name: string): Signer => ({
  name,
  vkey: '',
  keyId: new Uint8Array(4),
  sign: noKey,
});

/** A key of which only the public half is here. */
function verifying(vkey: string): Signer {
  const { name, keyId } = readVkey(vkey);
  return { name, vkey, keyId: Buffer.from(keyId, 'hex'), sign: noKey };
}
