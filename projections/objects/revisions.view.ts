import { differingPointers } from '../../src/kernel/entry';
import { type JsonObject } from '../../src/kernel/json';
import { type ObjectEvent } from './object-events';

/** Members that differ at every revision and say nothing about the object. */
const COMPARED = ['version', 'amount', 'baseAmount', 'dimensions', 'related', 'custom'] as const;

/**
 * One item a revision: where its event is, what state it reported, and which members of the object's data it gave
 * otherwise than the last revision that gave them.
 */
export function revisionsOf(events: readonly ObjectEvent[]): JsonObject[] {
  let known: JsonObject = {};
  return events.map(({ entry, data, index, position, leaf, flags }) => {
    const given = givenBy(data as unknown as JsonObject);
    const after = { ...known, ...given };
    const changes = differingPointers(known, after).map((pointer) => `/data${pointer}`);
    known = after;
    return {
      revision: entry.revision,
      id: entry.id,
      type: entry.type,
      state: data.transition.to,
      occurredAt: entry.occurredAt,
      recordedAt: entry.recordedAt,
      index,
      position,
      leaf,
      ...(entry.prev === undefined ? {} : { prev: entry.prev }),
      flags,
      changes,
      links: {
        event: `/v1/events/${entry.id}`,
        proof: `/v1/events/${entry.id}/proof`,
        entry: `/v1/log/entries/${index}`,
      },
    };
  });
}

function givenBy(data: JsonObject): JsonObject {
  const given: Record<string, JsonObject[string]> = {};
  for (const name of COMPARED) {
    const value = data[name];
    if (value !== undefined) given[name] = value;
  }
  return given;
}
