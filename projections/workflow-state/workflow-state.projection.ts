import { transitionOf } from '../../src/kernel/entry';
import { parseDecimal } from '../../src/kernel/decimal';
import { parseMoney } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { FLAGS } from '../../src/ingestion/workflow.policy';
import { type ProjectedEvent, projection, type ProjectionDb } from '../read-model';
import { DISAGREEMENTS, disagreementsOf } from './disagreements.policy';
import { maskOf } from './masks';
import { definitionFor, foldObject, type ObjectFold } from './object-state.policy';
import { WORKFLOW_STATE_SCHEMA } from './workflow-state.schema';

/** The object, if it is known, and the agreed start of the source that speaks. */
interface Before {
  readonly no: bigint | null;
  readonly revision: bigint | null;
  readonly fold: string | null;
  readonly starts_at: Instant | null;
}

const FIND_BEFORE = `
  SELECT object.no, object.revision, object.fold, source_start.starts_at
    FROM (SELECT 1)
    LEFT JOIN object ON object.stream = :stream
    LEFT JOIN source_start ON source_start.system = :system`;

const ADD_OBJECT = `
  INSERT INTO object (stream, type, entity, id, revision, state, amount_minor, currency, flags, disagreements,
         changed_at, fold)
  VALUES (:stream, :type, :entity, :id, :revision, :state, :amountMinor, :currency, :flags, :disagreements,
         :changedAt, :fold)
  RETURNING no`;

const CHANGE_OBJECT = `
  UPDATE object
     SET revision = :revision, state = :state, amount_minor = :amountMinor, currency = :currency, flags = :flags,
         disagreements = :disagreements, changed_at = :changedAt, fold = :fold
   WHERE no = :no`;

const ADD_STEP = `INSERT OR IGNORE INTO object_step (action, object_no) VALUES (:action, :no)`;

const ADD_SYSTEM = `INSERT OR IGNORE INTO object_system (system, object_no) VALUES (:system, :no)`;

const PUT_MEASURE = `
  INSERT OR REPLACE INTO object_measure (object_no, name, unscaled, scale, currency)
  VALUES (:no, :name, :unscaled, :scale, :currency)`;

const PUT_FLAGS = `INSERT OR REPLACE INTO event_flag (idx, flags) VALUES (:idx, :flags)`;

const PUT_START = `
  INSERT OR REPLACE INTO source_start (system, starts_at) VALUES (:system, :startsAt)`;

function putTransition(event: ProjectedEvent, db: ProjectionDb): void {
  const { stream, entry } = event;
  const data = transitionOf(entry);
  if (data === undefined) return;
  const row = db.get<Before>(FIND_BEFORE, { stream, system: entry.source.system });
  if (row?.revision != null && row.revision >= BigInt(event.revision)) return;
  const { objectType, entity, key } = parseStreamName(stream);
  const before = row?.fold == null ? undefined : (JSON.parse(row.fold) as ObjectFold);
  const startsAt = row?.starts_at ?? undefined;
  const { after, flags } = foldObject(objectType, before, { entry, data }, startsAt);
  const columns = columnsOf(objectType, after);
  const values = { revision: event.revision, changedAt: entry.recordedAt, ...columns };
  const no =
    row?.no == null
      ? addObject({ ...values, stream, type: objectType, entity, id: key }, db)
      : changeObject({ ...values, no: row.no }, db);
  putDetails({ no, before, after }, event, db);
  if (flags.length > 0) db.run(PUT_FLAGS, { idx: event.index, flags: maskOf(FLAGS, flags) });
}

function columnsOf(type: string, fold: ObjectFold) {
  const money = fold.amount === undefined ? undefined : parseMoney(fold.amount);
  const definition = definitionFor(type, fold.lastAt ?? '');
  const kinds = disagreementsOf(fold, definition).map(({ on }) => on);
  return {
    state: fold.workflow.state,
    amountMinor: money?.minor ?? null,
    currency: money?.currency ?? null,
    flags: maskOf(FLAGS, fold.flags),
    disagreements: maskOf(DISAGREEMENTS, kinds),
    fold: JSON.stringify(fold),
  };
}

function addObject(params: Parameters<ProjectionDb['run']>[1], db: ProjectionDb): bigint {
  const added = db.get<{ no: bigint }>(ADD_OBJECT, params);
  if (added === undefined) throw new Error('an inserted object has no number');
  return added.no;
}

function changeObject(params: { readonly no: bigint } & ObjectColumns, db: ProjectionDb): bigint {
  db.run(CHANGE_OBJECT, params);
  return params.no;
}

type ObjectColumns = ReturnType<typeof columnsOf> & { revision: number; changedAt: Instant };

/** Rows beside the object are written only when the event made them new: most events repeat what is known. */
function putDetails(
  change: {
    readonly no: bigint;
    readonly before: ObjectFold | undefined;
    readonly after: ObjectFold;
  },
  { entry }: ProjectedEvent,
  db: ProjectionDb,
): void {
  const { no, before, after } = change;
  const { action } = transitionOf(entry)?.transition ?? { action: '' };
  const { system } = entry.source;
  if (before === undefined || !Object.hasOwn(before.workflow.steps, action)) {
    db.run(ADD_STEP, { action, no });
  }
  if (before === undefined || !Object.hasOwn(before.sides, system))
    db.run(ADD_SYSTEM, { system, no });
  if (after.measures === before?.measures) return;
  for (const [name, { value, currency }] of Object.entries(after.measures)) {
    const earlier = before?.measures[name];
    if (earlier?.value === value && earlier.currency === currency) continue;
    const { unscaled, scale } = parseDecimal(value);
    db.run(PUT_MEASURE, {
      no,
      name,
      unscaled: unscaled.toString(),
      scale,
      currency: currency ?? null,
    });
  }
}

function putStart({ entry }: ProjectedEvent, db: ProjectionDb): void {
  const { id, agreedStart } = entry.data;
  if (typeof id !== 'string') return;
  db.run(PUT_START, { system: id, startsAt: typeof agreedStart === 'string' ? agreedStart : null });
}

export const workflowState = projection('workflow-state', 1, {
  schema: WORKFLOW_STATE_SCHEMA,
  on: { 'source.registered': putStart, 'source.changed': putStart },
  onTransition: putTransition,
});
