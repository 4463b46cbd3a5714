import { transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type ProjectedEvent, projection, type ProjectionDb } from '../read-model';
import { EVENTS_SCHEMA } from './events.schema';

const PUT_EVENT = `
  INSERT OR REPLACE INTO event (idx, position, stream, object, entity, type, occurred_at, recorded_at, system, source_id, document,
         actor, on_behalf_of, initiated_by, correlation, causation, amount_minor, currency)
  VALUES (:idx, :position, :stream, :object, :entity, :type, :occurredAt, :recordedAt, :system, :sourceId, :document,
         :actor, :onBehalfOf, :initiatedBy, :correlation, :causation, :amountMinor, :currency)`;

const PUT_PERSON = `
  INSERT OR IGNORE INTO account_person (person, account) VALUES (:person, :account)`;

function amountOf(data: TransitionData | undefined) {
  if (data?.amount === undefined) return { amountMinor: null, currency: null };
  const { minor, currency } = parseMoney(data.amount);
  return { amountMinor: minor, currency };
}

function putEvent(
  { entry, index, position, stream, type }: ProjectedEvent,
  db: ProjectionDb,
): void {
  const { objectType, entity } = parseStreamName(stream);
  const data = transitionOf(entry);
  db.run(PUT_EVENT, {
    idx: index,
    position,
    stream,
    object: objectType,
    entity,
    type,
    occurredAt: entry.occurredAt,
    recordedAt: entry.recordedAt,
    system: entry.source.system,
    sourceId: entry.source.id ?? null,
    document: entry.source.document ?? null,
    actor: entry.actor.id,
    onBehalfOf: entry.actor.onBehalfOf ?? null,
    initiatedBy: data?.initiatedBy ?? null,
    correlation: entry.correlation ?? null,
    causation: entry.causation ?? null,
    ...amountOf(data),
  });
}

/** Who has ever acted under which account: a search by person must find the acts under all of them. */
function putPerson({ entry, stream }: ProjectedEvent, db: ProjectionDb): void {
  const { person } = entry.data;
  if (typeof person !== 'string') return;
  db.run(PUT_PERSON, { person, account: parseStreamName(stream).key });
}

export const events = projection('events', 1, {
  schema: EVENTS_SCHEMA,
  on: { 'account.mapped': putPerson },
  onEvery: putEvent,
});
