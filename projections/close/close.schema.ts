/**
 * Tables of the close. States of periods and sign-offs are the JSON that their deciders fold too. Figures are not kept:
 * they are computed from the rows of one snapshot, so that nobody reads new figures beside an active signature.
 */
export const CLOSE_SCHEMA = `
CREATE TABLE close_period (
  entity TEXT NOT NULL, period TEXT NOT NULL, stream TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
  from_day TEXT NOT NULL, to_day TEXT NOT NULL, status TEXT NOT NULL, versions INTEGER NOT NULL, closed_index INTEGER NOT NULL,
  state TEXT NOT NULL, log_index INTEGER NOT NULL,
  PRIMARY KEY (entity, period)
) STRICT, WITHOUT ROWID;
CREATE INDEX close_period_by_day ON close_period (entity, to_day, period);

CREATE TABLE reconciliation (
  id TEXT PRIMARY KEY, entity TEXT NOT NULL, definition TEXT NOT NULL, period TEXT NOT NULL,
  from_day TEXT NOT NULL, cutoff TEXT NOT NULL, required TEXT NOT NULL, movable INTEGER NOT NULL,
  run TEXT, run_version INTEGER, run_cutoff TEXT, run_result TEXT,
  sign_off TEXT NOT NULL, revision INTEGER NOT NULL, touched INTEGER NOT NULL
) STRICT;
CREATE INDEX reconciliation_by_period ON reconciliation (entity, period, definition);
CREATE INDEX reconciliation_by_definition ON reconciliation (definition, cutoff);

CREATE TABLE reconciliation_item (
  reconciliation TEXT NOT NULL REFERENCES reconciliation (id), break TEXT NOT NULL, type TEXT NOT NULL,
  PRIMARY KEY (reconciliation, break)
) STRICT, WITHOUT ROWID;
CREATE INDEX reconciliation_item_by_break ON reconciliation_item (break);

CREATE TABLE reconciliation_difference (
  reconciliation TEXT NOT NULL REFERENCES reconciliation (id), match_group TEXT NOT NULL,
  PRIMARY KEY (reconciliation, match_group)
) STRICT, WITHOUT ROWID;

CREATE TABLE late_change (
  reconciliation TEXT NOT NULL REFERENCES reconciliation (id), line TEXT NOT NULL, log_index INTEGER NOT NULL,
  position TEXT NOT NULL, recorded_at TEXT NOT NULL, version INTEGER NOT NULL, side TEXT NOT NULL, account TEXT NOT NULL,
  currency TEXT NOT NULL, book_date TEXT NOT NULL, before_minor INTEGER, after_minor INTEGER, in_scope INTEGER NOT NULL, entered TEXT,
  PRIMARY KEY (reconciliation, log_index, line, currency, account, book_date)
) STRICT, WITHOUT ROWID;
CREATE INDEX late_change_by_line ON late_change (line);
`;
