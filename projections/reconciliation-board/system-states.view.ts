import { workflowOf } from '../../src/ingestion/workflow-definitions.policy';
import { type CivilDate } from '../../src/kernel/civil-date';
import { type MoneyJson } from '../../src/kernel/money';
import { type StateOrder, stateOrder } from '../../src/reconciliation/kinds/state-order';
import { type StateInput, type StateSides } from '../../src/reconciliation/kinds/state-input';
import { normaliseReference } from '../../src/reconciliation/matching/reference.policy';
import { type StateSide } from '../../src/reconciliation/matching/sides.policy';
import { type ReadDb } from '../read-model';

/** What one system last said of each object; the table is that of the objects' states. */
const LIST_SYSTEM_STATES = `
  SELECT o.type, o.entity, o.id, o.fold
    FROM object o JOIN object_system s ON s.object_no = o.no
   WHERE s.system = :system AND o.type IN (SELECT value FROM json_each(:types))
     AND (:entity IS NULL OR o.entity = :entity)
   ORDER BY o.stream`;

interface ObjectRow {
  readonly type: string;
  readonly entity: string;
  readonly id: string;
  readonly fold: string;
}

interface SystemWord {
  readonly state: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly amount?: MoneyJson;
  readonly version?: string;
}

/** Both systems' words up to a day, and the order of the states that each type may be in. */
export function systemStates(
  db: ReadDb,
  [a, b]: readonly [StateSide, StateSide],
  cutoff: CivilDate,
): StateSides {
  const types = [...new Set([...a.types, ...b.types])];
  const orders = Object.fromEntries(
    types.flatMap((type): [string, StateOrder][] => {
      const workflow = workflowOf(type, cutoff);
      return workflow === undefined
        ? []
        : [[type, stateOrder([workflow.initial, ...workflow.states], workflow.transitions)]];
    }),
  );
  return { a: wordsOf(db, a, cutoff), b: wordsOf(db, b, cutoff), orders };
}

/** Day of the newest word of a system about these types. */
export function latestWord(db: ReadDb, side: StateSide): CivilDate | undefined {
  let latest: string | undefined;
  for (const { fold } of rowsOf(db, side)) {
    const word = wordOf(fold, side.system);
    if (word !== undefined && (latest === undefined || word.at > latest)) latest = word.at;
  }
  return latest?.slice(0, 10);
}

function wordsOf(db: ReadDb, side: StateSide, cutoff: CivilDate): StateInput[] {
  return rowsOf(db, side).flatMap(({ type, entity, id, fold }) => {
    const word = wordOf(fold, side.system);
    if (word === undefined || word.at.slice(0, 10) > cutoff) return [];
    const { state, at, amount, version } = word;
    return [
      {
        key: `${type} ${entity} ${normaliseReference(id) ?? id}`,
        type,
        entity,
        objectId: id,
        state,
        at: at.slice(0, 10),
        ...(amount === undefined ? {} : { amount }),
        ...(version === undefined ? {} : { version }),
      },
    ];
  });
}

const rowsOf = (db: ReadDb, { system, types, entity }: StateSide): ObjectRow[] =>
  db.all<ObjectRow>(LIST_SYSTEM_STATES, {
    system,
    types: JSON.stringify(types),
    entity: entity ?? null,
  });

const wordOf = (fold: string, system: string): SystemWord | undefined =>
  (JSON.parse(fold) as { readonly sides: Readonly<Record<string, SystemWord>> }).sides[system];
