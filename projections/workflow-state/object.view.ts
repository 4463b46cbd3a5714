import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { workflowOf } from '../../src/ingestion/workflow-definitions.policy';
import { isTerminal, missingSteps, nextSteps } from '../../src/ingestion/workflow.policy';
import { type JsonObject } from '../../src/kernel/json';
import { type ReadDb } from '../read-model';
import { disagreementsOf } from './disagreements.policy';
import { type ObjectFold } from './object-state.policy';
import { missingSentence } from './sentences.policy';

/** One object, folded up to some revision. */
export interface FoldedObject {
  readonly stream: string;
  readonly revision: number;
  /** recorded-at of the event of that revision */
  readonly changedAt: Instant;
  readonly fold: ObjectFold;
}

const FIND_OBJECT = `SELECT revision, changed_at, fold FROM object WHERE stream = :stream`;

/** The object as it stands; undefined when no transition of it is recorded. */
export function findObject(db: ReadDb, stream: string): FoldedObject | undefined {
  const row = db.get<{ revision: bigint; changed_at: string; fold: string }>(FIND_OBJECT, {
    stream,
  });
  if (row === undefined) return undefined;
  const fold = JSON.parse(row.fold) as ObjectFold;
  return { stream, revision: Number(row.revision), changedAt: row.changed_at, fold };
}

/**
 * What there is to say of one object: its state, each system's side and where these differ, figures, what is missing and
 * what may follow.
 *
 * @param effectiveOn civil date whose workflow judges; without it the day of the object's last act
 */
export function objectJson(object: FoldedObject, effectiveOn?: string): JsonObject {
  const { stream, revision, changedAt, fold } = object;
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  const definition = workflowOf(type, effectiveOn ?? fold.lastAt?.slice(0, 10));
  const { state, at } = fold.workflow;
  const missing = definition === undefined ? [] : missingSteps(definition, fold.workflow);
  return {
    type,
    entity,
    id,
    stream,
    state,
    stateAt: at ?? changedAt,
    revision,
    ...(fold.version === undefined ? {} : { version: fold.version }),
    workflow: definition === undefined ? null : { object: type, version: definition.version },
    isTerminal: definition !== undefined && isTerminal(definition, fold.workflow),
    sides: sidesJson(fold),
    disagreements: disagreementsOf(fold, definition) as unknown as JsonObject[],
    amounts: amountsJson(fold),
    dimensions: fold.dimensions,
    flags: fold.flags,
    missingSteps: missing.map((step) => ({ ...step, sentence: missingSentence(step) })),
    nextSteps:
      definition === undefined ? [] : nextSteps(definition, fold.workflow).map((s) => ({ ...s })),
    firstAt: fold.firstAt ?? changedAt,
    lastAt: fold.lastAt ?? changedAt,
    changedAt,
  };
}

/** One entry a system, in the order of names. */
function sidesJson(fold: ObjectFold): JsonObject[] {
  return Object.entries(fold.sides)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([system, side]) => ({ system, ...side }) as unknown as JsonObject);
}

function amountsJson({ amount, baseAmount, measures }: ObjectFold): JsonObject {
  return {
    ...(amount === undefined ? {} : { amount: { ...amount } }),
    ...(baseAmount === undefined ? {} : { baseAmount: { ...baseAmount } }),
    measures: Object.entries(measures)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, measure]) => ({ name, ...measure })),
  };
}
