import { type Decimal, parseDecimal } from '../../src/kernel/decimal';
import { type ReadDb } from '../read-model';

const FIND_RATE = `
  SELECT e.entry ->> 'rate' AS rate, r.at AS revoked_at
    FROM control_entry AS e
    JOIN control_decision AS a ON a.type = e.type AND a.id = e.id AND a.version = e.version AND a.verb = 'approved'
    LEFT JOIN control_decision AS r ON r.type = e.type AND r.id = e.id AND r.version = e.version AND r.verb = 'revoked'
   WHERE e.type = 'exchange-rate' AND e.id = :id
   ORDER BY e.version DESC
   LIMIT 1`;

/** The rate of one date, `USD-EUR-2026-03-02`, as approved now: a correction holds for the past too. */
export function rateIn(db: ReadDb, id: string): Decimal | undefined {
  const row = db.get<{ rate: string; revoked_at: string | null }>(FIND_RATE, { id });
  return row === undefined || row.revoked_at !== null ? undefined : parseDecimal(row.rate);
}
