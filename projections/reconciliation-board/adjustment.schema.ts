/** Adjustments of breaks: one row each, with where it stands. */
export const ADJUSTMENT_SCHEMA = `
CREATE TABLE adjustment (
  id TEXT PRIMARY KEY, definition TEXT NOT NULL, period TEXT NOT NULL, break TEXT NOT NULL, type TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, expires_on TEXT NOT NULL,
  proposed TEXT NOT NULL, proposed_by TEXT NOT NULL, proposer TEXT, approved_by TEXT, approver TEXT, approved_at TEXT,
  rejected TEXT, posting TEXT, posted_stream TEXT, log_index INTEGER NOT NULL,
  CHECK (approved_by IS NULL OR approved_by <> proposed_by),
  CHECK (approver IS NULL OR approver <> proposer)
) STRICT;
CREATE INDEX adjustment_by_index ON adjustment (log_index);
CREATE INDEX adjustment_by_break ON adjustment (break);
CREATE INDEX adjustment_by_period ON adjustment (definition, period, status);
`;
