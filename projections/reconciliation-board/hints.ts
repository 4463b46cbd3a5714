import { type ResultRow } from '../../src/reconciliation/matching/result-file';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { type ProjectionDb } from '../read-model';

/** What the last run of a definition did not decide, and the equations that it checked. */
export const HINTS_SCHEMA = `
CREATE TABLE hint (
  definition TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, run TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (definition, kind, id)
) STRICT, WITHOUT ROWID;
`;

const FORGET_HINTS = `DELETE FROM hint WHERE definition = :definition`;

const SAVE_HINT = `
  INSERT OR REPLACE INTO hint (definition, kind, id, run, data) VALUES (:definition, :kind, :id, :run, :data)`;

const KINDS: ReadonlySet<string> = new Set(['suggestion', 'ambiguity', 'identity']);

/** Those of the run before are no longer true. */
export const forgetHints = ({ definition }: RunCommitted, db: ProjectionDb): void =>
  db.run(FORGET_HINTS, { definition });

export function saveHint(
  row: ResultRow,
  { definition, run }: RunCommitted,
  db: ProjectionDb,
): void {
  if (!KINDS.has(row.kind)) return;
  const { kind, id } = row as { readonly kind: string; readonly id: string };
  db.run(SAVE_HINT, { definition, kind, id, run, data: JSON.stringify(row) });
}
