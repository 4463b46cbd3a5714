import {
  type ReservationReleased,
  type ReservationTaken,
} from '../../src/controls/budget/reservation.events';
import { parseMoney } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply, type ReadDb } from '../read-model';

const TAKE = `
  INSERT OR IGNORE INTO budget_reservation (check_id, line, entity, minor, currency, taken_at, expires_at, by, event)
  VALUES (:check, :line, :entity, :minor, :currency, :takenAt, :expiresAt, :by, :event)`;

const RELEASE = `
  UPDATE budget_reservation SET released_at = :at, released_by = :by WHERE check_id = :check`;

/** A check that a document cites is used up: the document's own amount counts instead. */
const LIST_HELD = `
  SELECT r.check_id, r.minor,
         EXISTS (SELECT 1 FROM budget_citation AS c WHERE c.check_id = r.check_id) AS is_consumed
    FROM budget_reservation AS r
   WHERE r.line = :line AND r.expires_at > :now AND r.released_at IS NULL
   ORDER BY r.check_id`;

export const takeReservation: Apply = ({ stream, entry }, db) => {
  const { entity, key: line } = parseStreamName(stream);
  const { check, amount, expiresAt, by } = entry.data as unknown as ReservationTaken;
  const { minor, currency } = parseMoney(amount);
  const own = { check, line, entity, minor: minor.toString(), currency };
  db.run(TAKE, { ...own, takenAt: entry.recordedAt, expiresAt, by, event: entry.id });
};

export const releaseReservation: Apply = ({ entry }, db) => {
  const { check, at, by } = entry.data as unknown as ReservationReleased;
  db.run(RELEASE, { check, at, by });
};

/** What answers to checks hold of a line, as far as it is read. */
export interface HeldFunds {
  /** minor units of reservations that nothing has used yet */
  readonly minor: bigint;
  /** checks of this line whose demand is recorded, and so counts itself */
  readonly consumed: ReadonlySet<string>;
}

/** Reservations of a line that are neither released nor expired at an instant. */
export function heldOf(db: ReadDb, line: string, now: Instant): HeldFunds {
  const consumed = new Set<string>();
  let held = 0n;
  const rows = db.all<{ check_id: string; minor: string; is_consumed: bigint }>(LIST_HELD, {
    line,
    now,
  });
  for (const { check_id: check, minor, is_consumed: isConsumed } of rows)
    if (isConsumed === 1n) consumed.add(check);
    else held += BigInt(minor);
  return { minor: held, consumed };
}

const LIST_ALL_HELD = `
  SELECT r.line, r.minor
    FROM budget_reservation AS r
   WHERE r.expires_at > :now AND r.released_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM budget_citation AS c WHERE c.check_id = r.check_id)`;

/** Minor units held at an instant, by line. */
export function heldByLine(db: ReadDb, now: Instant): ReadonlyMap<string, bigint> {
  const held = new Map<string, bigint>();
  for (const { line, minor } of db.all<{ line: string; minor: string }>(LIST_ALL_HELD, { now }))
    held.set(line, (held.get(line) ?? 0n) + BigInt(minor));
  return held;
}
