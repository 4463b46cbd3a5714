/**
 * Where each definition stood at each cut-off. A row holds from its cut-off on, until the one that ended it; a run at a cut-off
 * replaces what runs at that one and later ones said.
 */
export const POSITIONS_SCHEMA = `
CREATE TABLE open_item (
  definition TEXT NOT NULL, line TEXT NOT NULL, since TEXT NOT NULL, until TEXT, side TEXT NOT NULL, currency TEXT NOT NULL,
  amount_minor INTEGER NOT NULL, last_run TEXT NOT NULL,
  PRIMARY KEY (definition, line, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_item_by_span ON open_item (definition, until, since);

CREATE TABLE uneven_group (
  definition TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL, until TEXT, currency TEXT NOT NULL,
  received_a TEXT NOT NULL, paid_a TEXT NOT NULL, received_b TEXT NOT NULL, paid_b TEXT NOT NULL, last_run TEXT NOT NULL,
  PRIMARY KEY (definition, id, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE side_total (
  definition TEXT NOT NULL, cutoff TEXT NOT NULL, side TEXT NOT NULL, currency TEXT NOT NULL,
  amount TEXT NOT NULL, allocated TEXT NOT NULL, received TEXT NOT NULL, paid TEXT NOT NULL, run TEXT NOT NULL,
  PRIMARY KEY (definition, cutoff, side, currency)
) STRICT, WITHOUT ROWID;
`;
