import { FLAGS } from '../../src/ingestion/workflow.policy';
import { parseDecimal } from '../../src/kernel/decimal';
import { parseMoney } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type ProjectionDb } from '../read-model';
import { DISAGREEMENTS, disagreementsOf } from './disagreements.policy';
import { maskOf } from './masks';
import { definitionFor, type ObjectFold } from './object-state.policy';

/** An object as its row has it, and as the events of the batch have made it. */
export interface PendingObject {
  readonly stream: string;
  /** number of its row; undefined for an object that has none yet */
  readonly no: bigint | undefined;
  readonly before: ObjectFold | undefined;
  /** of the last event folded, -1 for none */
  revision: number;
  changedAt: Instant;
  fold: ObjectFold | undefined;
}

interface ObjectRow {
  readonly no: bigint;
  readonly revision: bigint;
  readonly changed_at: Instant;
  readonly fold: string;
}

const FIND_OBJECT = `SELECT no, revision, changed_at, fold FROM object WHERE stream = :stream`;

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

/** The object as it stands in the tables. */
export function loadObject(stream: string, db: ProjectionDb): PendingObject {
  const row = db.get<ObjectRow>(FIND_OBJECT, { stream });
  if (row === undefined) {
    const nothing = { no: undefined, before: undefined, fold: undefined };
    return { stream, ...nothing, revision: -1, changedAt: '' };
  }
  const before = JSON.parse(row.fold) as ObjectFold;
  const { no, changed_at: changedAt } = row;
  return { stream, no, before, revision: Number(row.revision), changedAt, fold: before };
}

/** Writes what the batch changed. */
export function saveObject(object: PendingObject, db: ProjectionDb): void {
  const { stream, before, revision, changedAt, fold } = object;
  if (fold === undefined || fold === before) return;
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  const values = { revision, changedAt, ...columnsOf(type, fold) };
  let { no } = object;
  if (no === undefined) {
    no = db.get<{ no: bigint }>(ADD_OBJECT, { ...values, stream, type, entity, id })?.no;
    if (no === undefined) throw new TypeError('an inserted row has a number');
  } else {
    db.run(CHANGE_OBJECT, { ...values, no });
  }
  saveDetails(no, before, fold, db);
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

/** Rows beside the object are written only for what is new: most events repeat what is known. */
function saveDetails(
  no: bigint,
  before: ObjectFold | undefined,
  after: ObjectFold,
  db: ProjectionDb,
): void {
  for (const action of added(before?.workflow.steps, after.workflow.steps)) {
    db.run(ADD_STEP, { action, no });
  }
  for (const system of added(before?.sides, after.sides)) db.run(ADD_SYSTEM, { system, no });
  if (after.measures === before?.measures) return;
  for (const [name, { value, currency = null }] of Object.entries(after.measures)) {
    const { unscaled, scale } = parseDecimal(value);
    db.run(PUT_MEASURE, { no, name, unscaled: unscaled.toString(), scale, currency });
  }
}

function added(before: object | undefined, after: object): string[] {
  const names = Object.keys(after);
  return before === undefined ? names : names.filter((name) => !Object.hasOwn(before, name));
}
