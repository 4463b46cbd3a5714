import { type EntryIds, type EventStore } from '../event-store';
import { decodeEntry, type Entry } from '../kernel/entry';
import { storeCorrupt } from '../kernel/errors';
import { type ErasedPlace, type HeldValue, type NamedValue } from './privacy.events';

/** The part of the log that erasures read. */
export type EntryLog = EntryIds & Pick<EventStore, 'readStream'>;

/** @throws TieoutError `store-corrupt` when the place is empty */
export async function entryAt(log: EntryLog, stream: string, revision: number): Promise<Entry> {
  for await (const recorded of log.readStream(stream, BigInt(revision), 1)) {
    return decodeEntry(recorded.entry);
  }
  throw storeCorrupt(`${stream} has no revision ${revision}.`, { stream, revision });
}

/** The entry under an id, if it is recorded. */
export async function entryOf(log: EntryLog, id: string): Promise<Entry | undefined> {
  const placed = (await log.find([id])).get(id);
  return placed === undefined ? undefined : entryAt(log, placed.stream, Number(placed.revision));
}

/**
 * Where values stand in the log. Those of events that were never recorded, and those that another attempt brought, stand
 * nowhere and are left out.
 *
 * @param values those of one event beside one another
 */
export async function recordedValues(
  log: EntryLog,
  values: readonly NamedValue[],
): Promise<HeldValue[]> {
  const placed = await log.find([...new Set(values.map(({ event }) => event))]);
  const held: HeldValue[] = [];
  let last: Entry | undefined;
  for (const { event, path } of values) {
    const at = placed.get(event);
    if (at === undefined) continue;
    if (last?.id !== event) last = await entryAt(log, at.stream, Number(at.revision));
    const commitment = last.commitments?.[path];
    if (commitment === undefined) continue;
    const { stream, revision, recordedAt, occurredAt } = last;
    held.push({ event, path, commitment, stream, revision, recordedAt, occurredAt });
  }
  return held;
}

/** The events that places belong to. */
export async function namedValues(
  log: EntryLog,
  places: readonly ErasedPlace[],
): Promise<NamedValue[]> {
  const named: NamedValue[] = [];
  let last: Entry | undefined;
  for (const { stream, revision, path } of places) {
    if (last?.stream !== stream || last.revision !== revision)
      last = await entryAt(log, stream, revision);
    named.push({ event: last.id, path });
  }
  return named;
}
