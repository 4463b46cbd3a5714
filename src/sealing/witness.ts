import { isTieoutError } from '../kernel/errors';
import { type AddCheckpoint, readAddCheckpoint } from './add-checkpoint';
import { readCheckpoint } from './checkpoint';
import { type Cosigner } from './cosignature';
import { verifyConsistency } from './merkle-verify';
import { readNote, verifyNote } from './note';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type VerifierKey } from './vkey';

/** The newest checkpoint that a witness cosigned of one log. */
export interface Witnessed {
  readonly size: number;
  /** 32 bytes */
  readonly root: Uint8Array;
}

/** Keeps what was cosigned. */
export interface WitnessStore {
  /**
   * Check and store in one transaction: `decide` gets what is kept of the origin and says what is kept from now on.
   */
  change(origin: string, decide: (before: Witnessed | undefined) => Decision): Decision;
}

export type Decision =
  | { readonly status: 200; readonly keep: Witnessed & { readonly note: string } }
  | {
      readonly status: 400 | 403 | 404 | 409 | 422;
      readonly detail: string;
      readonly size?: number;
    };

/** As it goes over HTTP. */
export interface WitnessReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface WitnessOptions {
  /** keys of the logs that this witness follows; a log with two keys stands twice */
  readonly logs: readonly VerifierKey[];
  readonly cosigner: Cosigner;
  readonly store: WitnessStore;
  /** POSIX seconds */
  readonly now: () => number;
}

/**
 * Cosigns checkpoints of other logs: only those that continue what it cosigned before, one root for each size.
 *
 * @see C2SP tlog-witness v1.0.0
 */
export class Witness {
  constructor(private readonly options: WitnessOptions) {}

  /** @param body of an add-checkpoint request */
  addCheckpoint(body: string): WitnessReply {
    const request = readRequest(body);
    if ('status' in request) return replyOf(request);
    const { checkpoint } = request;
    const { logs, store, cosigner, now } = this.options;
    const keys = logs.filter(({ name }) => name === checkpoint.origin);
    if (keys.length === 0) {
      return replyOf({ status: 404, detail: `The log ${checkpoint.origin} is not followed here.` });
    }
    if (!isSigned(checkpoint, keys)) {
      return replyOf({ status: 403, detail: 'No known key of that log signed the checkpoint.' });
    }
    const decision = store.change(checkpoint.origin, (before) => decide(request, before));
    if (decision.status !== 200) return replyOf(decision);
    // Stored before it is signed: after a crash in between the log asks again and gets the same answer.
    const line = cosigner.cosign(readNote(checkpoint.note).text, now());
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: line };
  }
}

interface Request {
  readonly add: AddCheckpoint;
  readonly checkpoint: SignedCheckpoint;
}

function readRequest(body: string): Request | Decision {
  try {
    const add = readAddCheckpoint(body);
    return { add, checkpoint: readCheckpoint(add.checkpoint) };
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid')) throw error;
    return { status: 400, detail: error.message };
  }
}

function isSigned(checkpoint: SignedCheckpoint, keys: readonly VerifierKey[]): boolean {
  try {
    return verifyNote(readNote(checkpoint.note), keys).length > 0;
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid')) throw error;
    return false;
  }
}

function decide({ add, checkpoint }: Request, before: Witnessed | undefined): Decision {
  const { size, root, note } = checkpoint;
  const keep = { size, root, note };
  if (add.old > size) return { status: 400, detail: 'The old size is above the checkpoint.' };
  const known = before?.size ?? 0;
  if (add.old !== known) {
    return { status: 409, detail: `The newest size here is ${known}.`, size: known };
  }
  if (known === 0) {
    if (add.hashes.length === 0) return { status: 200, keep };
    return { status: 422, detail: 'There is nothing to prove from size 0.' };
  }
  const fromRoot = before?.root ?? root;
  const { hashes } = add;
  const isSame = size === known && hashes.length === 0 && Buffer.compare(root, fromRoot) === 0;
  if (isSame || verifyConsistency({ from: known, to: size, fromRoot, toRoot: root, hashes })) {
    return { status: 200, keep };
  }
  return { status: 422, detail: `The checkpoint does not continue that of size ${known}.` };
}

function replyOf(decision: Decision): WitnessReply {
  const { status } = decision;
  if (status === 409 && decision.size !== undefined) {
    return { status, contentType: 'text/x.tlog.size', body: `${decision.size}\n` };
  }
  const body = status === 200 ? '' : `${decision.detail}\n`;
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
