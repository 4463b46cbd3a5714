/**
 * The service's own file of what may have to be erased: names behind pseudonyms, and values behind commitments. Nothing
 * else refers to these rows by anything but pseudonym, event id and path.
 */
export const SCHEMA = `
CREATE TABLE pseudonym (
  id      TEXT NOT NULL PRIMARY KEY,
  system  TEXT NOT NULL,
  account TEXT NOT NULL,
  UNIQUE (system, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject_key (
  subject TEXT NOT NULL PRIMARY KEY,
  kek_id  TEXT NOT NULL,
  wrapped BLOB NOT NULL CHECK (length(wrapped) = 60)
) STRICT, WITHOUT ROWID;

CREATE TABLE personal_value (
  event_id   TEXT NOT NULL,
  path       TEXT NOT NULL,
  commitment TEXT NOT NULL CHECK (length(commitment) = 64),
  subject    TEXT NOT NULL REFERENCES subject_key,
  sealed     BLOB NOT NULL,
  stored_at  TEXT NOT NULL,
  PRIMARY KEY (event_id, path, commitment)
) STRICT, WITHOUT ROWID;
`;

/** What was added to the tables above; files of earlier versions get it when they are opened. */
export const GROWTH = `
CREATE INDEX IF NOT EXISTS personal_value_by_person ON personal_value (subject) WHERE subject <> event_id;

CREATE TABLE IF NOT EXISTS upkeep (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * Overwrites what is deleted, so that an erased value is not left behind in free pages. The reference to the key is kept by
 * hand: with it a deleted key would read the whole table, since values that belong to their event are in no index.
 */
export const ERASE_FOR_GOOD = `PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF`;
