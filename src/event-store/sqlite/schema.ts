/** Marks the file as a Tieout ledger in its header: `TIEO`. */
export const APPLICATION_ID = 0x5449454f;
/** Version of the tables below. A new version adds tables; rows of `event` are never rewritten. */
export const FORMAT_VERSION = 1;

/**
 * The ledger's own tables. A delete trigger alone is not enough: with `recursive_triggers` off, SQLite's default,
 * `INSERT OR REPLACE` removes the old row without firing it and so rewrites history, by position, by revision or by id.
 * The `…_next` triggers refuse such an insert whatever the pragma says, and with it every gap.
 */
export const LEDGER_SCHEMA = `
CREATE TABLE meta (
  name  TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER meta_next BEFORE INSERT ON meta
  WHEN EXISTS (SELECT 1 FROM meta WHERE name = NEW.name)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;

-- One row for each opening by a writer; every transaction checks that its own is still the last.
CREATE TABLE writer (epoch INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER writer_no_update BEFORE UPDATE ON writer
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER writer_no_delete BEFORE DELETE ON writer
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER writer_next BEFORE INSERT ON writer
  WHEN NEW.epoch IS NOT (SELECT coalesce(max(epoch), 0) + 1 FROM writer)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;

CREATE TABLE stream (
  no   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER stream_no_update BEFORE UPDATE ON stream
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER stream_no_delete BEFORE DELETE ON stream
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER stream_next BEFORE INSERT ON stream
  WHEN NEW.no IS NOT (SELECT coalesce(max(no), 0) + 1 FROM stream)
    OR EXISTS (SELECT 1 FROM stream WHERE name = NEW.name)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;

CREATE TABLE event (
  -- 1, 2, 3 … dense; log index = position - 1
  position  INTEGER PRIMARY KEY,
  stream_no INTEGER NOT NULL REFERENCES stream(no),
  revision  INTEGER NOT NULL,
  -- the entry's id
  id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  type      TEXT NOT NULL,
  -- what an append compares with what is stored at its place
  store_id  BLOB NOT NULL CHECK (length(store_id) = 16),
  entry     BLOB NOT NULL CHECK (length(entry) BETWEEN 1 AND 65535),
  -- SHA-256(0x00 || entry), compared on every read
  leaf      BLOB NOT NULL CHECK (length(leaf) = 32),
  -- size of the log after its commit: rebuilds the first receipt
  tree_size INTEGER NOT NULL,
  UNIQUE (stream_no, revision)
) STRICT;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER event_next BEFORE INSERT ON event
  WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM event)
    OR NEW.revision IS NOT
       (SELECT coalesce(max(revision), -1) + 1 FROM event WHERE stream_no = NEW.stream_no)
    OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;
`;
