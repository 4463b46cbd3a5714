import { type JsonObject } from '../../src/kernel/json';
import { type ReadDb } from '../read-model';

const FIND_IN_FORCE = `
  SELECT e.version, e.entry, r.at AS revoked_at
    FROM control_entry AS e
    JOIN control_decision AS a ON a.type = e.type AND a.id = e.id AND a.version = e.version AND a.verb = 'approved'
    LEFT JOIN control_decision AS r ON r.type = e.type AND r.id = e.id AND r.version = e.version AND r.verb = 'revoked'
   WHERE e.type = :type AND e.id = :id
   ORDER BY e.version DESC
   LIMIT 1`;

export interface EntryInForce {
  readonly version: number;
  readonly entry: JsonObject;
}

/** The latest approved version of one entry, unless it was revoked. */
export function entryInForce(db: ReadDb, type: string, id: string): EntryInForce | undefined {
  const row = db.get<{ version: bigint; entry: string; revoked_at: string | null }>(FIND_IN_FORCE, {
    type,
    id,
  });
  if (row === undefined || row.revoked_at !== null) return undefined;
  return { version: Number(row.version), entry: JSON.parse(row.entry) as JsonObject };
}
