import { type ProjectionDb } from '../read-model';
import { isCleanAtAGlance, judgeChain } from './chain';
import { readObjects, rowsByObject } from './chain-rows';
import { type DirtyUnits } from './dirty-units';
import { storedFindings, storeFindings } from './finding-rows';
import { mayBreakARule } from './object-glance';
import { judgeObject } from './object-unit';
import { judgeOrdersOf, type OrderGroup, putOrders } from './order-rows';
import { judgeRelation } from './relation';
import { judgeSession } from './session-unit';
import { judgeAccount, putUnattributed } from './unattributed';
import { type Judging } from './unit';

/** Judges units anew from all of their facts, and stores what differs. */
export function judgeUnits(units: DirtyUnits, judging: Judging, db: ProjectionDb): void {
  judgeChains(units.chains, judging, db);
  for (const scope of units.relations)
    storeFindings({ kind: 'relation', scope }, judgeRelation(scope, judging), db);
  const wider = judgeObjects([...units.objects], judging, db);
  for (const scope of wider.accounts)
    storeFindings({ kind: 'account', scope }, judgeAccount(scope, db), db);
  for (const group of wider.groups.values()) {
    const unit = { kind: 'payee', scope: group.payee, person: group.person } as const;
    storeFindings(unit, judgeOrdersOf(group, judging), db);
  }
  for (const scope of new Set([...units.sessions, ...wider.sessions]))
    storeFindings({ kind: 'session', scope }, judgeSession(scope, judging), db);
}

function judgeChains(chains: ReadonlySet<string>, judging: Judging, db: ProjectionDb): void {
  const queue = [...chains];
  const judged = new Set<string>();
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    if (judged.has(root)) continue;
    judged.add(root);
    const unit = { kind: 'lineage', scope: root } as const;
    // A chain that has findings does not pass at a glance, as a rule.
    const isNew = storedFindings(unit, db).size === 0;
    if (isNew && isCleanAtAGlance(root, judging)) continue;
    const chain = judgeChain(root, judging);
    storeFindings(unit, chain, db);
    queue.push(...chain.neighbours);
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

function judgeObjects(objects: readonly string[], judging: Judging, db: ProjectionDb): WiderUnits {
  const wider: WiderUnits = { accounts: new Set(), groups: new Map(), sessions: new Set() };
  for (let at = 0; at < objects.length; at += OBJECTS_AT_ONCE) {
    const some = objects.slice(at, at + OBJECTS_AT_ONCE);
    const judged = db.all<{ object: string }>(LIST_JUDGED_BEFORE, {
      objects: JSON.stringify(some),
    });
    const before = new Set(judged.map(({ object }) => object));
    for (const [object, rows] of rowsByObject(readObjects(some, db))) {
      for (const { session } of rows) if (session !== '') wider.sessions.add(session);
      if (!before.has(object) && !mayBreakARule(rows, judging)) continue;
      const unit = judgeObject(object, rows, judging);
      storeFindings({ kind: 'object', scope: object }, unit, db);
      for (const account of putUnattributed(object, unit, db)) wider.accounts.add(account);
      for (const group of putOrders(object, unit.orders, db))
        wider.groups.set(`${group.person}\n${group.payee}`, group);
    }
  }
  return wider;
}
