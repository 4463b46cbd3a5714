/**
 * One row an event, in log order, with what lists are filtered by. The entry itself stays in the log and is read from
 * there by its index; ids are looked up there too.
 */
export const EVENTS_SCHEMA = `
  CREATE TABLE event (
    idx          INTEGER PRIMARY KEY,
    position     TEXT NOT NULL,
    stream       TEXT NOT NULL,
    object       TEXT NOT NULL,
    entity       TEXT NOT NULL,
    type         TEXT NOT NULL,
    occurred_at  TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    system       TEXT NOT NULL,
    source_id    TEXT,
    document     TEXT,
    actor        TEXT NOT NULL,
    on_behalf_of TEXT,
    initiated_by TEXT,
    correlation  TEXT,
    causation    TEXT,
    amount_minor INTEGER,
    currency     TEXT
  ) STRICT;
  CREATE INDEX event_by_stream ON event (stream);
  CREATE INDEX event_by_actor ON event (actor);
  CREATE INDEX event_by_on_behalf_of ON event (on_behalf_of) WHERE on_behalf_of IS NOT NULL;
  CREATE INDEX event_by_initiated_by ON event (initiated_by) WHERE initiated_by IS NOT NULL;
  CREATE INDEX event_by_document ON event (document) WHERE document IS NOT NULL;
  CREATE INDEX event_by_correlation ON event (correlation) WHERE correlation IS NOT NULL;
  CREATE INDEX event_by_causation ON event (causation) WHERE causation IS NOT NULL;

  CREATE TABLE account_person (
    person  TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (person, account)
  ) STRICT, WITHOUT ROWID;
`;
