import { type ProjectionDb } from '../read-model';
import { isCleanAtAGlance, judgeChain } from './chain';
import { type ActRow, readObjects, rowsByObject } from './chain-rows';
import { type DirtyUnits } from './dirty-units';
import { scopesWithFindings, storedFindings, storeFindings } from './finding-rows';
import { mayBreakARule } from './object-glance';
import { judgeObject, type JudgedObject } from './object-unit';
import { judgeOrdersOf, type OrderGroup, putOrders } from './order-rows';
import { judgeRelation } from './relation';
import { inPeriods, joinedUnit } from './rule-periods';
import { judgeRights } from './rights-unit';
import { judgeSession } from './session-unit';
import { judgeAccount, putUnattributed } from './unattributed';
import { actsIn, type Judging } from './unit';

/** What an object adds to wider units, as it is now: an order is judged by what it was made for last. */
function joinedObject(judged: readonly JudgedObject[], rows: readonly ActRow[]) {
  return {
    acts: actsIn(rows),
    unattributed: judged.flatMap(({ unattributed }) => unattributed),
    orders: judged.at(-1)?.orders ?? [],
  };
}

/** Judges units anew from all of their facts, and stores what differs. */
export function judgeUnits(units: DirtyUnits, judging: Judging, db: ProjectionDb): void {
  const periods = inPeriods(judging);
  judgeChains(units.chains, periods, db);
  judgeRelations(units.relations, periods, db);
  const wider = judgeObjects([...units.objects], periods, db);
  for (const scope of wider.accounts)
    storeFindings({ kind: 'account', scope }, judgeAccount(scope, judging), db);
  for (const group of wider.groups.values()) {
    const unit = { kind: 'payee', scope: group.payee, person: group.person } as const;
    storeFindings(unit, joinedUnit(periods.map((one) => judgeOrdersOf(group, one))), db);
  }
  for (const scope of new Set([...units.sessions, ...wider.sessions]))
    storeFindings(
      { kind: 'session', scope },
      joinedUnit(periods.map((one) => judgeSession(scope, one))),
      db,
    );
  judgePersons(units.persons, periods, db);
}

function judgeRelations(
  refs: ReadonlySet<string>,
  periods: readonly Judging[],
  db: ProjectionDb,
): void {
  const before = scopesWithFindings('relation', refs, db);
  for (const scope of refs) {
    const unit = joinedUnit(periods.map((one) => judgeRelation(scope, one)));
    // About most vendors nobody did anything on two sides, now or before.
    if (unit.findings.length > 0 || before.has(scope))
      storeFindings({ kind: 'relation', scope }, unit, db);
  }
}

function judgePersons(
  persons: Iterable<string>,
  periods: readonly Judging[],
  db: ProjectionDb,
): void {
  for (const person of persons) {
    const unit = { kind: 'static', scope: 'static', person } as const;
    storeFindings(unit, joinedUnit(periods.map((one) => judgeRights(person, one))), db);
  }
}

function judgeChains(
  roots: ReadonlySet<string>,
  periods: readonly Judging[],
  db: ProjectionDb,
): void {
  const queue = [...roots];
  const before = scopesWithFindings('lineage', roots, db);
  const judged = new Set<string>();
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    if (judged.has(root)) continue;
    judged.add(root);
    const unit = { kind: 'lineage', scope: root } as const;
    // A chain that has findings does not pass at a glance, as a rule.
    const isNew = roots.has(root) ? !before.has(root) : storedFindings(unit, db).size === 0;
    if (isNew && periods.every((one) => isCleanAtAGlance(root, one))) continue;
    const chains = periods.map((one) => judgeChain(root, one));
    storeFindings(unit, joinedUnit(chains), db);
    queue.push(...(chains[0]?.neighbours ?? []));
  }
}

/** Units of several objects that judging one by one has touched. */
interface WiderUnits {
  readonly accounts: Set<string>;
  readonly groups: Map<string, OrderGroup>;
  readonly sessions: Set<string>;
}

/** Acts of so many objects are in memory at once. */
const OBJECTS_AT_ONCE = 200;

const LIST_JUDGED_BEFORE = `
  SELECT o.value AS object
    FROM json_each(:objects) AS o
   WHERE EXISTS (SELECT 1 FROM sod_finding AS f WHERE f.scope = o.value AND f.kind = 'object')
      OR EXISTS (SELECT 1 FROM sod_unattributed AS u WHERE u.object = o.value)
      OR EXISTS (SELECT 1 FROM sod_order AS s WHERE s.object = o.value)`;

function judgeObjects(
  objects: readonly string[],
  periods: readonly Judging[],
  db: ProjectionDb,
): WiderUnits {
  const wider: WiderUnits = { accounts: new Set(), groups: new Map(), sessions: new Set() };
  for (let at = 0; at < objects.length; at += OBJECTS_AT_ONCE) {
    const some = objects.slice(at, at + OBJECTS_AT_ONCE);
    const judged = db.all<{ object: string }>(LIST_JUDGED_BEFORE, {
      objects: JSON.stringify(some),
    });
    const before = new Set(judged.map(({ object }) => object));
    for (const [object, rows] of rowsByObject(readObjects(some, db))) {
      for (const { session } of rows) if (session !== '') wider.sessions.add(session);
      if (!before.has(object) && !periods.some((one) => mayBreakARule(rows, one))) continue;
      const judged = periods.map((one) => judgeObject(object, rows, one));
      storeFindings({ kind: 'object', scope: object }, joinedUnit(judged), db);
      const unit = joinedObject(judged, rows);
      for (const account of putUnattributed(object, unit, db)) wider.accounts.add(account);
      for (const group of putOrders(object, unit.orders, db))
        wider.groups.set(`${group.person}\n${group.payee}`, group);
    }
  }
  return wider;
}
