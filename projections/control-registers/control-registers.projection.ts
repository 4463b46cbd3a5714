import { canonicalJson } from '../../src/kernel/canonical-json';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { joined } from '../../src/controls/registers/entry-parts.policy';
import {
  type DecisionVerb,
  type RegisterContinued,
  type RegisterDecided,
  type RegisterProposed,
} from '../../src/controls/registers/register.events';
import {
  ENTITLEMENT_LIST,
  REGISTER_KINDS,
} from '../../src/controls/registers/register-kinds.policy';
import { ENTITLEMENTS_SCHEMA, keepEntitlements } from './entitlement-rows';
import { type Apply, projection, type ProjectedEvent, type ProjectionDb } from '../read-model';

/** Every version of every entry, with who decided what about it. */
const CONTROL_REGISTERS_SCHEMA = `
  CREATE TABLE control_entry (
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    entry       TEXT NOT NULL,
    by          TEXT NOT NULL,
    by_person   TEXT,
    proposed_at TEXT NOT NULL,
    state       TEXT NOT NULL,
    -- of the whole entry, where versions begin on a date
    hash        TEXT,
    idx         INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    PRIMARY KEY (type, id, version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX control_entry_by_idx ON control_entry (type, idx);
  CREATE TABLE control_decision (
    type      TEXT NOT NULL,
    id        TEXT NOT NULL,
    version   INTEGER NOT NULL,
    verb      TEXT NOT NULL,
    at        TEXT NOT NULL,
    by        TEXT NOT NULL,
    by_person TEXT,
    note      TEXT,
    PRIMARY KEY (type, id, version, verb)
  ) STRICT, WITHOUT ROWID;
${ENTITLEMENTS_SCHEMA}`;

const PUT_ENTRY = `
  INSERT OR REPLACE INTO control_entry (type, id, version, entry, by, by_person, proposed_at, state, hash, idx, revision)
  VALUES (:type, :id, :version, :entry, :by, :byPerson, :at, 'proposed', :hash, :idx, :revision)`;
const FIND_ENTRY = `SELECT entry FROM control_entry WHERE type = :type AND id = :id AND version = :version`;
const SET_ENTRY = `
  UPDATE control_entry SET entry = :entry, revision = :revision
   WHERE type = :type AND id = :id AND version = :version`;
const PUT_DECISION = `
  INSERT OR REPLACE INTO control_decision (type, id, version, verb, at, by, by_person, note)
  VALUES (:type, :id, :version, :verb, :at, :by, :byPerson, :note)`;
const SET_STATE = `
  UPDATE control_entry SET state = :state, revision = :revision
   WHERE type = :type AND id = :id AND version = :version`;
const SET_REVISION = `
  UPDATE control_entry SET revision = :revision
   WHERE type = :type AND id = :id AND version = :version`;

function propose(event: ProjectedEvent, db: ProjectionDb): void {
  const data = event.entry.data as unknown as RegisterProposed;
  db.run(PUT_ENTRY, {
    ...placeOf(event),
    version: data.version,
    entry: canonicalJson(data.entry),
    by: data.by,
    byPerson: data.byPerson ?? null,
    at: event.entry.recordedAt,
    hash: data.hash ?? null,
    idx: event.index,
    revision: event.revision,
  });
}

/** The next part of an entry that is too large for one event. */
function grow(event: ProjectedEvent, db: ProjectionDb): void {
  const data = event.entry.data as unknown as RegisterContinued;
  const on = { ...placeOf(event), version: data.version };
  const row = db.get<{ entry: string }>(FIND_ENTRY, on);
  const entry = joined(JSON.parse(row?.entry ?? '{}') as JsonObject, data.entry);
  db.run(SET_ENTRY, { ...on, entry: canonicalJson(entry), revision: event.revision });
}

const STATES: ReadonlySet<string> = new Set(['approved', 'rejected', 'revoked']);

const decide =
  (verb: DecisionVerb): Apply =>
  (event, db) => {
    const data = event.entry.data as unknown as RegisterDecided;
    const on = { ...placeOf(event), version: data.version };
    const { at, by, byPerson = null, note = null } = data;
    db.run(PUT_DECISION, { ...on, verb, at, by, byPerson, note });
    const { revision } = event;
    if (STATES.has(verb)) db.run(SET_STATE, { ...on, state: verb, revision });
    else db.run(SET_REVISION, { ...on, revision });
    if (on.type === ENTITLEMENT_LIST.type) keepEntitlements(verb, on, db);
  };

function placeOf({ stream }: ProjectedEvent): { readonly type: string; readonly id: string } {
  const { objectType, key } = parseStreamName(stream);
  return { type: objectType, id: key };
}

const VERBS = ['approved', 'rejected', 'revoked', 'evidenced', 'reviewed'] as const;

/** Limits, mandates, rates, exceptions, sessions and persons, with their versions. */
export const controlRegisters = projection('control-registers', 3, {
  schema: CONTROL_REGISTERS_SCHEMA,
  on: Object.fromEntries(
    REGISTER_KINDS.flatMap(({ type }): [string, Apply][] => [
      [`${type}.proposed`, propose],
      [`${type}.continued`, grow],
      ...VERBS.map((verb): [string, Apply] => [`${type}.${verb}`, decide(verb)]),
    ]),
  ),
});
