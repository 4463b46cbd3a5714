import { commandEventId, ledgerNamespace, processCommandId, uuidV5 } from '../../kernel/ids';
import { streamName } from '../../kernel/stream-name';

/** Process whose commands deliveries are. */
export const QUARANTINE_PROCESS = 'quarantine';

/** The item of an event of a source, so that a corrected event finds what it supersedes. @param eventId entry id */
export function itemOfEvent(origin: string, eventId: string): string {
  return uuidV5(ledgerNamespace(origin), `quarantine\n${eventId}`);
}

/** The item of bytes that do not say which event they are. @param sha256 64 hex */
export function itemOfBytes(origin: string, client: string, sha256: string): string {
  return uuidV5(ledgerNamespace(origin), `quarantine\n${client}\n${sha256}`);
}

export function itemStream(item: string): string {
  return streamName('quarantine', '_', item);
}

/** Entry id of the event that opened an item: where it is recorded, there is such an item. */
export function openingEventId(origin: string, item: string): string {
  return commandEventId(processCommandId(origin, QUARANTINE_PROCESS, item, 0), 0);
}
