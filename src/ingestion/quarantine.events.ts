import { type JsonObject } from '../kernel/json';

/** Business: the sender's data must change. Technical: the bytes could not be read at all. */
export type QuarantineCause = 'business' | 'technical';

/** One refused field; never its value, which may be personal. */
export type QuarantineError = {
  readonly pointer: string;
  /** a code of the problem table */
  readonly code: string;
  readonly detail: string;
};

/** One delivery that could not be accepted. The bytes are in the blob store under their hash. */
export type Delivery = {
  /** 64 hex */
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  /** the way it came in */
  readonly form: 'binary' | 'structured' | 'batch' | 'bulk' | 'file';
  /** client that delivered it */
  readonly client: string;
  readonly cause: QuarantineCause;
  /** code of the first error */
  readonly code: string;
  /** at most 20, in the order found */
  readonly errors: readonly QuarantineError[];
  /** short name of the source, where the bytes said and a registered source has that URI */
  readonly system?: string;
  /** the sender's id, where the bytes said */
  readonly sourceId?: string;
  /** entry id that the event would have had, where both are known */
  readonly eventId?: string;
  /** the event's type as sent, where the bytes said */
  readonly eventType?: string;
};

/**
 * Events of one quarantine item, stream `quarantine-_.<item id>`. An item belongs to one event of a source, where the
 * bytes say which; otherwise to one client and one hash. `received` opens it; `replayed`, `discarded` and `superseded`
 * close it; `repeated` is a further delivery: of the same bytes, which changes no status, or of
 * others, which opens the item again.
 */
export type QuarantineEvent =
  | { readonly type: 'quarantine.received'; readonly data: Delivery & JsonObject }
  | { readonly type: 'quarantine.repeated'; readonly data: Delivery & JsonObject }
  | { readonly type: 'quarantine.assigned'; readonly data: Assigned & JsonObject }
  | { readonly type: 'quarantine.replay-failed'; readonly data: ReplayFailed & JsonObject }
  | { readonly type: 'quarantine.replayed'; readonly data: Closed & JsonObject }
  | { readonly type: 'quarantine.discarded'; readonly data: Discarded & JsonObject }
  | { readonly type: 'quarantine.superseded'; readonly data: Closed & JsonObject };

export type Assigned = {
  readonly owner: string;
  /** civil date */
  readonly due?: string;
};

/** A replay that met a problem again; the item stays open with the new code. */
export type ReplayFailed = {
  readonly sha256: string;
  readonly cause: QuarantineCause;
  readonly code: string;
  readonly errors: readonly QuarantineError[];
};

/** Replayed or superseded: the entry that was recorded. */
export type Closed = {
  readonly eventId: string;
};

export type Discarded = {
  readonly sha256: string;
  readonly reason: string;
};
