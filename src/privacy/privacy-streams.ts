import { type EntryIds } from '../event-store';
import { notFound } from '../kernel/errors';
import { streamName } from '../kernel/stream-name';

const PREFIX = 'privacy-_.';

export const privacyStream = (subject: string): string => streamName('privacy', '_', subject);
/** Holds on more than one subject. */
export const SCOPES_STREAM = privacyStream('scopes');
export const POLICIES_STREAM = privacyStream('policies');

/**
 * Stream of an erasure or a hold, whose id is that of its first event.
 *
 * @throws TieoutError `not-found`
 */
export async function streamOfId(log: EntryIds, id: string, what: string): Promise<string> {
  const placed = (await log.find([id])).get(id);
  if (placed?.stream.startsWith(PREFIX) !== true) throw notFound(what);
  return placed.stream;
}
