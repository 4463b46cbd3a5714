import { openSqlite, toNumber } from '../event-store/sqlite';
import { type Decision, type Witnessed, type WitnessStore } from './witness';

const SCHEMA = `
CREATE TABLE witnessed (
  origin TEXT PRIMARY KEY NOT NULL,
  size   INTEGER NOT NULL,
  root   BLOB NOT NULL CHECK (length(root) = 32),
  note   TEXT NOT NULL) STRICT;
CREATE TRIGGER witnessed_forward BEFORE UPDATE ON witnessed
  WHEN NEW.origin IS NOT OLD.origin OR NEW.size < OLD.size
    OR (NEW.size = OLD.size AND NEW.root IS NOT OLD.root)
  BEGIN SELECT RAISE(ABORT, 'not next'); END;
CREATE TRIGGER witnessed_no_delete BEFORE DELETE ON witnessed
  BEGIN SELECT RAISE(ABORT, 'forward only'); END;
`;

const READ = `SELECT size, root FROM witnessed WHERE origin = :origin`;
const KEEP = `
  INSERT INTO witnessed (origin, size, root, note) VALUES (:origin, :size, :root, :note)
  ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note`;

/** What a witness cosigned, in a file of its own. @throws the driver's error when it cannot be opened */
export function openWitnessStore(path: string): WitnessStore & { close(): void } {
  const sql = openSqlite(path, { schema: SCHEMA });
  return {
    change: (origin, decide) =>
      sql.transaction((): Decision => {
        const row = sql.get<{ size: bigint; root: Uint8Array }>(READ, { origin });
        const before: Witnessed | undefined = row && { size: toNumber(row.size), root: row.root };
        const decision = decide(before);
        if (decision.status === 200) sql.run(KEEP, { origin, ...decision.keep });
        return decision;
      }),
    close: () => sql.close(),
  };
}
