/** One row an object, folded; steps, systems and figures again where lists filter or add by them. */
export const WORKFLOW_STATE_SCHEMA = `
  CREATE TABLE object (
    no            INTEGER PRIMARY KEY,
    stream        TEXT NOT NULL UNIQUE,
    type          TEXT NOT NULL,
    entity        TEXT NOT NULL,
    id            TEXT NOT NULL,
    revision      INTEGER NOT NULL,
    state         TEXT NOT NULL,
    amount_minor  INTEGER,
    currency      TEXT,
    flags         INTEGER NOT NULL,
    disagreements INTEGER NOT NULL,
    changed_at    TEXT NOT NULL,
    fold          TEXT NOT NULL
  ) STRICT;
  CREATE INDEX object_by_id ON object (id);
  CREATE INDEX object_by_state ON object (state, stream);
  CREATE INDEX object_by_change ON object (changed_at);
  CREATE INDEX object_flagged ON object (stream) WHERE flags <> 0;
  CREATE INDEX object_disputed ON object (stream) WHERE disagreements <> 0;

  CREATE TABLE object_step (
    action    TEXT NOT NULL,
    object_no INTEGER NOT NULL,
    PRIMARY KEY (action, object_no)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE object_system (
    system    TEXT NOT NULL,
    object_no INTEGER NOT NULL,
    PRIMARY KEY (system, object_no)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE object_measure (
    object_no INTEGER NOT NULL,
    name      TEXT NOT NULL,
    unscaled  TEXT NOT NULL,
    scale     INTEGER NOT NULL,
    currency  TEXT,
    PRIMARY KEY (object_no, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event_flag (
    idx   INTEGER PRIMARY KEY,
    flags INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE source_start (
    system    TEXT PRIMARY KEY,
    starts_at TEXT
  ) STRICT, WITHOUT ROWID;
`;
