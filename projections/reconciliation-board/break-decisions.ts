import { parseStreamName } from '../../src/kernel/stream-name';
import {
  type BreakAssigned,
  type BreakAttached,
  type BreakClassified,
  type BreakCommented,
  type BreakExplained,
  type BreakResolved,
  type CounterpartyAwaited,
} from '../../src/reconciliation/breaks/break.events';
import { type Apply, type ProjectedEvent, type ProjectionDb, type SqlParams } from '../read-model';
import { bandOfBreak } from './materiality-bands';

const ASSIGN = `
  UPDATE break SET owner = :owner, due = :due, sla = NULL,
         status = CASE WHEN status = 'open' THEN 'assigned' ELSE status END
   WHERE id = :id`;
const TAKE_UP = `UPDATE break SET status = 'investigating' WHERE id = :id`;
const CLASSIFY = `UPDATE break SET class = :class WHERE id = :id`;
const AWAIT = `
  UPDATE break SET status = 'pending-counterparty', counterparty = :counterparty, due = :due WHERE id = :id`;
const RESOLVE = `
  UPDATE break SET status = :status, resolution = :resolution, resolved_period = :period WHERE id = :id`;
const CLOSE = `UPDATE break SET status = 'closed' WHERE id = :id`;
const REOPEN = `
  UPDATE break SET status = CASE WHEN owner IS NULL THEN 'open' ELSE 'assigned' END,
         resolution = NULL, resolved_period = NULL
   WHERE id = :id`;
const SEE_REVISION = `UPDATE break SET revision = :revision WHERE id = :id`;

const SAVE_CAUSE = `
  INSERT OR REPLACE INTO break_cause (break, period, cause, explanation, at, by)
  VALUES (:id, :period, :cause, :explanation, :at, :by)`;
const SAVE_COMMENT = `
  INSERT OR REPLACE INTO break_comment (break, revision, at, by, text) VALUES (:id, :revision, :at, :by, :text)`;
const SAVE_ATTACHMENT = `
  INSERT INTO break_attachment (break, sha256, bytes, media_type, at, by)
  VALUES (:id, :sha256, :bytes, :mediaType, :at, :by)
  ON CONFLICT DO NOTHING`;

/** What an event of a break does to its row. */
type Effect = (id: string, event: ProjectedEvent, db: ProjectionDb) => void;

const on =
  (effect: Effect): Apply =>
  (event, db) => {
    const id = parseStreamName(event.stream).key;
    effect(id, event, db);
    db.run(SEE_REVISION, { id, revision: event.revision });
  };

const dataOf = <T>({ entry }: ProjectedEvent): T => entry.data as unknown as T;
const told = ({ entry }: ProjectedEvent): SqlParams => ({
  at: entry.recordedAt,
  by: entry.actor.id,
});

/** Decisions of persons on breaks. */
export const BREAK_DECISIONS: Readonly<Record<string, Apply>> = {
  'break.assigned': on((id, event, db) => {
    const { owner, due = null } = dataOf<BreakAssigned>(event);
    db.run(ASSIGN, { id, owner, due });
  }),
  'break.taken-up': on((id, _, db) => db.run(TAKE_UP, { id })),
  'break.classified': on((id, event, db) =>
    db.run(CLASSIFY, { id, class: dataOf<BreakClassified>(event).class }),
  ),
  'break.explained': on((id, event, db) => {
    const { period, cause, explanation = null } = dataOf<BreakExplained>(event);
    db.run(SAVE_CAUSE, { id, period, cause, explanation, ...told(event) });
  }),
  'break.counterparty-awaited': on((id, event, db) => {
    const { counterparty, due } = dataOf<CounterpartyAwaited>(event);
    db.run(AWAIT, { id, counterparty, due });
  }),
  'break.resolved': on((id, event, db) => {
    const { resolution, period } = dataOf<BreakResolved>(event);
    resolveBreak(db, { id, resolution, period });
  }),
  'break.closed': on((id, _, db) => db.run(CLOSE, { id })),
  'break.reopened': on((id, _, db) => db.run(REOPEN, { id })),
  'break.commented': on((id, event, db) => {
    const { text } = dataOf<BreakCommented>(event);
    db.run(SAVE_COMMENT, { id, revision: event.revision, text, ...told(event) });
  }),
  'break.attached': on((id, event, db) => {
    const { sha256, bytes, mediaType } = dataOf<BreakAttached>(event);
    db.run(SAVE_ATTACHMENT, { id, sha256, bytes, mediaType, ...told(event) });
  }),
};

/** What nobody needs to look at again is closed by itself: below clearly trivial. */
export function resolveBreak(
  db: ProjectionDb,
  resolved: { readonly id: string; readonly resolution: string; readonly period: string | null },
): void {
  const status = bandOfBreak(db, resolved.id) === 'clearly-trivial' ? 'closed' : 'resolved';
  db.run(RESOLVE, { ...resolved, status });
}
