/**
 * Tables of the reconciliation board. Amounts of lines are signed minor units, money in positive, money out negative;
 * sums over lines are decimal text, since they may have more digits than a column of 64 bits.
 */
export const BOARD_SCHEMA = `
CREATE TABLE book_line (
  id TEXT PRIMARY KEY, stream TEXT NOT NULL, line TEXT NOT NULL, object TEXT NOT NULL, entity TEXT NOT NULL, object_id TEXT NOT NULL,
  state TEXT NOT NULL, state_at TEXT NOT NULL, days TEXT NOT NULL, value_date TEXT,
  amount_minor INTEGER, currency TEXT, account TEXT, end_to_end_id TEXT, counterparty TEXT, refs TEXT NOT NULL,
  fields TEXT NOT NULL, position TEXT NOT NULL,
  UNIQUE (stream, line)
) STRICT;
CREATE INDEX book_line_by_state ON book_line (object, state);

CREATE TABLE batch (
  id TEXT PRIMARY KEY, stream TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, source TEXT NOT NULL, entity TEXT NOT NULL,
  received_at TEXT NOT NULL, received_by TEXT NOT NULL, position TEXT NOT NULL, log_index INTEGER NOT NULL,
  file_sha256 TEXT NOT NULL, normalised_sha256 TEXT NOT NULL, data TEXT NOT NULL, accepted TEXT, withdrawn TEXT
) STRICT;
CREATE INDEX batch_by_file ON batch (source, file_sha256);
CREATE INDEX batch_by_index ON batch (log_index);

CREATE TABLE statement (
  batch TEXT NOT NULL REFERENCES batch (id), ordinal INTEGER NOT NULL, source TEXT NOT NULL, account TEXT NOT NULL,
  opening_minor INTEGER, opening_currency TEXT, opening_date TEXT,
  closing_minor INTEGER, closing_currency TEXT, closing_date TEXT, data TEXT NOT NULL,
  PRIMARY KEY (batch, ordinal)
) STRICT;
CREATE INDEX statement_by_closing ON statement (source, account, closing_currency, closing_minor);

CREATE TABLE statement_line (
  id TEXT PRIMARY KEY, batch TEXT NOT NULL REFERENCES batch (id), source TEXT NOT NULL, entity TEXT NOT NULL,
  account TEXT NOT NULL, status TEXT NOT NULL, book_date TEXT NOT NULL, value_date TEXT,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, refs TEXT NOT NULL, text TEXT, counterparty TEXT, ordinal INTEGER NOT NULL, natural_key TEXT
) STRICT;
CREATE INDEX statement_line_by_key ON statement_line (source, account, natural_key) WHERE natural_key IS NOT NULL;
CREATE INDEX statement_line_by_date ON statement_line (status, book_date);

CREATE TABLE batch_line (
  batch TEXT NOT NULL REFERENCES batch (id), ordinal INTEGER NOT NULL, line TEXT NOT NULL, is_new INTEGER NOT NULL,
  PRIMARY KEY (batch, ordinal)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_line_again ON batch_line (line) WHERE is_new = 0;

CREATE TABLE rejected_row (
  batch TEXT NOT NULL REFERENCES batch (id), ordinal INTEGER NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (batch, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id TEXT PRIMARY KEY, definition TEXT NOT NULL, version INTEGER NOT NULL, cutoff TEXT NOT NULL, committed_at TEXT NOT NULL,
  committed_by TEXT NOT NULL, position TEXT NOT NULL, log_index INTEGER NOT NULL, revision INTEGER NOT NULL,
  input_sha256 TEXT NOT NULL, result_sha256 TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX run_by_index ON run (log_index);

CREATE TABLE match_group (
  id TEXT NOT NULL, definition TEXT NOT NULL, pass TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
  difference TEXT NOT NULL, clearing_date TEXT NOT NULL, interchangeable INTEGER NOT NULL, keys TEXT NOT NULL,
  facts TEXT,
  first_run TEXT NOT NULL, last_run TEXT NOT NULL, reason TEXT, decided_by TEXT,
  PRIMARY KEY (definition, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE allocation (
  definition TEXT NOT NULL, match_group TEXT NOT NULL, line TEXT NOT NULL, side TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, live INTEGER NOT NULL,
  PRIMARY KEY (definition, match_group, line),
  FOREIGN KEY (definition, match_group) REFERENCES match_group (definition, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX allocation_once ON allocation (definition, line) WHERE live = 1;

CREATE TABLE break (
  id TEXT PRIMARY KEY, definition TEXT NOT NULL, type TEXT NOT NULL, class TEXT NOT NULL, status TEXT NOT NULL,
  resolution TEXT, reason TEXT, entity TEXT NOT NULL, currency TEXT NOT NULL,
  a TEXT NOT NULL, b TEXT NOT NULL, count_a INTEGER NOT NULL, count_b INTEGER NOT NULL, book_date TEXT NOT NULL, failed TEXT NOT NULL, nearest TEXT, subject TEXT,
  first_seen TEXT NOT NULL, first_run TEXT NOT NULL, last_run TEXT NOT NULL, predecessor TEXT,
  owner TEXT, due TEXT, sla TEXT, counterparty TEXT, resolved_period TEXT, revision INTEGER NOT NULL
) STRICT;
CREATE INDEX break_by_age ON break (first_seen, id);

CREATE TABLE break_line (
  break TEXT NOT NULL REFERENCES break (id), line TEXT NOT NULL, PRIMARY KEY (break, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX break_line_by_line ON break_line (line);
`;
