import { FLAGS } from '../../src/ingestion/workflow.policy';
import { type JsonObject } from '../../src/kernel/json';
import { moneyJson } from '../../src/kernel/money';
import { type Page, type PageKey, pageOf, type Snapshot } from '../read-model';
import { DISAGREEMENTS } from './disagreements.policy';
import { wordsOf } from './masks';
import { type ObjectFilter, objectConditions } from './object-filter';
import { type ObjectFold } from './object-state.policy';

/** One row of table `object` as lists read it. */
interface ObjectRow {
  readonly stream: string;
  readonly type: string;
  readonly entity: string;
  readonly id: string;
  readonly revision: bigint;
  readonly state: string;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly flags: bigint;
  readonly disagreements: bigint;
  readonly changed_at: string;
  readonly fold: string;
}

/** Columns of a listed object; the statement ends with the conditions of the request. */
const LIST_OBJECTS = `
  SELECT stream, type, entity, id, revision, state, amount_minor, currency, flags, disagreements, changed_at, fold
    FROM object`;

const IN_ORDER = `
   ORDER BY stream
   LIMIT :limit`;

const COUNT_OBJECTS = `SELECT count(*) AS count FROM object`;

export interface ObjectPageRequest {
  readonly filter: ObjectFilter;
  readonly limit: number;
  /** key of the last object of the page before */
  readonly after?: PageKey;
}

/** Objects in the order of their stream names. */
export function listObjects(db: Snapshot, request: ObjectPageRequest): Page<JsonObject> {
  const { filter, limit, after } = request;
  const conditions = objectConditions(filter).add('stream > :after', { after: after?.[0] });
  const sql = `${LIST_OBJECTS} ${conditions.where} ${IN_ORDER}`;
  const rows = db.all<ObjectRow>(sql, { ...conditions.params, limit: limit + 1 });
  const { position } = db;
  return pageOf(rows, limit, { keyOf: ({ stream }) => [stream], item: listedObject, position });
}

/** How many objects the filter holds, on all pages together. */
export function countObjects(db: Snapshot, filter: ObjectFilter): number {
  const conditions = objectConditions(filter);
  const row = db.get<{ count: bigint }>(`${COUNT_OBJECTS} ${conditions.where}`, conditions.params);
  return Number(row?.count ?? 0n);
}

function listedObject(row: ObjectRow): JsonObject {
  const { type, entity, id, stream, state, changed_at: changedAt } = row;
  const fold = JSON.parse(row.fold) as ObjectFold;
  const { amount_minor: minor, currency } = row;
  return {
    type,
    entity,
    id,
    stream,
    state,
    revision: Number(row.revision),
    ...(minor === null || currency === null
      ? {}
      : { amount: moneyJson({ minor, currency }) as never }),
    flags: wordsOf(FLAGS, row.flags),
    disagreements: wordsOf(DISAGREEMENTS, row.disagreements),
    systems: Object.keys(fold.sides).sort(),
    firstAt: fold.firstAt ?? changedAt,
    lastAt: fold.lastAt ?? changedAt,
    changedAt,
  };
}
