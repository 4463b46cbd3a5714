/** Events that tell which checkpoints others vouch for, in the stream `ledger-_.anchors`. */
export type LedgerAnchorEvent = { readonly type: 'ledger.anchored'; readonly data: LedgerAnchored };

export type LedgerAnchored = {
  readonly kind: 'quorum' | 'timestamp';
  readonly size: number;
  /** hex */
  readonly root: string;
  /** instant at which this service had it */
  readonly at: string;
  /** who vouches and when: POSIX seconds of a cosignature, or the time in the token */
  readonly times: readonly { readonly by: string; readonly time: string }[];
  /** SHA-256 of the anchored checkpoint file, hex */
  readonly checkpoint: string;
  /** SHA-256 of the token, hex */
  readonly token?: string;
};

export const ANCHORS_STREAM = 'ledger-_.anchors';
export const ALARMS_STREAM = 'ledger-_.alarms';
