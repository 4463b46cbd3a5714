import { type Instant } from '../kernel/runtime';
import { type SignedCheckpoint } from './signed-checkpoint';

/** What an append answers, with the proof in it. Members and order as `ledger-format` and the API have them. */
export interface Receipt {
  readonly receipt: 1;
  /** origin of the log */
  readonly ledger: string;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly recordedAt: Instant;
  /** 64 hex */
  readonly leaf: string;
  /** printed store position: compare and wait with it, it proves nothing */
  readonly position: string;
  readonly state: 'sealed';
  readonly index: number;
  /** `.tlog-proof` text against the first checkpoint that covers the event */
  readonly proof: string;
}

/** Of an event that is recorded and not sealed: what a receipt says, without what would prove it. */
export interface PendingReceipt {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly recordedAt: Instant;
  /** 64 hex */
  readonly leaf: string;
  readonly position: string;
}

/** What a receipt needs to know of an event; the rest is in the entry. */
export interface ReceiptOf {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly recordedAt: Instant;
  readonly leaf: Uint8Array;
  readonly position: string;
  readonly index: number;
}

/**
 * Receipts of a ledger. The first receipt of an event is the same text whether it is made at the commit or rebuilt
 * years later: the row knows its commit's size, and the signature is deterministic.
 */
export interface Receipts {
  receiptOf(event: ReceiptOf): Receipt;
  /** For replies that carry one checkpoint for many events. @throws TieoutError `not-found` when it is not sealed */
  proofOf(index: number): SealedProof;
}

/** The parts of a receipt's proof. */
export interface SealedProof {
  readonly index: number;
  /** the leaf's sibling first */
  readonly hashes: readonly Uint8Array[];
  /** the first checkpoint that covers the index */
  readonly checkpoint: SignedCheckpoint;
}
