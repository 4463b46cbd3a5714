import { type Instant } from '../../src/kernel/runtime';
import { type BreakRow } from '../../src/reconciliation/matching/result-file';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { type ProjectionDb } from '../read-model';

/** The break that had one of these lines open before this run: the one seen first. */
const FIND_PREDECESSOR = `
  SELECT b.id, b.first_seen, b.first_run
    FROM break_line l JOIN break b ON b.id = l.break
   WHERE b.definition = :definition AND b.status <> 'resolved' AND b.id <> :id
     AND l.line IN (SELECT value FROM json_each(:lines))
   ORDER BY b.first_seen, b.id
   LIMIT 1`;

const FIND_ENTITY = `
  SELECT entity FROM (
    SELECT entity, 0 AS rank, id FROM book_line WHERE id IN (SELECT value FROM json_each(:lines))
    UNION ALL
    SELECT entity, 1, id FROM statement_line WHERE id IN (SELECT value FROM json_each(:lines)))
   ORDER BY rank, id
   LIMIT 1`;

const SAVE_BREAK = `
  INSERT INTO break (id, definition, type, class, status, reason, entity, currency, a, b, count_a, count_b, book_date, failed, nearest,
         first_seen, first_run, last_run, predecessor, revision)
  VALUES (:id, :definition, :type, 'UNEXPLAINED', 'open', :reason, :entity, :currency, :a, :b, :countA, :countB, :bookDate, :failed, :nearest,
         :firstSeen, :firstRun, :run, :predecessor, -1)
  ON CONFLICT (id) DO UPDATE SET type = excluded.type, reason = excluded.reason, currency = excluded.currency,
         a = excluded.a, b = excluded.b, book_date = excluded.book_date, failed = excluded.failed, nearest = excluded.nearest,
         last_run = excluded.last_run, resolution = NULL,
         status = CASE WHEN status <> 'resolved' THEN status WHEN owner IS NULL THEN 'open' ELSE 'assigned' END`;

const SAVE_BREAK_LINE = `INSERT INTO break_line (break, line) VALUES (:id, :line) ON CONFLICT DO NOTHING`;

/** A break whose lines the run explains is resolved as matched; one whose lines are gone, as withdrawn. */
const RESOLVE_BREAKS = `
  UPDATE break
     SET status = 'resolved',
         resolution = CASE
           WHEN EXISTS (SELECT 1 FROM break_line l JOIN allocation a ON a.line = l.line AND a.definition = break.definition
                         WHERE l.break = break.id AND a.live = 1) THEN 'matched'
           WHEN EXISTS (SELECT 1 FROM break_line l JOIN break_line m ON m.line = l.line JOIN break n ON n.id = m.break
                         WHERE l.break = break.id AND n.last_run = :run) THEN 'superseded'
           ELSE 'withdrawn' END
   WHERE definition = :definition AND status <> 'resolved' AND last_run <> :run`;

export function saveBreak(
  row: BreakRow,
  { run, definition }: RunCommitted,
  at: Instant,
  db: ProjectionDb,
): void {
  const lines = JSON.stringify(row.lines);
  const before = db.get<{ id: string; first_seen: string; first_run: string }>(FIND_PREDECESSOR, {
    definition,
    id: row.id,
    lines,
  });
  db.run(SAVE_BREAK, {
    id: row.id,
    definition,
    type: row.type,
    reason: row.reason ?? null,
    entity: db.get<{ entity: string }>(FIND_ENTITY, { lines })?.entity ?? '_',
    currency: row.currency,
    a: row.a,
    b: row.b,
    countA: row.countA,
    countB: row.countB,
    bookDate: row.bookDate,
    failed: JSON.stringify(row.failed),
    nearest: row.nearest === undefined ? null : JSON.stringify(row.nearest),
    firstSeen: before?.first_seen ?? at,
    firstRun: before?.first_run ?? run,
    run,
    predecessor: before?.id ?? null,
  });
  for (const line of row.lines) db.run(SAVE_BREAK_LINE, { id: row.id, line });
}

export function resolveBreaksNotIn({ run, definition }: RunCommitted, db: ProjectionDb): void {
  db.run(RESOLVE_BREAKS, { run, definition });
}
