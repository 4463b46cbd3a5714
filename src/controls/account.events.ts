import { type Instant } from '../kernel/runtime';

/** A proposal: who or what an account is from `validFrom` until `validTo`. It has no effect before its approval. */
export type AccountMapped = {
  /** number of the proposal in its stream, from 1 */
  readonly mapping: number;
  readonly kind: 'human' | 'service' | 'shared';
  /** opaque person id; human accounts only, and always with them */
  readonly person?: string;
  readonly validFrom: Instant;
  /** absent: without end; the instant itself is outside */
  readonly validTo?: Instant;
  /** client that asked, and the person behind it where this register names one */
  readonly by: string;
  readonly byPerson?: string;
};

export type AccountApproved = {
  /** the proposal that is in force from now on, also for what the account did in the past */
  readonly mapping: number;
  readonly by: string;
  readonly byPerson?: string;
};

/** Events of one account of a source system, in the stream `account-_.<pseudonym>`. */
export type AccountEvent =
  | { readonly type: 'account.mapped'; readonly data: AccountMapped }
  | { readonly type: 'account.approved'; readonly data: AccountApproved };
