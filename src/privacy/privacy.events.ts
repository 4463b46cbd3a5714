import { type Instant } from '../kernel/runtime';

/** Where a value stands in the log: its entry, and its JSON Pointer in the event as sent. */
export type ErasedPlace = {
  readonly stream: string;
  readonly revision: number;
  readonly path: string;
};

/** One value as a request names it. */
export type NamedValue = { readonly event: string; readonly path: string };

export type ErasureRequested = {
  /** id of this event, by which the erasure is known from now on */
  readonly erasure: string;
  readonly subject: string;
  /** absent: the whole subject, with its key and its pseudonym */
  readonly values?: readonly NamedValue[];
  readonly legalBasis: string;
  readonly by: string;
};

export type ErasureApproved = { readonly erasure: string; readonly by: string };

export type ErasureRejected = {
  readonly erasure: string;
  readonly reason: string;
  readonly by: string;
};

/** What could not be erased yet, and why. A hold has no date: it ends when two persons release it. */
export type ErasureDeferred = {
  readonly erasure: string;
  readonly reason: 'hold' | 'retention';
  readonly hold?: string;
  /** civil date from which no retention stands in the way; with reason `retention` only */
  readonly until?: string;
  /** what is kept: values, and the pseudonym with its key as one more */
  readonly kept: number;
  readonly requestedBy: string;
  readonly approvedBy: string;
};

export type Erased = {
  readonly erasure: string;
  readonly subject: string;
  readonly values: readonly ErasedPlace[];
  /** true: key and pseudonym of the subject are gone as well */
  readonly whole: boolean;
  /** true on the last event of the erasure */
  readonly isLast: boolean;
  readonly legalBasis: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  /** names the key that wrapped the subject's key */
  readonly kek: string;
};

export type HoldScope =
  | { readonly kind: 'subject'; readonly subject: string }
  | { readonly kind: 'object'; readonly stream: string }
  | { readonly kind: 'entity'; readonly entity: string }
  | { readonly kind: 'ledger' };

export type HoldPlaced = {
  /** id of this event, by which the hold is known from now on */
  readonly hold: string;
  readonly scope: HoldScope;
  readonly reason: string;
  /** law, court or case that asks for it */
  readonly authority: string;
  readonly by: string;
};

export type HoldReleaseRequested = {
  readonly hold: string;
  readonly reason: string;
  readonly by: string;
};

export type HoldReleased = {
  readonly hold: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
};

/** How long values of one class are kept. */
export type RetentionPolicy = {
  readonly class: RetentionClass;
  /** what the time is counted from */
  readonly trigger: 'recorded' | 'occurred';
  /** ISO 8601 period of years, months and days: `P10Y` */
  readonly duration: string;
  /** law that asks for it */
  readonly authority: string;
};

/** `account`: the name behind a pseudonym; the others are kinds of members of an event. */
export type RetentionClass = 'reason' | 'attachment-name' | 'personal' | 'account';

export type PoliciesSet = { readonly policies: readonly RetentionPolicy[]; readonly by: string };

/**
 * Events of the streams `privacy-_.<subject>`; holds on more than one subject stand in `privacy-_.scopes`, retention in
 * `privacy-_.policies`. None holds a personal value.
 */
export type PrivacyEvent =
  | { readonly type: 'privacy.erasure-requested'; readonly data: ErasureRequested }
  | { readonly type: 'privacy.erasure-approved'; readonly data: ErasureApproved }
  | { readonly type: 'privacy.erasure-rejected'; readonly data: ErasureRejected }
  | { readonly type: 'privacy.erasure-deferred'; readonly data: ErasureDeferred }
  | { readonly type: 'privacy.erased'; readonly data: Erased }
  | { readonly type: 'privacy.hold-placed'; readonly data: HoldPlaced }
  | { readonly type: 'privacy.hold-release-requested'; readonly data: HoldReleaseRequested }
  | { readonly type: 'privacy.hold-released'; readonly data: HoldReleased };

export type PoliciesEvent = { readonly type: 'privacy.policies-set'; readonly data: PoliciesSet };

/** A value with what decides how long it is kept. */
export interface HeldValue extends ErasedPlace {
  readonly event: string;
  /** 64 hex, as the entry has it */
  readonly commitment: string;
  readonly recordedAt: Instant;
  readonly occurredAt: Instant;
}
