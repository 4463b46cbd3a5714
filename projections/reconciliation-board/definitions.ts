import {
  type DefinitionApproved,
  type DefinitionProposed,
  type DefinitionRetired,
} from '../../src/reconciliation/definitions/definition.events';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply } from '../read-model';

export const DEFINITIONS_SCHEMA = `
CREATE TABLE definition (
  id TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, effective_from TEXT NOT NULL, proposed_by TEXT NOT NULL,
  approved_by TEXT, data TEXT NOT NULL, PRIMARY KEY (id, version), CHECK (approved_by IS NULL OR approved_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE definition_retired (id TEXT PRIMARY KEY, retired_from TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
`;

const SAVE_PROPOSED = `
  INSERT OR REPLACE INTO definition (id, version, state, effective_from, proposed_by, approved_by, data)
  VALUES (:id, :version, 'proposed', :effectiveFrom, :by, NULL, :data)`;

const SAVE_APPROVED = `
  UPDATE definition SET state = 'approved', approved_by = :by WHERE id = :id AND version = :version`;

const SAVE_RETIRED = `
  INSERT OR REPLACE INTO definition_retired (id, retired_from, reason) VALUES (:id, :from, :reason)`;

/** An approval after a retirement brings the definition back. */
const FORGET_RETIRED = `DELETE FROM definition_retired WHERE id = :id`;

const applyDefinitionProposed: Apply = ({ stream, entry }, db) => {
  const { version, definition, by } = entry.data as unknown as DefinitionProposed;
  db.run(SAVE_PROPOSED, {
    id: parseStreamName(stream).key,
    version,
    effectiveFrom: String(definition.effectiveFrom),
    by,
    data: JSON.stringify(definition),
  });
};

const applyDefinitionApproved: Apply = ({ stream, entry }, db) => {
  const { version, by } = entry.data as unknown as DefinitionApproved;
  const id = parseStreamName(stream).key;
  db.run(SAVE_APPROVED, { id, version, by });
  db.run(FORGET_RETIRED, { id });
};

const applyDefinitionRetired: Apply = ({ stream, entry }, db) => {
  const { from, reason } = entry.data as unknown as DefinitionRetired;
  db.run(SAVE_RETIRED, { id: parseStreamName(stream).key, from, reason });
};

export const DEFINITION_EVENTS: Readonly<Record<string, Apply>> = {
  'definition.proposed': applyDefinitionProposed,
  'definition.approved': applyDefinitionApproved,
  'definition.retired': applyDefinitionRetired,
};
