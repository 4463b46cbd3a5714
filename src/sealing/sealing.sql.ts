/**
 * Sealing's tables, in the ledger's own file so that a checkpoint is committed with the events it covers.
 *
 * - `checkpoint`: one row a commit; root and signature give the note again, byte for byte.
 * - `tile`: full tiles only, 256 hashes of 32 bytes each, and their root, which is a hash of the level above.
 * - `right_edge`: the perfect subtrees of the last signed size; the only row that changes, and only forward.
 */
const SEALING_SCHEMA = `
CREATE TABLE checkpoint (
  size      INTEGER PRIMARY KEY CHECK (size > 0),
  root      BLOB NOT NULL CHECK (length(root) = 32),
  key_id    BLOB NOT NULL CHECK (length(key_id) = 4),
  signature BLOB NOT NULL CHECK (length(signature) = 64)) STRICT;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
  WHEN NEW.size IS NULL OR NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;
CREATE TABLE tile (
  level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 6),
  n      INTEGER NOT NULL CHECK (n >= 0),
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
  root   BLOB NOT NULL CHECK (length(root) = 32),
  UNIQUE (level, n)) STRICT;
CREATE TRIGGER tile_no_update BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tile_next BEFORE INSERT ON tile
  WHEN NEW.n IS NOT (SELECT coalesce(max(n), -1) + 1 FROM tile WHERE level = NEW.level)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;
CREATE TABLE right_edge (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  size   INTEGER NOT NULL CHECK (size > 0),
  hashes BLOB NOT NULL CHECK (length(hashes) % 32 = 0)) STRICT;
CREATE TRIGGER right_edge_forward BEFORE UPDATE ON right_edge
  WHEN NEW.one IS NOT OLD.one OR NEW.size <= OLD.size BEGIN SELECT RAISE(ABORT, 'not next'); END;
CREATE TRIGGER right_edge_no_delete BEFORE DELETE ON right_edge
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
`;

/** Lines of a checkpoint beside the one in its row: while a new key overlaps with an old one. */
const CHECKPOINT_LINE_SCHEMA = `
CREATE TABLE checkpoint_line (
  size      INTEGER NOT NULL CHECK (size > 0),
  key_id    BLOB NOT NULL CHECK (length(key_id) = 4),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  UNIQUE (size, key_id)) STRICT;
CREATE TRIGGER checkpoint_line_no_update BEFORE UPDATE ON checkpoint_line
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER checkpoint_line_no_delete BEFORE DELETE ON checkpoint_line
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER checkpoint_line_next BEFORE INSERT ON checkpoint_line
  WHEN NEW.size IS NOT (SELECT max(size) FROM checkpoint)
    OR EXISTS (SELECT 1 FROM checkpoint_line WHERE size = NEW.size AND key_id = NEW.key_id)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;
`;

/** What a ledger's file must have of sealing, and what later versions added to it. */
export const SEALING_TABLES = {
  schema: SEALING_SCHEMA,
  additions: [{ name: 'checkpoint-line', schema: CHECKPOINT_LINE_SCHEMA }],
} as const;
