import { canonicalJson } from '../../src/kernel/canonical-json';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName, streamName } from '../../src/kernel/stream-name';
import {
  type AdjustmentAct,
  type AdjustmentPosted,
  type AdjustmentProposed,
} from '../../src/reconciliation/adjustments/adjustment.events';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { type Apply, type ProjectedEvent, type ProjectionDb } from '../read-model';
import { resolveBreak } from './break-decisions';

const SAVE_PROPOSAL = `
  INSERT INTO adjustment (id, definition, period, break, type, amount_minor, currency, status, expires_on, proposed,
         proposed_by, proposer, log_index)
  VALUES (:id, :definition, :period, :break, :type, :amountMinor, :currency, 'proposed', :expiresOn, :proposed,
         :by, :byPerson, :logIndex)
  ON CONFLICT (id) DO NOTHING`;
const APPROVE = `
  UPDATE adjustment SET status = 'approved', approved_by = :by, approver = :byPerson, approved_at = :at WHERE id = :id`;
const REJECT = `UPDATE adjustment SET status = 'rejected', rejected = :rejected WHERE id = :id`;
const EXPIRE = `UPDATE adjustment SET status = 'expired' WHERE id = :id`;
const POST = `
  UPDATE adjustment SET status = 'posted', posting = :posting, posted_stream = :stream WHERE id = :id`;

const FIND_BREAK = `
  SELECT b.id, b.a, b.b, b.status FROM adjustment a JOIN break b ON b.id = a.break WHERE a.id = :id`;
const AWAIT_ADJUSTMENT = `
  UPDATE break SET status = 'pending-adjustment'
   WHERE id = :break AND status IN ('open', 'assigned', 'investigating', 'pending-counterparty')`;
/** A break whose last live proposal is gone is looked into again. */
const GO_ON = `
  UPDATE break SET status = 'investigating'
   WHERE status = 'pending-adjustment' AND id = (SELECT break FROM adjustment WHERE id = :id)
     AND NOT EXISTS (SELECT 1 FROM adjustment o WHERE o.break = break.id AND o.status IN ('proposed', 'approved', 'posted'))`;
const SUM_GIVEN_UP = `
  SELECT sum(amount_minor) AS minor FROM adjustment
   WHERE break = :break AND type IN ('write-off', 'rounding') AND status IN ('approved', 'posted', 'cleared')`;

/** A posting clears its adjustment while its line is in a live match; without that match it is only posted. */
const CLEAR = `
  UPDATE adjustment
     SET status = CASE WHEN EXISTS (
           SELECT 1 FROM book_line l JOIN allocation a ON a.line = l.id AND a.definition = adjustment.definition AND a.live = 1
            WHERE l.stream = adjustment.posted_stream) THEN 'cleared' ELSE 'posted' END
   WHERE definition = :definition AND status IN ('posted', 'cleared')`;
/** What its own posting explains was adjusted: somebody accepts that, as no engine can. */
const ADJUST_BREAKS = `
  UPDATE break SET status = 'resolved', resolution = 'adjusted'
   WHERE definition = :definition AND resolution = 'matched'
     AND id IN (SELECT break FROM adjustment WHERE definition = :definition AND status = 'cleared')`;

const dataOf = <T>({ entry }: ProjectedEvent): T => entry.data as unknown as T;

const applyProposed: Apply = (event, db) => {
  const proposed = dataOf<AdjustmentProposed>(event);
  const { key } = parseStreamName(event.stream);
  const dot = key.lastIndexOf('.');
  const { minor, currency } = parseMoney(proposed.amount);
  const { id, break: item, type, expiresOn, by, byPerson = null } = proposed;
  db.run(SAVE_PROPOSAL, {
    ...{ id, break: item, type, expiresOn, by, byPerson, currency, amountMinor: minor },
    definition: key.slice(0, dot),
    period: key.slice(dot + 1),
    proposed: canonicalJson(event.entry.data),
    logIndex: event.index,
  });
  db.run(AWAIT_ADJUSTMENT, { break: item });
};

const applyApproved: Apply = (event, db) => {
  const { id, at, by, byPerson = null } = dataOf<AdjustmentAct>(event);
  db.run(APPROVE, { id, at, by, byPerson });
  settleGivenUp(id, db);
};

/** Written off within limits by two persons: nothing of the break is left to explain. */
function settleGivenUp(id: string, db: ProjectionDb): void {
  const item = db.get<{ id: string; a: string; b: string; status: string }>(FIND_BREAK, { id });
  if (item === undefined || item.status !== 'pending-adjustment') return;
  const open = minorOf(item.a) - minorOf(item.b);
  const given = db.get<{ minor: bigint | null }>(SUM_GIVEN_UP, { break: item.id })?.minor ?? 0n;
  if (given === (open < 0n ? -open : open))
    resolveBreak(db, { id: item.id, resolution: 'written-off', period: null });
}

const applyGone =
  (sql: string): Apply =>
  (event, db) => {
    const { id } = dataOf<AdjustmentAct>(event);
    const rejected = canonicalJson(event.entry.data);
    db.run(sql, sql === REJECT ? { id, rejected } : { id });
    db.run(GO_ON, { id });
  };

const applyPosted: Apply = (event, db) => {
  const { id, reference, postedOn, object } = dataOf<AdjustmentPosted>(event);
  const posting = canonicalJson({ reference, postedOn, object: { ...object } });
  const stream = streamName(object.type, object.entity, object.id);
  db.run(POST, { id, posting, stream });
  const definition = db.get<{ definition: string }>(FIND_DEFINITION, { id })?.definition;
  if (definition !== undefined) clearAdjustments(definition, db);
};

const FIND_DEFINITION = `SELECT definition FROM adjustment WHERE id = :id`;

/** After every change of what is matched. */
export function clearAdjustments(definition: string, db: ProjectionDb): void {
  db.run(CLEAR, { definition });
  db.run(ADJUST_BREAKS, { definition });
}

export const ADJUSTMENT_EVENTS: Readonly<Record<string, Apply>> = {
  'adjustment.proposed': applyProposed,
  'adjustment.approved': applyApproved,
  'adjustment.rejected': applyGone(REJECT),
  'adjustment.expired': applyGone(EXPIRE),
  'adjustment.posted': applyPosted,
};
