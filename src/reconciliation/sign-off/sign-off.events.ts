import { type JsonObject } from '../../kernel/json';
import { type Acted, type AutoMethod, type SignOffLevel } from '../close/period.events';
import { type FileRef } from '../imports/batch.events';

/** One signature: it covers a statement by its hash, and keeps it as a file. */
export interface Signed extends Acted {
  readonly level: SignOffLevel;
  /** what the signer states, in words */
  readonly statement: string;
  /** the signed statement; its SHA-256 is the signed hash */
  readonly file: FileRef;
}

export interface Rejected extends Acted {
  readonly reason: string;
}

export interface Withdrawn extends Acted {
  readonly level: SignOffLevel;
  readonly reason: string;
}

/** What the comparison of the signed and the live hash shows; no guard waits for it. */
export interface Compared {
  readonly signed: string;
  readonly live: string;
}

export interface AutoCertified {
  readonly method: AutoMethod;
  readonly file: FileRef;
}

/** Why a method of the requirement did not hold. */
export type AutoReason =
  | 'not-matched-to-cut-off'
  | 'control-failed'
  | 'not-fresh'
  | 'open-break'
  | 'difference'
  | 'balance-not-zero'
  | 'balance-changed'
  | 'activity'
  | 'no-prior-closing';

export interface NotAutoCertified {
  readonly live: string;
  readonly reasons: readonly { readonly method: AutoMethod; readonly reason: AutoReason }[];
}

type Of<Type extends string, Data> = { readonly type: Type; readonly data: Data & JsonObject };

/** Events of one account reconciliation, in `reconciliation-<entity>.<definition>.<period>`. */
export type SignOffEvent =
  | Of<'reconciliation.prepared' | 'reconciliation.signed', Signed>
  | Of<'reconciliation.rejected', Rejected>
  | Of<'reconciliation.withdrawn', Withdrawn>
  | Of<'reconciliation.suspended' | 'reconciliation.restored', Compared>
  | Of<'reconciliation.auto-certified', AutoCertified>
  | Of<'reconciliation.not-auto-certified', NotAutoCertified>;
