import { isTieoutError } from '../../kernel/errors';
import { type Deliverer, type NotAccepted, type Submission } from './submission';
import { type Unread } from './transition-reader';

/** Keeps what cannot be accepted. */
export interface Keeper {
  /** @returns the quarantine item that holds the bytes now */
  keep(submission: Submission, unread: Unread, deliverer: Deliverer): Promise<string>;
  /** Closes items whose event was recorded after all. @param ids entry ids just recorded */
  supersede(ids: readonly string[]): Promise<void>;
}

/** @returns the item that holds the bytes, if they were kept */
export type Keep = (submission: Submission, unread: Unread) => Promise<string | undefined>;

/** What becomes of an event that cannot be accepted. */
export async function keepOne(
  submission: Submission,
  unread: Unread,
  keep: Keep,
): Promise<NotAccepted> {
  const { error } = unread;
  if (error.code === 'source-not-allowed') return { result: 'refused', error };
  if (error.code === 'too-large') return { result: 'too-large', error };
  try {
    const item = await keep(submission, unread);
    return { result: 'quarantined', error, ...(item === undefined ? {} : { quarantine: item }) };
  } catch (failure) {
    // Its bytes are nowhere yet, so it must come again; the reason why is the store's, not the event's.
    if (!isTieoutError(failure)) throw failure;
    const result = failure.code === 'outcome-unknown' ? 'unknown' : 'not-attempted';
    return { result, error: failure };
  }
}
