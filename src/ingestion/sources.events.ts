import { type JsonObject } from '../kernel/json';
import { type Instant } from '../kernel/runtime';

/** A source's own status code and the canonical state that it stands for. */
export type StateCode = {
  readonly code: string;
  readonly state: string;
};

/** One registered source system, as `PUT /v1/sources/{id}` sets it. `id` is the short name that entries carry. */
export type SourceSettings = {
  /** short name, fixed at registration and never given to another system */
  readonly id: string;
  /** the CloudEvents `source` of this system; unique in the ledger */
  readonly uri: string;
  readonly name?: string;
  /** IANA name, for instants that a file gives without an offset */
  readonly timeZone: string;
  /** `cut`: digits finer than a millisecond are cut off; `refuse`: they are an error */
  readonly fineTime: 'cut' | 'refuse';
  /** by object type; a list, since a status code may be text that no member of JSON is named */
  readonly stateCodes: Readonly<Record<string, readonly StateCode[]>>;
  /** facts that occurred before are flagged `backfill` */
  readonly agreedStart?: Instant;
};

/** Events of the register, stream `source-_.register`; each carries the whole settings of one source. */
export type SourceEvent =
  | { readonly type: 'source.registered'; readonly data: SourceSettings & JsonObject }
  | { readonly type: 'source.changed'; readonly data: SourceSettings & JsonObject };
