/** Events of the ledger's own keys, in the stream `ledger-_.keys`. A private key is never part of one. */
export type LogKeyEvent =
  | { readonly type: 'ledger.created'; readonly data: LedgerCreated }
  | { readonly type: 'ledger.key-added'; readonly data: KeyAdded }
  | { readonly type: 'ledger.key-retired'; readonly data: KeyRetired }
  | { readonly type: 'ledger.key-compromised'; readonly data: KeyCompromised };

export type LedgerCreated = {
  /** name of the log in every checkpoint */
  readonly origin: string;
  readonly vkey: string;
  readonly recoveryVkey: string;
};

export type KeyAdded = {
  readonly vkey: string;
  /** vkey of the key that it takes over from */
  readonly replaces: string;
  /** base64: the new key's signature over the hand-over body, which shows that somebody holds its private half */
  readonly signature: string;
  /** base64: the recovery key's signature over the same body; there when the replaced key is lost, whose line ends with it */
  readonly recoverySignature?: string;
  /** clients or persons; absent in an emergency, which the holder of the recovery key answers for */
  readonly requestedBy?: string;
  readonly approvedBy?: string;
  /** instant at which the replaced key is retired; absent in an emergency, where it ends at once */
  readonly replacedUntil?: string;
};

export type KeyRetired = {
  readonly vkey: string;
  readonly reason: string;
};

export type KeyCompromised = {
  readonly vkey: string;
  /** last size that a cosignature or token vouches for; above it, checkpoints of this key alone do not count */
  readonly trustedSize: number;
  readonly reason: string;
};

export const KEY_ADDED = 'ledger.key-added';
export const KEY_RETIRED = 'ledger.key-retired';
export const KEY_COMPROMISED = 'ledger.key-compromised';
