import {
  type Assigned,
  type Closed,
  type Delivery,
  type Discarded,
  type ReplayFailed,
} from '../../src/ingestion/quarantine.events';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply, type ProjectedEvent, projection } from '../read-model';

const SCHEMA = `
  CREATE TABLE quarantine_item (
    id           TEXT PRIMARY KEY,
    revision     INTEGER NOT NULL,
    status       TEXT NOT NULL,
    cause        TEXT NOT NULL,
    code         TEXT NOT NULL,
    errors       TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    bytes        INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    form         TEXT NOT NULL,
    client       TEXT NOT NULL,
    system       TEXT,
    source_id    TEXT,
    event_type   TEXT,
    event_id     TEXT,
    deliveries   INTEGER NOT NULL,
    owner        TEXT,
    due          TEXT,
    reason       TEXT,
    received_at  TEXT NOT NULL,
    changed_at   TEXT NOT NULL,
    changed_by   TEXT NOT NULL
  ) STRICT;
  CREATE INDEX quarantine_by_age ON quarantine_item (status, received_at, id);
`;

const ADD_ITEM = `
  INSERT OR IGNORE INTO quarantine_item (id, revision, status, cause, code, errors, sha256, bytes, content_type, form,
         client, system, source_id, event_type, event_id, deliveries, received_at, changed_at, changed_by)
  VALUES (:id, :revision, 'open', :cause, :code, :errors, :sha256, :bytes, :contentType, :form,
         :client, :system, :sourceId, :eventType, :eventId, 1, :at, :at, :by)`;

/**
 * The last delivery is the one to look at and to replay; other bytes than before open a closed item again. Older
 * revisions change nothing: a batch may come twice.
 */
const REPEAT_ITEM = `
  UPDATE quarantine_item
     SET revision = :revision, status = CASE WHEN sha256 = :sha256 THEN status ELSE 'open' END, cause = :cause, code = :code, errors = :errors, sha256 = :sha256, bytes = :bytes,
         content_type = :contentType, form = :form, client = :client, system = :system, source_id = :sourceId,
         event_type = :eventType, event_id = :eventId, deliveries = deliveries + 1, changed_at = :at, changed_by = :by
   WHERE id = :id AND revision < :revision`;

const ASSIGN_ITEM = `
  UPDATE quarantine_item
     SET revision = :revision, owner = :owner, due = :due, changed_at = :at, changed_by = :by
   WHERE id = :id AND revision < :revision`;

const FAIL_ITEM = `
  UPDATE quarantine_item
     SET revision = :revision, cause = :cause, code = :code, errors = :errors, changed_at = :at, changed_by = :by
   WHERE id = :id AND revision < :revision`;

const CLOSE_ITEM = `
  UPDATE quarantine_item
     SET revision = :revision, status = :status, event_id = coalesce(:eventId, event_id), reason = :reason,
         changed_at = :at, changed_by = :by
   WHERE id = :id AND revision < :revision`;

function placeOf({ stream, revision, entry }: ProjectedEvent) {
  return { id: parseStreamName(stream).key, revision, at: entry.recordedAt, by: entry.actor.id };
}

/** The `data` of an event whose type says what it holds; it was built by our own decider. */
function dataOf<T>({ entry }: ProjectedEvent): T {
  return entry.data as unknown as T;
}

function deliveryOf(event: ProjectedEvent) {
  const data = dataOf<Delivery>(event);
  const { cause, code, sha256, bytes, contentType, form, client } = data;
  return {
    ...placeOf(event),
    cause,
    code,
    errors: JSON.stringify(data.errors),
    sha256,
    bytes,
    contentType,
    form,
    client,
    system: data.system ?? null,
    sourceId: data.sourceId ?? null,
    eventType: data.eventType ?? null,
    eventId: data.eventId ?? null,
  };
}

const closeAs =
  (status: string): Apply =>
  (event, db) => {
    const { eventId } = dataOf<Closed>(event);
    db.run(CLOSE_ITEM, { ...placeOf(event), status, eventId, reason: null });
  };

/** One row an item: what was last delivered, why it was refused, and what became of it. */
export const quarantine = projection('quarantine', 1, {
  schema: SCHEMA,
  on: {
    'quarantine.received': (event, db) => db.run(ADD_ITEM, deliveryOf(event)),
    'quarantine.repeated': (event, db) => db.run(REPEAT_ITEM, deliveryOf(event)),
    'quarantine.assigned': (event, db) => {
      const { owner, due } = dataOf<Assigned>(event);
      db.run(ASSIGN_ITEM, { ...placeOf(event), owner, due: due ?? null });
    },
    'quarantine.replay-failed': (event, db) => {
      const { cause, code, errors } = dataOf<ReplayFailed>(event);
      db.run(FAIL_ITEM, { ...placeOf(event), cause, code, errors: JSON.stringify(errors) });
    },
    'quarantine.replayed': closeAs('replayed'),
    'quarantine.superseded': closeAs('superseded'),
    'quarantine.discarded': (event, db) => {
      const { reason } = dataOf<Discarded>(event);
      db.run(CLOSE_ITEM, { ...placeOf(event), status: 'discarded', eventId: null, reason });
    },
  },
});
