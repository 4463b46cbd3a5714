import { canonicalJson } from '../../src/kernel/canonical-json';
import { type Json } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type PeriodEvent, type PeriodOpened } from '../../src/reconciliation/close/period.events';
import {
  evolvePeriod,
  isMovable,
  PENDING,
  type PeriodState,
} from '../../src/reconciliation/close/period-state.policy';
import { UNSIGNED } from '../../src/reconciliation/sign-off/sign-off-state.policy';
import { reconciliationId } from '../../src/reconciliation/sign-off/reconciliation-id.policy';
import { forgetClosed } from './late-changes';
import { type Apply, type ProjectedEvent, type ProjectionDb } from '../read-model';

const FIND_PERIOD = `SELECT revision, state, closed_index FROM close_period WHERE entity = :entity AND period = :period`;

const SAVE_PERIOD = `
  INSERT OR REPLACE INTO close_period (entity, period, stream, revision, from_day, to_day, status, versions, closed_index, state, log_index)
  VALUES (:entity, :period, :stream, :revision, :from, :to, :status, :versions, :closedIndex, :state, :logIndex)`;

const ADD_RECONCILIATION = `
  INSERT INTO reconciliation (id, entity, definition, period, from_day, cutoff, required, movable, sign_off, revision, touched)
  VALUES (:id, :entity, :definition, :period, :from, :cutoff, :required, 1, :signOff, -1, :touched)
  ON CONFLICT (id) DO NOTHING`;

const LIST_DEFINITIONS = `SELECT id, definition FROM reconciliation WHERE entity = :entity AND period = :period ORDER BY id`;
const SET_MOVABLE = `UPDATE reconciliation SET movable = :movable WHERE id = :id`;

/** What is closed before is what later periods open with. */
const TOUCH_ENTITY = `UPDATE reconciliation SET touched = :index WHERE entity = :entity AND movable = 1`;

/** What came late while no period was open enters the first one that opens. */
const ENTER_LATE = `
  UPDATE late_change SET entered = :period
   WHERE entered IS NULL AND in_scope = 0
     AND reconciliation IN (SELECT id FROM reconciliation WHERE entity = :entity)`;

/** A later closing version holds what came late before it, unless periods after it were closed without that. */
const TAKE_LATE = `
  UPDATE late_change SET in_scope = 1, entered = NULL
   WHERE reconciliation IN (SELECT id FROM reconciliation WHERE entity = :entity AND period = :period AND movable = 1)
     AND NOT EXISTS (SELECT 1 FROM close_period p WHERE p.entity = :entity AND p.versions > 0 AND p.to_day > :to)`;

/** Folds a period by the same function as its decider; an event that is here already changes nothing. */
export const applyPeriodEvent: Apply = (event, db) => {
  const { entity, key: period } = parseStreamName(event.stream);
  const row = db.get<{ revision: bigint; state: string; closed_index: bigint }>(FIND_PERIOD, {
    entity,
    period,
  });
  if (row !== undefined && Number(row.revision) >= event.revision) return;
  const before = row === undefined ? PENDING : (JSON.parse(row.state) as PeriodState);
  const state = evolvePeriod(before, {
    type: event.type,
    data: event.entry.data,
  } as unknown as PeriodEvent);
  if (state.opened === undefined) return;
  const closedIndex = event.type === 'period.closed' ? event.index : (row?.closed_index ?? -1n);
  savePeriod(event, state, { entity, period, closedIndex }, db);
  if (event.type === 'period.closed') db.run(TAKE_LATE, { entity, period, to: state.opened.to });
  if (before.opened === undefined) {
    addReconciliations(event, state.opened, { entity, period }, db);
    db.run(ENTER_LATE, { entity, period });
  }
  for (const { id, definition } of db.all<{ id: string; definition: string }>(LIST_DEFINITIONS, {
    entity,
    period,
  }))
    db.run(SET_MOVABLE, { id, movable: isMovable(state, definition) ? 1 : 0 });
  forgetClosed(db);
  db.run(TOUCH_ENTITY, { entity, index: event.index });
};

interface PeriodName {
  readonly entity: string;
  readonly period: string;
}

function savePeriod(
  event: ProjectedEvent,
  state: PeriodState,
  { entity, period, closedIndex }: PeriodName & { readonly closedIndex: number | bigint },
  db: ProjectionDb,
): void {
  const { from = '', to = '' } = state.opened ?? {};
  db.run(SAVE_PERIOD, {
    entity,
    period,
    stream: event.stream,
    revision: event.revision,
    from,
    to,
    status: state.status,
    versions: state.closings.length,
    closedIndex,
    state: canonicalJson(state as unknown as Json),
    logIndex: event.index,
  });
}

function addReconciliations(
  event: ProjectedEvent,
  opened: PeriodOpened,
  { entity, period }: PeriodName,
  db: ProjectionDb,
): void {
  for (const required of opened.requires) {
    const { definition } = required;
    db.run(ADD_RECONCILIATION, {
      id: reconciliationId({ definition, period, entity }),
      entity,
      definition,
      period,
      from: opened.from,
      cutoff: opened.to,
      required: canonicalJson(required as unknown as Json),
      signOff: canonicalJson(UNSIGNED as unknown as Json),
      touched: event.index,
    });
  }
}
