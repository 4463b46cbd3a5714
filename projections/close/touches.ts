import { parseStreamName } from '../../src/kernel/stream-name';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { type Apply, type ProjectionDb } from '../read-model';

const TOUCH_ALL = `UPDATE reconciliation SET touched = :index WHERE movable = 1`;
const TOUCH_ENTITY = `UPDATE reconciliation SET touched = :index WHERE entity = :entity AND movable = 1`;
const TOUCH_DEFINITION = `UPDATE reconciliation SET touched = :index WHERE definition = :definition AND movable = 1`;
const TOUCH_BREAK = `
  UPDATE reconciliation SET touched = :index
   WHERE movable = 1 AND id IN (SELECT reconciliation FROM reconciliation_item WHERE break = :id)`;

const TOUCHED = 'close/touched';

/** Entities whose lines a batch of events brought, with the last of the events. Written once a batch: lines come by thousands. */
const touchedIn = (db: ProjectionDb): Map<string, number> => {
  const touched = (db.batch.get(TOUCHED) ?? new Map<string, number>()) as Map<string, number>;
  db.batch.set(TOUCHED, touched);
  return touched;
};

export const touchEntity: Apply = ({ stream, index }, db) =>
  void touchedIn(db).set(parseStreamName(stream).entity, index);

export function writeTouches(db: ProjectionDb): void {
  for (const [entity, index] of touchedIn(db)) {
    if (entity === '_') db.run(TOUCH_ALL, { index });
    else db.run(TOUCH_ENTITY, { entity, index });
  }
  db.batch.delete(TOUCHED);
}

/** A person made or undid a match: it holds for the runs of every period. */
export const touchDefinition: Apply = ({ stream, index }, db) =>
  db.run(TOUCH_DEFINITION, { definition: parseStreamName(stream).key, index });

/** Who proposed an adjustment does not review, and a version of a definition may be in force from a past day: both are rare. */
export const touchAll: Apply = ({ index }, db) => db.run(TOUCH_ALL, { index });

/** Class, cause and explanation of a break are under the signatures of the reconciliations that it is an item of. */
export const touchBreak: Apply = ({ stream, index }, db) =>
  db.run(TOUCH_BREAK, { id: parseStreamName(stream).key, index });

const LIST_OF_RUN = `
  SELECT id FROM reconciliation
   WHERE definition = :definition AND movable = 1 AND from_day <= :cutoff AND cutoff >= :cutoff
   ORDER BY id`;
const SET_RUN = `
  UPDATE reconciliation SET run = :run, run_version = :version, run_cutoff = :cutoff, run_result = :result, touched = :index
   WHERE id = :id`;
const DROP_ITEMS = `DELETE FROM reconciliation_item WHERE reconciliation = :id`;
const ADD_ITEMS = `
  INSERT INTO reconciliation_item (reconciliation, break, type)
  SELECT :id, id, type FROM break WHERE definition = :definition AND last_run = :run`;
const DROP_DIFFERENCES = `DELETE FROM reconciliation_difference WHERE reconciliation = :id`;
const ADD_DIFFERENCES = `
  INSERT INTO reconciliation_difference (reconciliation, match_group)
  SELECT :id, id FROM match_group
   WHERE definition = :definition AND last_run = :run AND pass <> 'person' AND status = 'confirmed'
     AND difference GLOB '*[1-9]*'`;

/**
 * The run of a period is the last one with a cut-off in it. What it left open are the reconciling items of that period:
 * a run of a later period does not move them.
 */
export const applyRunOfPeriod: Apply = ({ entry, index }, db) => {
  const { run, definition, version, cutoff, result } = entry.data as unknown as RunCommitted;
  for (const { id } of db.all<{ id: string }>(LIST_OF_RUN, { definition, cutoff })) {
    db.run(SET_RUN, { id, run, version, cutoff, result: result.sha256, index });
    db.run(DROP_ITEMS, { id });
    db.run(ADD_ITEMS, { id, definition, run });
    db.run(DROP_DIFFERENCES, { id });
    db.run(ADD_DIFFERENCES, { id, definition, run });
  }
};
