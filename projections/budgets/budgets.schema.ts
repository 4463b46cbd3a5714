/**
 * Budgets with what is planned, reserved, ordered and spent, and the documents behind each figure. Amounts are minor
 * units as decimal text: sums and conversions may have more digits than a column of 64 bits.
 */
export const BUDGETS_SCHEMA = `
  CREATE TABLE budget_line (
    id           TEXT PRIMARY KEY,
    entity       TEXT NOT NULL,
    cost_center  TEXT NOT NULL,
    account      TEXT NOT NULL,
    project      TEXT NOT NULL,
    period       TEXT NOT NULL,
    currency     TEXT NOT NULL,
    budgets      INTEGER NOT NULL,
    closed       INTEGER NOT NULL,
    documents    INTEGER NOT NULL,
    gaps         INTEGER NOT NULL,
    original     TEXT NOT NULL,
    planned      TEXT NOT NULL,
    precommitted TEXT NOT NULL,
    committed    TEXT NOT NULL,
    actual       TEXT NOT NULL,
    is_over      INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX budget_line_by_cell
    ON budget_line (entity, cost_center, account, project, period, currency);

  CREATE TABLE budget_shape (
    entity TEXT NOT NULL,
    shape  TEXT NOT NULL,
    lines  INTEGER NOT NULL,
    PRIMARY KEY (entity, shape)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_document (
    stream      TEXT PRIMARY KEY,
    type        TEXT NOT NULL,
    entity      TEXT NOT NULL,
    id          TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    fold        TEXT NOT NULL,
    cost_center TEXT NOT NULL,
    account     TEXT NOT NULL,
    project     TEXT NOT NULL,
    period      TEXT NOT NULL,
    line        TEXT,
    stage       TEXT NOT NULL,
    original    TEXT NOT NULL,
    minor       TEXT NOT NULL,
    told         TEXT NOT NULL,
    is_uncertain INTEGER NOT NULL,
    moved_at     TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX budget_document_by_line ON budget_document (line, stream);
  CREATE INDEX budget_document_by_move ON budget_document (line, moved_at);
  CREATE INDEX budget_document_uncertain ON budget_document (line) WHERE is_uncertain = 1;
  CREATE INDEX budget_document_by_cell
    ON budget_document (entity, cost_center, account, project, period, line);

  CREATE TABLE budget_link (
    child  TEXT NOT NULL,
    parent TEXT NOT NULL,
    PRIMARY KEY (child, parent)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX budget_link_by_parent ON budget_link (parent, child);

  CREATE TABLE budget_rate_use (
    rate   TEXT NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (rate, stream)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_citation (
    check_id TEXT NOT NULL,
    stream   TEXT NOT NULL,
    PRIMARY KEY (check_id, stream)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_plan (
    source   TEXT NOT NULL,
    line     TEXT NOT NULL,
    original TEXT NOT NULL,
    planned  TEXT NOT NULL,
    PRIMARY KEY (source, line)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX budget_plan_by_line ON budget_plan (line, source);

  CREATE TABLE budget_report (
    report   TEXT PRIMARY KEY,
    entity   TEXT NOT NULL,
    system   TEXT NOT NULL,
    as_of    TEXT NOT NULL,
    idx      INTEGER NOT NULL,
    position TEXT NOT NULL,
    data     TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX budget_report_by_date ON budget_report (entity, system, as_of, idx);
  CREATE TABLE budget_reported (
    report      TEXT NOT NULL,
    n           INTEGER NOT NULL,
    cost_center TEXT NOT NULL,
    account     TEXT NOT NULL,
    project     TEXT NOT NULL,
    period      TEXT NOT NULL,
    currency    TEXT NOT NULL,
    planned     TEXT,
    committed   TEXT,
    actual      TEXT,
    PRIMARY KEY (report, n)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_check (
    check_id  TEXT PRIMARY KEY,
    entity    TEXT NOT NULL,
    decision  TEXT NOT NULL,
    line      TEXT NOT NULL,
    currency  TEXT NOT NULL,
    requested TEXT,
    event     TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_reservation (
    check_id    TEXT PRIMARY KEY,
    line        TEXT NOT NULL,
    entity      TEXT NOT NULL,
    minor       TEXT NOT NULL,
    currency    TEXT NOT NULL,
    taken_at    TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    by          TEXT NOT NULL,
    event       TEXT NOT NULL,
    released_at TEXT,
    released_by TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX budget_reservation_by_line ON budget_reservation (line, expires_at, check_id);
`;
