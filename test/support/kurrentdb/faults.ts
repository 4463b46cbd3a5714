/** What a test can have go wrong. Every switch is off unless it is set. */
export interface Faults {
  /** calls are taken and never answered */
  silent: boolean;
  /** appends are taken and forgotten, or stored and not answered */
  lose: 'request' | 'reply' | undefined;
  /** the server ends when the next append reaches it, before it is stored */
  stopAtAppend: boolean;
  /** every answer is late by so much */
  delayMs: number;
  /** appends are refused by this node as a follower does: with the leader's address, or with none */
  notLeader: 'once' | 'always' | undefined;
  /** where the leader is said to be; this node itself when unset */
  leader: { readonly host: string; readonly port: number } | undefined;
  /** a reply that has neither success nor conflict */
  emptyReply: boolean;
  repeatWithoutPosition: boolean;
  /** bytes of data of one append; `newer` names the error as later servers do */
  appendBytesMax: number | undefined;
  newerSizeError: boolean;
  refusal: 'busy' | 'denied' | 'full' | 'commit-timeout' | 'unknown' | undefined;
  /** appends to streams of checkpoints are answered as by a server that is busy */
  refuseCheckpoints: boolean;
  /** reads and subscriptions end so, after this many messages */
  endReads:
    { readonly after: number; readonly with: 'ok' | 'unavailable' | 'cancelled' } | undefined;
  noConfirmation: boolean;
  /** a live subscription delivers nothing any more */
  muteSubscriptions: boolean;
  /** subscriptions repeat each event, or swap neighbours */
  deliver: 'twice' | 'swapped' | undefined;
  /** an event without a stream name, which the client cannot convert */
  brokenRecord: boolean;
}

export const noFaults = (): Faults => ({
  silent: false,
  lose: undefined,
  stopAtAppend: false,
  delayMs: 0,
  notLeader: undefined,
  leader: undefined,
  emptyReply: false,
  repeatWithoutPosition: false,
  appendBytesMax: 1_048_576,
  newerSizeError: false,
  refusal: undefined,
  refuseCheckpoints: false,
  endReads: undefined,
  noConfirmation: false,
  muteSubscriptions: false,
  deliver: undefined,
  brokenRecord: false,
});

/** What was asked of a server, so that a test can say what never was. */
export interface Seen {
  appends: number;
  batchAppends: number;
  reads: number;
  subscriptions: number;
  gossips: number;
  features: number;
  /** open calls, by kind */
  openReads: number;
  /** `authorization` of the last call */
  authorization: string | undefined;
  requiresLeader: boolean | undefined;
  appendsAtOnceMax: number;
}

export const nothingSeen = (): Seen => ({
  appends: 0,
  batchAppends: 0,
  reads: 0,
  subscriptions: 0,
  gossips: 0,
  features: 0,
  openReads: 0,
  authorization: undefined,
  requiresLeader: undefined,
  appendsAtOnceMax: 0,
});
