import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply } from '../read-model';

export const ALIASES_SCHEMA = `
CREATE TABLE counterparty_alias (
  id TEXT PRIMARY KEY, counterparty TEXT NOT NULL, set_by TEXT NOT NULL, set_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counterparty_alias_by_name ON counterparty_alias (counterparty, id);
`;

const SAVE_ALIAS = `
  INSERT OR REPLACE INTO counterparty_alias (id, counterparty, set_by, set_at)
  VALUES (:id, :counterparty, :by, :at)`;

const REMOVE_ALIAS = `DELETE FROM counterparty_alias WHERE id = :id`;

const applyAliasSet: Apply = ({ stream, entry }, db) => {
  const { counterparty } = entry.data as { readonly counterparty: string };
  const id = parseStreamName(stream).key;
  db.run(SAVE_ALIAS, { id, counterparty, by: entry.actor.id, at: entry.recordedAt });
};

const applyAliasRemoved: Apply = ({ stream }, db) =>
  db.run(REMOVE_ALIAS, { id: parseStreamName(stream).key });

export const ALIAS_EVENTS: Readonly<Record<string, Apply>> = {
  'counterparty-alias.set': applyAliasSet,
  'counterparty-alias.removed': applyAliasRemoved,
};
