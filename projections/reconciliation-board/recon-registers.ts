import { canonicalJson } from '../../src/kernel/canonical-json';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import {
  type RegisterDecided,
  type RegisterProposed,
} from '../../src/controls/registers/register.events';
import {
  type BreakRules,
  NO_BREAK_RULES,
} from '../../src/reconciliation/breaks/break-rules.policy';
import { type Materiality } from '../../src/reconciliation/breaks/materiality.policy';
import { type Apply, type ReadDb } from '../read-model';

const SAVE_PROPOSAL = `
  INSERT OR REPLACE INTO recon_register (type, entity, id, version, entry, state, by, proposed_at)
  VALUES (:type, :entity, :id, :version, :entry, 'proposed', :by, :at)`;

const SAVE_DECISION = `
  UPDATE recon_register SET state = :state, decided_by = :by, decided_at = :at, note = :note
   WHERE type = :type AND entity = :entity AND id = :id AND version = :version`;

const LIST_VERSIONS = `
  SELECT version, entry, state, by, proposed_at, decided_by, decided_at, note
    FROM recon_register WHERE type = :type AND entity = :entity AND id = :id ORDER BY version`;

/** The latest approved version of the period, else of the latest period before it. */
const FIND_MATERIALITY = `
  SELECT id, version, entry FROM recon_register
   WHERE type = 'materiality' AND entity = :entity AND id <= :period AND state = 'approved'
   ORDER BY id DESC, version DESC
   LIMIT 1`;

const FIND_BREAK_RULES = `
  SELECT version, entry FROM recon_register
   WHERE type = 'break-rules' AND entity = '_' AND id = :definition AND state = 'approved'
   ORDER BY version DESC
   LIMIT 1`;

interface VersionRow {
  readonly version: bigint;
  readonly entry: string;
  readonly state: string;
  readonly by: string;
  readonly proposed_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly note: string | null;
}

const placeOf = (stream: string) => {
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  return { type, entity, id };
};

export const applyProposed: Apply = ({ stream, entry }, db) => {
  const { version, entry: proposed, by } = entry.data as unknown as RegisterProposed;
  const at = entry.recordedAt;
  db.run(SAVE_PROPOSAL, { ...placeOf(stream), version, entry: canonicalJson(proposed), by, at });
};

export const applyDecided =
  (state: 'approved' | 'rejected'): Apply =>
  ({ stream, entry }, db) => {
    const { version, at, by, note = null } = entry.data as unknown as RegisterDecided;
    db.run(SAVE_DECISION, { ...placeOf(stream), version, state, at, by, note });
  };

/** Every version of one entry, the first one first. */
export function registerVersions(
  db: ReadDb,
  place: { readonly type: string; readonly entity: string; readonly id: string },
): JsonObject[] {
  return db.all<VersionRow>(LIST_VERSIONS, place).map((row) => ({
    version: Number(row.version),
    state: row.state,
    entry: JSON.parse(row.entry) as JsonObject,
    proposedBy: row.by,
    proposedAt: row.proposed_at,
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by, decidedAt: row.decided_at }),
    ...(row.note === null ? {} : { note: row.note }),
  }));
}

/** Materiality in force for an entity's period, and which one it is. */
export function materialityIn(
  db: ReadDb,
  entity: string,
  period: string,
): (Materiality & { readonly period: string; readonly version: number }) | undefined {
  const row = db.get<{ id: string; version: bigint; entry: string }>(FIND_MATERIALITY, {
    entity,
    period,
  });
  if (row === undefined) return undefined;
  const entry = JSON.parse(row.entry) as Materiality;
  return { ...entry, period: row.id, version: Number(row.version) };
}

/** Routing and limits in force for the breaks of a definition; version 0 while none were approved. */
export function breakRulesIn(
  db: ReadDb,
  definition: string,
): BreakRules & { readonly version: number } {
  const row = db.get<{ version: bigint; entry: string }>(FIND_BREAK_RULES, { definition });
  return row === undefined
    ? { ...NO_BREAK_RULES, version: 0 }
    : { ...(JSON.parse(row.entry) as BreakRules), version: Number(row.version) };
}
