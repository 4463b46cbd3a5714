import { type TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type ReceiptOf } from '../../sealing';
import { type Flag } from '../workflow.policy';

/** The way an event came in. */
export type Form = 'binary' | 'structured' | 'batch' | 'bulk' | 'file';

/** `no-stream`: the event must be the object's first. */
export type ExpectedRevision = bigint | 'no-stream';

/** One event as it was sent, not yet looked at. */
export interface Submission {
  readonly form: Form;
  /** the bytes to keep if the event cannot be accepted */
  readonly bytes: Uint8Array;
  /** media type of `bytes` */
  readonly contentType: string;
  /** reads the structured event out of the bytes; throws TieoutError `json-*`, `malformed` */
  readonly read: () => JsonObject;
  /** from `If-Match` or `If-None-Match` */
  readonly expected?: ExpectedRevision;
}

/** Who delivers. */
export interface Deliverer {
  readonly client: string;
  readonly sources: ReadonlySet<string> | 'all';
}

/** An event that is in the ledger: this one, or the same one sent before. */
export interface Accepted {
  readonly result: 'recorded' | 'duplicate';
  readonly event: ReceiptOf;
  /** state of the object now */
  readonly objectState: string;
  readonly flags: readonly Flag[];
  /** the stored bytes */
  readonly entry: Uint8Array;
}

/** An event that is not in the ledger, and why. */
export interface NotAccepted {
  readonly result:
    'conflict' | 'quarantined' | 'too-large' | 'refused' | 'unknown' | 'not-attempted';
  readonly error: TieoutError;
  /** item of the quarantine that keeps the bytes */
  readonly quarantine?: string;
}

/** Every item gets its own answer. */
export type ItemResult = Accepted | NotAccepted;

export function isAccepted(result: ItemResult): result is Accepted {
  return result.result === 'recorded' || result.result === 'duplicate';
}
