/** What was asked, decided and erased, and what is held. The values themselves never come here. */
export const PRIVACY_REGISTER_SCHEMA = `
  CREATE TABLE privacy_erasure (
    id           TEXT PRIMARY KEY,
    stream       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    named_values TEXT,
    status       TEXT NOT NULL,
    legal_basis  TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    approved_by  TEXT,
    approved_at  TEXT,
    rejected_by  TEXT,
    reason       TEXT,
    hold         TEXT,
    until        TEXT,
    ended_at     TEXT,
    erased       INTEGER NOT NULL,
    kept         INTEGER NOT NULL,
    idx          INTEGER NOT NULL,
    revision     INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX privacy_erasure_by_index ON privacy_erasure (idx);
  CREATE INDEX privacy_erasure_by_status ON privacy_erasure (status, idx);
  CREATE INDEX privacy_erasure_by_subject ON privacy_erasure (subject, idx);

  CREATE TABLE erasure_event (
    idx      INTEGER PRIMARY KEY,
    id       TEXT NOT NULL,
    stream   TEXT NOT NULL,
    revision INTEGER NOT NULL,
    erasure  TEXT NOT NULL
  ) STRICT;
  CREATE INDEX erasure_event_by_erasure ON erasure_event (erasure);

  CREATE TABLE erased_value (
    stream   TEXT NOT NULL,
    revision INTEGER NOT NULL,
    path     TEXT NOT NULL,
    idx      INTEGER NOT NULL,
    PRIMARY KEY (stream, revision, path)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE privacy_hold (
    id             TEXT PRIMARY KEY,
    stream         TEXT NOT NULL,
    scope          TEXT NOT NULL,
    subject        TEXT,
    status         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    authority      TEXT NOT NULL,
    placed_by      TEXT NOT NULL,
    placed_at      TEXT NOT NULL,
    release_reason TEXT,
    release_by     TEXT,
    released_by    TEXT,
    released_at    TEXT,
    idx            INTEGER NOT NULL,
    revision       INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX privacy_hold_by_index ON privacy_hold (idx);
  CREATE INDEX privacy_hold_by_status ON privacy_hold (status, idx);
`;
