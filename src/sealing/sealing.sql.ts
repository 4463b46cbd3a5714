/**
 * Sealing's tables, in the ledger's own file so that a checkpoint is committed with the events it covers.
 *
 * - `checkpoint`: one row a commit; root and signature give the note again, byte for byte.
 * - `tile`: full tiles only, 256 hashes of 32 bytes each, and their root, which is a hash of the level above.
 * - `right_edge`: the perfect subtrees of the last signed size; the only row that changes, and only forward.
 */
export const SEALING_SCHEMA = `
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
