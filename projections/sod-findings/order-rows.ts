import { type ObjectActs } from '../../src/controls/object-acts.policy';
import { merged } from '../../src/controls/rules/finding-of.policy';
import { isJudgedNow, type RuleContext } from '../../src/controls/rules/rule-context.policy';
import { judgeOrders, orderOf, type Order } from '../../src/controls/rules/split.policy';
import { type Act, judgedActs } from '../../src/controls/standing.policy';
import { dayNumber } from '../../src/kernel/civil-date';
import { formatDecimal, parseDecimal } from '../../src/kernel/decimal';
import { type ProjectionDb } from '../read-model';
import { factsOf, readObjects, rowsByObject } from './chain-rows';
import { knownRoots } from './lineage-rows';
import { actsIn, CLEAN_UNIT, contextOf, type JudgedUnit, type Judging, standingIn } from './unit';

/** An object as an order of one person to one payee. */
export interface OrderRow {
  readonly person: string;
  readonly payee: string;
  /** local date as a number of days */
  readonly day: number;
  /** base currency; `missing_rate` */
  readonly amount: string;
  /** the highest under which it was approved as it stands; null: none */
  readonly authority: string | null;
  readonly event: string;
}

/** Orders of one person to one payee. */
export interface OrderGroup {
  readonly person: string;
  readonly payee: string;
}

const LIST_ORDERS_OF_OBJECT = `
  SELECT person, payee, day, amount, authority, event FROM sod_order WHERE object = :object ORDER BY person, payee`;
const DROP_ORDERS_OF_OBJECT = `DELETE FROM sod_order WHERE object = :object`;
const PUT_ORDER = `
  INSERT OR REPLACE INTO sod_order (person, payee, object, day, amount, authority, event)
  VALUES (:person, :payee, :object, :day, :amount, :authority, :event)`;
const LIST_GROUP = `
  SELECT object, day, amount, authority, event
    FROM sod_order
   WHERE person = :person AND payee = :payee
   ORDER BY object`;

/** What one object is as an order, once for each of its makers. */
export function ordersOf(
  acts: ObjectActs,
  known: JudgedUnit['acts'],
  context: RuleContext,
): OrderRow[] {
  return context.rules.ofType('aggregate').flatMap((rule) => {
    const made = orderOf(rule, acts, context);
    if (made === undefined) return [];
    const { payee, order } = made;
    const { event, actors } = order.act;
    if (!known.has(event.id)) return [];
    return actors.persons.map((person) => ({
      person,
      payee,
      day: order.day,
      amount: order.amount === 'missing_rate' ? order.amount : formatDecimal(order.amount),
      authority: order.authority === undefined ? null : formatDecimal(order.authority),
      event: event.id,
    }));
  });
}

/** @returns the groups that gained, lost or changed an order */
export function putOrders(
  object: string,
  orders: readonly OrderRow[],
  db: ProjectionDb,
): OrderGroup[] {
  const before = db
    .all<Omit<OrderRow, 'day'> & { day: bigint }>(LIST_ORDERS_OF_OBJECT, { object })
    .map((row): OrderRow => ({ ...row, day: Number(row.day) }));
  const after = [...orders].sort((a, b) => (a.person < b.person ? -1 : 1));
  if (JSON.stringify(before.map(cells)) === JSON.stringify(after.map(cells))) return [];
  if (before.length > 0) db.run(DROP_ORDERS_OF_OBJECT, { object });
  for (const order of after) db.run(PUT_ORDER, { ...order, object });
  return [...before, ...after].map(({ person, payee }) => ({ person, payee }));
}

const cells = ({ person, payee, day, amount, authority, event }: OrderRow): unknown[] => [
  ...[person, payee, day, amount, authority, event],
];

interface GroupRow {
  readonly object: string;
  readonly day: bigint;
  readonly amount: string;
  readonly authority: string | null;
  readonly event: string;
}

/** Scope of a group's finding is the payee; the person is the finding's, so a unit is all of one payee's persons. */
export function judgeOrdersOf({ person, payee }: OrderGroup, judging: Judging): JudgedUnit {
  const rows = judging.db.all<GroupRow>(LIST_GROUP, { person, payee });
  const context = contextOf(judging);
  const until = context.period?.until;
  const end = until === undefined ? Infinity : dayNumber(until);
  // A window that closed under these rules stays what it was, whatever is ordered later.
  const orders = rows.map(orderFrom).filter(({ day }) => day < end);
  if (orders.length < 2) return CLEAN_UNIT;
  const judged = judging.day.rules.ofType('aggregate').flatMap((rule) => {
    const found = judgeOrders(rule, orders);
    return found === undefined ? [] : [{ rule, ...found }];
  });
  if (judged.length === 0) return CLEAN_UNIT;
  const proving = judged.flatMap(({ acts }) => acts.map(({ object }) => object));
  const { acts, known } = actsOf([...new Set(proving)], judging);
  const found = judged.map((one) => ({
    ...one,
    person,
    scope: payee,
    acts: one.acts.flatMap(({ event }) => acts.get(event) ?? []),
  }));
  const isNow = ({ acts: own }: (typeof found)[number]): boolean =>
    isJudgedNow(
      own.map(({ event }) => event),
      context,
    );
  return { findings: merged(found.filter(isNow)), acts: known, turns: new Map() };
}

function orderFrom({ day, amount, authority, ...act }: GroupRow): Order<GroupRow> {
  return {
    act: { day, amount, authority, ...act },
    day: Number(day),
    amount: amount === 'missing_rate' ? amount : parseDecimal(amount),
    ...(authority === null ? {} : { authority: parseDecimal(authority) }),
  };
}

function actsOf(
  objects: readonly string[],
  judging: Judging,
): { readonly acts: ReadonlyMap<string, Act>; readonly known: JudgedUnit['acts'] } {
  const rows = readObjects(objects, judging.db);
  const acts = new Map<string, Act>();
  for (const [object, own] of rowsByObject(rows)) {
    const facts = factsOf(own, knownRoots(object, judging.db), judging.book);
    for (const act of judgedActs(facts.events, facts.cancellations, standingIn(judging)))
      acts.set(act.event.id, act);
  }
  return { acts, known: actsIn(rows) };
}
