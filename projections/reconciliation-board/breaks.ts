import { type Instant } from '../../src/kernel/runtime';
import { isUnsettled, periodOf } from '../../src/reconciliation/breaks/break-work.policy';
import { type BreakRules, routingOf } from '../../src/reconciliation/breaks/break-rules.policy';
import { type BreakRow, minorOf } from '../../src/reconciliation/matching/result-file';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { type ProjectionDb } from '../read-model';

/** The break that had one of these lines open before this run: the one seen first. */
const FIND_PREDECESSOR = `
  SELECT b.id, b.first_seen, b.first_run, b.owner, b.due, b.sla, b.class
    FROM break_line l JOIN break b ON b.id = l.break
   WHERE b.definition = :definition AND b.id <> :id AND (b.status NOT IN ('resolved', 'closed') OR b.resolution IN ('carried', 'written-off'))
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

const FIND_BREAK = `SELECT status, resolution, resolved_period, a, b FROM break WHERE id = :id`;

const SAVE_BREAK = `
  INSERT INTO break (id, definition, type, class, status, reason, entity, currency, a, b, count_a, count_b, book_date, failed, nearest, subject,
         first_seen, first_run, last_run, predecessor, owner, due, sla, revision)
  VALUES (:id, :definition, :type, :class, :status, :reason, :entity, :currency, :a, :b, :countA, :countB, :bookDate, :failed, :nearest, :subject,
         :firstSeen, :firstRun, :run, :predecessor, :owner, :due, :sla, -1)
  ON CONFLICT (id) DO UPDATE SET type = excluded.type, reason = excluded.reason, currency = excluded.currency,
         a = excluded.a, b = excluded.b, count_a = excluded.count_a, count_b = excluded.count_b, book_date = excluded.book_date, failed = excluded.failed, nearest = excluded.nearest,
         last_run = excluded.last_run`;

const REOPEN_BREAK = `
  UPDATE break SET status = CASE WHEN owner IS NULL THEN 'open' ELSE 'assigned' END,
         resolution = NULL, resolved_period = NULL
   WHERE id = :id`;

const SAVE_BREAK_LINE = `INSERT INTO break_line (break, line) VALUES (:id, :line) ON CONFLICT DO NOTHING`;

const FORGET_BREAK_LINES = `DELETE FROM break_line WHERE break = :id`;

/**
 * A break whose lines the run explains is matched and closed; one whose lines are in another break goes on there; one
 * whose lines are gone is withdrawn.
 */
const RESOLVE_BREAKS = `
  UPDATE break
     SET (status, resolution) = (
       SELECT CASE how WHEN 'matched' THEN 'closed' WHEN 'superseded' THEN 'closed' ELSE 'resolved' END, how FROM (
         SELECT CASE
           WHEN NOT EXISTS (SELECT 1 FROM break_line l JOIN allocation a ON a.line = l.line AND a.definition = break.definition
                             WHERE l.break = break.id AND a.live = 1)
             THEN CASE WHEN EXISTS (SELECT 1 FROM break_line l JOIN break_line m ON m.line = l.line JOIN break n ON n.id = m.break
                                     WHERE l.break = break.id AND n.last_run = :run) THEN 'superseded' ELSE 'withdrawn' END
           ELSE 'matched' END AS how)),
         resolved_period = NULL
   WHERE definition = :definition AND last_run <> :run
     AND (status NOT IN ('resolved', 'closed') OR resolution IN ('carried', 'written-off'))`;

interface Predecessor {
  readonly id: string;
  readonly first_seen: string;
  readonly first_run: string;
  readonly owner: string | null;
  readonly due: string | null;
  readonly sla: string | null;
  readonly class: string;
}

interface KnownBreak {
  readonly status: string;
  readonly resolution: string | null;
  readonly resolved_period: string | null;
  readonly a: string;
  readonly b: string;
}

/** What a run says of its breaks, besides the rows of its file. */
export interface BreakContext {
  readonly run: RunCommitted;
  readonly at: Instant;
  readonly rules: BreakRules;
}

export function saveBreak(row: BreakRow, context: BreakContext, db: ProjectionDb): void {
  const { run, definition, cutoff } = context.run;
  const known = db.get<KnownBreak>(FIND_BREAK, { id: row.id });
  db.run(SAVE_BREAK, {
    id: row.id,
    definition,
    type: row.type,
    reason: row.reason ?? null,
    currency: row.currency,
    a: row.a,
    b: row.b,
    countA: row.countA,
    countB: row.countB,
    bookDate: row.bookDate,
    failed: JSON.stringify(row.failed),
    nearest: row.nearest === undefined ? null : JSON.stringify(row.nearest),
    subject: row.subject === undefined ? null : JSON.stringify(row.subject),
    run,
    ...(known === undefined ? begun(row, context, db) : NOTHING_BEGUN),
  });
  if (known !== undefined && isOpenAgain(known, row, cutoff)) db.run(REOPEN_BREAK, { id: row.id });
  if (row.subject !== undefined) db.run(FORGET_BREAK_LINES, { id: row.id });
  for (const line of row.lines) db.run(SAVE_BREAK_LINE, { id: row.id, line });
}

/** For a row that is there already these are not looked at. */
const NOTHING_BEGUN = {
  ...{ entity: '', firstSeen: '', firstRun: '', predecessor: null, class: '', status: '' },
  ...{ owner: null, due: null, sla: null },
};

/** A new break goes on where the one before it stood; without one, the routing rules say whose it is. */
function begun(row: BreakRow, { run, at, rules }: BreakContext, db: ProjectionDb) {
  const lines = JSON.stringify(row.lines);
  const { definition } = run;
  // A break about a subject keeps its id when lines join it; several of them may share their lines.
  const before =
    row.subject === undefined
      ? db.get<Predecessor>(FIND_PREDECESSOR, { definition, id: row.id, lines })
      : undefined;
  const entity =
    row.subject?.entity ?? db.get<{ entity: string }>(FIND_ENTITY, { lines })?.entity ?? '_';
  const first = { firstSeen: before?.first_seen ?? at, firstRun: before?.first_run ?? run.run };
  const openMinor = minorOf(row.a) - minorOf(row.b);
  const { type, currency } = row;
  const firstSeen = first.firstSeen.slice(0, 10);
  const routed = routingOf({ type, currency, openMinor, firstSeen }, rules);
  const owner = before?.owner ?? routed?.owner ?? null;
  const isInherited = typeof before?.owner === 'string';
  return {
    entity,
    ...first,
    predecessor: before?.id ?? null,
    class: inheritedClass(before) ?? routed?.class ?? 'UNEXPLAINED',
    owner,
    due: (isInherited ? before.due : routed?.due) ?? null,
    sla: (isInherited ? before.sla : routed?.rule) ?? null,
    status: owner === null ? 'open' : 'assigned',
  };
}

const inheritedClass = (before: Predecessor | undefined): string | undefined =>
  before === undefined || before.class === 'UNEXPLAINED' ? undefined : before.class;

/** A settled break that a run finds open: what settled it holds no more. */
function isOpenAgain(known: KnownBreak, { a, b }: BreakRow, cutoff: string): boolean {
  if (isUnsettled(known.status)) return false;
  if (known.a !== a || known.b !== b) return true;
  if (known.resolution === 'carried') return (known.resolved_period ?? '') < periodOf(cutoff);
  return known.resolution !== 'written-off';
}

export function resolveBreaksNotIn({ run, definition }: RunCommitted, db: ProjectionDb): void {
  db.run(RESOLVE_BREAKS, { run, definition });
}
