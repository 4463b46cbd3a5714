import { formatMinor } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type LinesDecided } from '../../src/reconciliation/runs/matching.events';
import { type Apply } from '../read-model';
import { findDefinitionOn } from './definitions.view';
import { clearAdjustments } from './adjustments';
import { linesById } from './lines.view';
import { minorOf } from '../../src/reconciliation/matching/result-file';

const SAVE_GROUP = `
  INSERT INTO match_group (id, definition, pass, status, currency, difference, clearing_date, interchangeable, keys,
         first_run, last_run, reason, decided_by)
  VALUES (:id, :definition, 'person', 'confirmed', :currency, :difference, :clearingDate, 0, '[]', '', '', :reason, :by)
  ON CONFLICT (definition, id) DO UPDATE
     SET status = 'confirmed', reason = excluded.reason, decided_by = excluded.decided_by`;

const SAVE_ALLOCATION = `
  INSERT INTO allocation (definition, match_group, line, side, amount_minor, live)
  VALUES (:definition, :group, :line, :side, :amountMinor, 1)
  ON CONFLICT (definition, match_group, line) DO UPDATE SET live = 1`;

/** A break is explained when all of its lines are in live groups; one that keeps an open line waits for the next run. */
const RESOLVE_MATCHED_BREAKS = `
  UPDATE break SET status = 'closed', resolution = 'matched', resolved_period = NULL
   WHERE definition = :definition AND (status NOT IN ('resolved', 'closed') OR resolution IN ('carried', 'written-off'))
     AND id IN (SELECT break FROM break_line WHERE line IN (SELECT value FROM json_each(:lines)))
     AND NOT EXISTS (
       SELECT 1 FROM break_line l
        WHERE l.break = break.id
          AND NOT EXISTS (SELECT 1 FROM allocation a
                           WHERE a.definition = break.definition AND a.line = l.line AND a.live = 1))`;

const RELEASE_GROUP = `UPDATE allocation SET live = 0 WHERE definition = :definition AND match_group = :id`;

const UNMATCH_GROUP = `
  UPDATE match_group SET status = 'unmatched', reason = :reason, decided_by = :by
   WHERE definition = :definition AND id = :id`;

const FORGET_SUGGESTION = `DELETE FROM hint WHERE definition = :definition AND kind = 'suggestion' AND id = :id`;

/** A break that was resolved because its lines were matched is open again. */
const REOPEN_BREAKS = `
  UPDATE break SET status = CASE WHEN owner IS NULL THEN 'open' ELSE 'assigned' END, resolution = NULL
   WHERE definition = :definition AND status IN ('resolved', 'closed') AND resolution IN ('matched', 'adjusted')
     AND id IN (SELECT break FROM break_line WHERE line IN (SELECT value FROM json_each(:lines)))
     AND NOT EXISTS (SELECT 1 FROM break_line l JOIN break_line m ON m.line = l.line JOIN break n ON n.id = m.break
                      WHERE l.break = break.id AND n.id <> break.id AND n.status NOT IN ('resolved', 'closed'))`;

/** A person matched lines: they are used from here on, and every later run keeps them together. */
export const applyGroupConfirmed: Apply = ({ stream, entry }, db) => {
  const { group, lines: ids, reason } = entry.data as unknown as LinesDecided;
  const definition = parseStreamName(stream).key;
  const { sides } = findDefinitionOn(db, definition) ?? {};
  const lines = [...linesById(db, ids, sides).values()];
  const currency = lines[0]?.amount.currency ?? '';
  const minor = (line: (typeof lines)[number]) => minorOf(line.amount.amount);
  const net = lines.reduce(
    (sum, line) => sum + (line.side === 'A' ? minor(line) : -minor(line)),
    0n,
  );
  const clearingDate =
    lines
      .map(({ bookDate }) => bookDate)
      .sort()
      .at(-1) ?? '';
  const difference = formatMinor(net, currency);
  db.run(SAVE_GROUP, {
    id: group,
    definition,
    currency,
    difference,
    clearingDate,
    reason,
    by: entry.actor.id,
  });
  for (const line of lines) {
    db.run(SAVE_ALLOCATION, {
      definition,
      group,
      line: line.id,
      side: line.side,
      amountMinor: minor(line),
    });
  }
  db.run(RESOLVE_MATCHED_BREAKS, { definition, lines: JSON.stringify(ids) });
  clearAdjustments(definition, db);
};

/** A person undid a match: its lines are free, and no run makes it again. */
export const applyGroupUnmatched: Apply = ({ stream, entry }, db) => {
  const { group: id, lines, reason } = entry.data as unknown as LinesDecided;
  const definition = parseStreamName(stream).key;
  db.run(RELEASE_GROUP, { definition, id });
  db.run(UNMATCH_GROUP, { definition, id, reason, by: entry.actor.id });
  db.run(FORGET_SUGGESTION, { definition, id });
  db.run(REOPEN_BREAKS, { definition, lines: JSON.stringify(lines) });
  clearAdjustments(definition, db);
};
