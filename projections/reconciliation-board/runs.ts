import { parseAmount } from '../../src/kernel/money';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import {
  type BreakRow,
  type GroupRow,
  readResult,
} from '../../src/reconciliation/matching/result-file';
import { type Apply, type ProjectedEvent, type ProjectionDb } from '../read-model';
import { clearAdjustments } from './adjustments';
import { resolveBreaksNotIn, saveBreak } from './breaks';
import { findDefinition } from './definitions.view';
import { PositionWriter } from './positions';
import { forgetHints, saveHint } from './hints';
import { breakRulesIn } from './recon-registers';

const SAVE_RUN = `
  INSERT OR REPLACE INTO run (id, definition, version, cutoff, committed_at, committed_by, position, log_index, revision,
         input_sha256, result_sha256, data)
  VALUES (:id, :definition, :version, :cutoff, :committedAt, :committedBy, :position, :logIndex, :revision,
         :inputSha256, :resultSha256, :data)`;

const RELEASE_ALLOCATIONS = `UPDATE allocation SET live = 0 WHERE definition = :definition AND live = 1`;

const SUPERSEDE_GROUPS = `
  UPDATE match_group SET status = 'superseded'
   WHERE definition = :definition AND status = 'confirmed' AND last_run <> :run`;

const SAVE_GROUP = `
  INSERT INTO match_group (id, definition, pass, status, currency, difference, clearing_date, interchangeable, keys, facts,
         first_run, last_run)
  VALUES (:id, :definition, :pass, 'confirmed', :currency, :difference, :clearingDate, :interchangeable, :keys, :facts, :run, :run)
  ON CONFLICT (definition, id) DO UPDATE SET status = 'confirmed', facts = excluded.facts,
         last_run = excluded.last_run`;

const SAVE_ALLOCATION = `
  INSERT INTO allocation (definition, match_group, line, side, amount_minor, live)
  VALUES (:definition, :group, :line, :side, :amountMinor, 1)
  ON CONFLICT (definition, match_group, line) DO UPDATE SET live = 1`;

/**
 * The result file of a committed run becomes the board: its groups are live and no others, its breaks are open and no
 * others. A break that was there before keeps the day on which it was first seen.
 */
export const applyRunCommitted: Apply = (event, db) => {
  const run = event.entry.data as unknown as RunCommitted;
  const file = db.blob(run.result.sha256);
  if (file === undefined)
    throw new Error(`the blob store has no ${run.result.sha256} of run ${run.run}`);
  saveRun(event, run, db);
  db.run(RELEASE_ALLOCATIONS, { definition: run.definition });
  const rules = breakRulesIn(db, run.definition);
  const context = { run, at: event.entry.recordedAt, rules };
  // Kinds without passes compare figures: their lines are neither open nor cleared one by one.
  const definition = findDefinition(db, run.definition, run.version);
  const positions =
    definition?.passes.length === 0 ? undefined : new PositionWriter(db, run, definition?.sides);
  forgetHints(run, db);
  for (const row of readResult(file)) {
    saveHint(row, run, db);
    if (row.kind === 'group') saveGroup(row, run, db);
    if (row.kind === 'break') saveBreak(row as BreakRow, context, db);
    positions?.add(row);
  }
  positions?.finish();
  db.run(SUPERSEDE_GROUPS, { definition: run.definition, run: run.run });
  resolveBreaksNotIn(run, db);
  clearAdjustments(run.definition, db);
};

function saveRun(event: ProjectedEvent, run: RunCommitted, db: ProjectionDb): void {
  db.run(SAVE_RUN, {
    id: run.run,
    definition: run.definition,
    version: run.version,
    cutoff: run.cutoff,
    committedAt: event.entry.recordedAt,
    committedBy: event.entry.actor.id,
    position: event.position,
    logIndex: event.index,
    revision: event.revision,
    inputSha256: run.input.sha256,
    resultSha256: run.result.sha256,
    data: JSON.stringify(run),
  });
}

function saveGroup(group: GroupRow, { run, definition }: RunCommitted, db: ProjectionDb): void {
  db.run(SAVE_GROUP, {
    id: group.id,
    definition,
    pass: group.pass,
    currency: group.currency,
    difference: group.difference,
    clearingDate: group.clearingDate,
    interchangeable: group.interchangeable ? 1 : 0,
    keys: JSON.stringify(group.keys),
    facts: group.facts === undefined ? null : JSON.stringify(group.facts),
    run,
  });
  for (const { line, side, allocated } of group.members) {
    const amountMinor = parseAmount(allocated, group.currency);
    db.run(SAVE_ALLOCATION, { definition, group: group.id, line, side, amountMinor });
  }
}
