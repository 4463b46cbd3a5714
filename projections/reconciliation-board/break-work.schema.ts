/** What persons said of breaks, and the registers that rate and route them. */
export const BREAK_WORK_SCHEMA = `
CREATE TABLE break_cause (
  break TEXT NOT NULL, period TEXT NOT NULL, cause TEXT NOT NULL, explanation TEXT, at TEXT NOT NULL, by TEXT NOT NULL,
  PRIMARY KEY (break, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE break_comment (
  break TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (break, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE break_attachment (
  break TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, media_type TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
  PRIMARY KEY (break, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE recon_register (
  type TEXT NOT NULL, entity TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, entry TEXT NOT NULL,
  state TEXT NOT NULL, by TEXT NOT NULL, proposed_at TEXT NOT NULL, decided_by TEXT, decided_at TEXT, note TEXT,
  PRIMARY KEY (type, entity, id, version)
) STRICT, WITHOUT ROWID;
`;
