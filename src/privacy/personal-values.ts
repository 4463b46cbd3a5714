import { type Json } from '../kernel/json';

/** A value that must not stand in the log. */
export interface PersonalValue {
  /** JSON Pointer in the event as sent */
  readonly pointer: string;
  readonly value: Json;
  /** pseudonym of the person whose value it is; absent: it belongs to its event alone */
  readonly subject?: string;
}

export interface EventValues {
  /** entry id */
  readonly eventId: string;
  readonly values: readonly PersonalValue[];
}

/** JSON Pointer to 64 hex, as it stands in an entry. */
export type Commitments = Readonly<Record<string, string>>;

/** What shows that a commitment is that of a value. */
export interface Opening {
  readonly path: string;
  /** 64 hex */
  readonly salt: string;
  readonly value: Json;
  /** 64 hex */
  readonly commitment: string;
}

/** Personal values beside the ledger, which holds a salted commitment for each. */
export interface PersonalValues {
  /**
   * Stores the values of an event and gives the commitments for its entry. Durable when this returns, so before the
   * append. The same values again give the same commitments, for a repeat must not look like another event.
   *
   * @throws TypeError for a pointer twice, or a value that is no JSON
   */
  commit(eventId: string, values: readonly PersonalValue[]): Commitments;
  /** As `commit` for many events, in order, in one transaction. */
  commitAll(events: readonly EventValues[]): Commitments[];
  /**
   * The openings of an event, by path; what was erased is left out.
   *
   * @param commitments of the entry: openings of another attempt under the same id are then left out
   * @throws TieoutError `store-corrupt` for a row that does not open
   */
  open(eventId: string, commitments?: Commitments): Opening[];
  /**
   * Where the values of a repeat are not those of the recorded entry, by JSON Pointer in order; empty when they are
   * equal. Compared through the stored salts; a value that was erased counts as equal.
   *
   * @param commitments of the recorded entry
   */
  differing(eventId: string, commitments: Commitments, values: readonly PersonalValue[]): string[];
}
