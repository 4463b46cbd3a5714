import { canonicalJson } from '../../src/kernel/canonical-json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply, type ProjectedEvent, type ProjectionDb } from '../read-model';

const SAVE_ACCEPTANCE = `UPDATE batch SET accepted = :decided, revision = :revision WHERE id = :id`;
const SAVE_WITHDRAWAL = `UPDATE batch SET withdrawn = :decided, revision = :revision WHERE id = :id`;

/** Lines that a later batch brought again are that one's now. */
const LIST_LINES_BROUGHT_AGAIN = `
  SELECT l.id AS line, min(b.log_index) AS log_index
    FROM statement_line l
    JOIN batch_line again ON again.line = l.id AND again.is_new = 0
    JOIN batch b ON b.id = again.batch AND b.withdrawn IS NULL AND b.id <> :id
   WHERE l.batch = :id GROUP BY l.id`;
const HAND_LINE_ON = `
  UPDATE statement_line SET batch = (SELECT id FROM batch WHERE log_index = :logIndex) WHERE id = :line`;
const MARK_AS_BROUGHT = `
  UPDATE batch_line SET is_new = 1
   WHERE line = :line AND is_new = 0 AND batch = (SELECT id FROM batch WHERE log_index = :logIndex)`;
const WITHDRAW_LINES = `UPDATE statement_line SET status = 'withdrawn' WHERE batch = :id`;
/** What it stated stays to be read; no chain of balances rests on it. */
const FORGET_BALANCES = `
  UPDATE statement SET opening_minor = NULL, closing_minor = NULL, closing_date = NULL WHERE batch = :id`;

const decidedOf = ({ stream, entry, revision }: ProjectedEvent) => ({
  id: parseStreamName(stream).key,
  decided: canonicalJson(entry.data),
  revision,
});

const applyAccepted: Apply = (event, db) => db.run(SAVE_ACCEPTANCE, decidedOf(event));

/** The lines of a withdrawn batch are in no population any more; what they were matched with is open after the next run. */
const applyWithdrawn: Apply = (event, db: ProjectionDb) => {
  const decided = decidedOf(event);
  const { id } = decided;
  db.run(SAVE_WITHDRAWAL, decided);
  const again = db.all<{ line: string; log_index: bigint }>(LIST_LINES_BROUGHT_AGAIN, { id });
  for (const { line, log_index: logIndex } of again) {
    db.run(HAND_LINE_ON, { line, logIndex });
    db.run(MARK_AS_BROUGHT, { line, logIndex });
  }
  db.run(WITHDRAW_LINES, { id });
  db.run(FORGET_BALANCES, { id });
};

/** Decisions of persons on batches. */
export const BATCH_DECISIONS: Readonly<Record<string, Apply>> = {
  'batch.controls-accepted': applyAccepted,
  'batch.withdrawn': applyWithdrawn,
};
