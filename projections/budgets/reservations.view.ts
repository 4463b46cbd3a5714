import { type JsonObject } from '../../src/kernel/json';
import { formatMinor } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import { type Page, type PageKey, pageOf, type Snapshot } from '../read-model';

const LIST_RESERVATIONS = `
  SELECT r.check_id, r.minor, r.taken_at, r.expires_at, r.by, r.event, r.released_at, r.released_by,
         EXISTS (SELECT 1 FROM budget_citation AS c WHERE c.check_id = r.check_id) AS is_consumed
    FROM budget_reservation AS r
   WHERE r.line = :line AND (r.expires_at, r.check_id) > (:afterExpiry, :afterCheck)
   ORDER BY r.expires_at, r.check_id
   LIMIT :limit`;

interface ReservationRow {
  readonly check_id: string;
  readonly minor: string;
  readonly taken_at: Instant;
  readonly expires_at: Instant;
  readonly by: string;
  readonly event: string;
  readonly released_at: Instant | null;
  readonly released_by: string | null;
  readonly is_consumed: bigint;
}

type Line = { readonly id: string; readonly currency: string };
type Paged = { readonly limit: number; readonly after?: PageKey };

/** Reservations of one line in the order in which they end, with what they are at an instant. */
export const reservationsAt =
  (now: Instant) =>
  (db: Snapshot, line: Line, { limit, after }: Paged): Page<JsonObject> => {
    const [afterExpiry = '', afterCheck = ''] = after ?? [];
    const params = { line: line.id, afterExpiry, afterCheck, limit: limit + 1 };
    return pageOf(db.all<ReservationRow>(LIST_RESERVATIONS, params), limit, {
      keyOf: (row) => [row.expires_at, row.check_id],
      item: (row) => ({
        checkId: row.check_id,
        amount: formatMinor(BigInt(row.minor), line.currency),
        state: stateOf(row, now),
        ...{ takenAt: row.taken_at, expiresAt: row.expires_at, by: row.by, event: row.event },
        ...(row.released_at === null ? {} : { releasedAt: row.released_at }),
        ...(row.released_by === null ? {} : { releasedBy: row.released_by }),
      }),
      position: db.position,
    });
  };

function stateOf(row: ReservationRow, now: Instant): string {
  if (row.is_consumed === 1n) return 'used';
  if (row.released_at !== null) return 'released';
  return row.expires_at > now ? 'held' : 'expired';
}
