import { dayNumber } from '../../kernel/civil-date';
import { addDecimal, compareDecimal, parseDecimal, type Decimal } from '../../kernel/decimal';
import { authorityOf, mandateOf } from '../mandate.policy';
import {
  amountOf,
  versionAt,
  withDuty,
  type BaseAmount,
  type ObjectActs,
} from '../object-acts.policy';
import { localDateOf } from '../registers.policy';
import { type SplitRule } from '../rule-set.policy';
import { type Act } from '../standing.policy';
import { type Found } from './finding-of.policy';
import { baseOf, type RuleContext } from './rule-context.policy';

/** An order as it was last made. */
export interface Order<Act> {
  readonly act: Act;
  /** local date */
  readonly day: number;
  readonly amount: BaseAmount;
  /** the highest under which its current version was approved */
  readonly authority?: Decimal;
}

/** Orders of one person to one payee. */
interface Group<Act> {
  readonly person: string;
  readonly payee: string;
  readonly orders: Order<Act>[];
}

/**
 * DOA-04: orders of one person to one payee, each within a tier, that together pass it. One finding for each person and
 * payee, whichever windows show it.
 */
export function splitOrders(
  rule: SplitRule,
  objects: readonly ObjectActs[],
  context: RuleContext,
): Found[] {
  const groups = new Map<string, Group<Act>>();
  for (const acts of objects) {
    const made = orderOf(rule, acts, context);
    if (made === undefined) continue;
    const { order, payee } = made;
    for (const person of order.act.actors.persons) {
      const key = `${person}\n${payee}`;
      const group = groups.get(key) ?? { person, payee, orders: [] };
      group.orders.push(order);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ person, payee, orders }) => {
    const judged = judgeOrders(rule, orders);
    return judged === undefined ? [] : [{ rule, person, scope: payee, ...judged }];
  });
}

/** What one object is as an order; undefined when it is none, was withdrawn, or has no amount or no payee. */
export function orderOf(
  rule: SplitRule,
  acts: ObjectActs,
  context: RuleContext,
): { readonly order: Order<Act>; readonly payee: string } | undefined {
  const made = withDuty(acts.preparations, [rule.config.duty]);
  const act = made.findLast(({ event }) => event.amount !== undefined);
  const vendor = made
    .flatMap(({ event }) => event.refs)
    .findLast((ref) => ref.startsWith(VENDOR))
    ?.slice(VENDOR.length);
  if (act === undefined || vendor === undefined) return undefined;
  const amount = amountOf(acts, act, baseOf(context));
  if (amount === undefined) return undefined;
  const { registers } = context;
  const day = dayNumber(localDateOf(act.event, registers));
  const authority = approvedUnder(acts, act, context);
  const order = { act, day, amount, ...(authority === undefined ? {} : { authority }) };
  return { order, payee: registers.payeeOf(vendor) };
}

const VENDOR = 'vendor:';

/** The highest authority under which anybody approved the order as it stands. */
function approvedUnder(acts: ObjectActs, order: Act, context: RuleContext): Decimal | undefined {
  const last = acts.standing.at(-1) ?? order;
  const version = versionAt(acts, last.event);
  const authorities = acts.standing.flatMap((approval) => {
    if (approval.version !== version || approval.withdrawn !== undefined) return [];
    if (['invalid', 'unresolved'].includes(mandateOf(approval, context).kind)) return [];
    return approval.event.duties
      .filter((duty) => context.rules.isApproving(duty))
      .flatMap((duty) => authorityOf(approval, duty, context) ?? []);
  });
  return authorities.reduce<Decimal | undefined>(
    (highest, one) => (highest === undefined || compareDecimal(one, highest) > 0 ? one : highest),
    undefined,
  );
}

/** What the orders of one person and payee are together. */
export interface JudgedOrders<Act> {
  readonly status: 'violation' | 'inconclusive';
  readonly reasons: readonly string[];
  readonly acts: readonly Act[];
}

/** @param orders of one person and payee, by object name */
export function judgeOrders<Act>(
  rule: SplitRule,
  orders: readonly Order<Act>[],
): JudgedOrders<Act> | undefined {
  const sorted = [...orders].sort((a, b) => a.day - b.day);
  const split = new Map<Order<Act>, string>();
  const open = new Set<Order<Act>>();
  let end = 0;
  for (const [i, first] of sorted.entries()) {
    while ((sorted[end]?.day ?? Infinity) - first.day <= rule.config.windowDays) end += 1;
    const window = sorted.slice(i, end);
    const hit = splitOf(rule, window);
    for (const order of hit?.orders ?? []) split.set(order, hit?.tier ?? '');
    if (window.length > 1 && window.some(({ amount }) => amount === 'missing_rate'))
      for (const order of window) open.add(order);
  }
  if (split.size > 0) {
    const reasons = [...split.values()].map((tier) => `tier ${tier}`);
    return { status: 'violation', reasons, acts: [...split.keys()].map(({ act }) => act) };
  }
  if (open.size === 0) return undefined;
  const acts = [...open].map(({ act }) => act);
  return { status: 'inconclusive', reasons: ['missing_rate'], acts };
}

/** The lowest tier that orders of a window stay within one by one and pass together, without authority for the sum. */
function splitOf<Act>(
  rule: SplitRule,
  window: readonly Order<Act>[],
): { readonly orders: readonly Order<Act>[]; readonly tier: string } | undefined {
  for (const tier of rule.config.tiersBase) {
    const limit = parseDecimal(tier);
    const orders = window.filter(({ amount }) => isAtMost(amount, limit));
    if (orders.length < 2) continue;
    const sum = orders.map(({ amount }) => amount as Decimal).reduce(addDecimal);
    if (compareDecimal(sum, limit) <= 0) continue;
    const isCovered = ({ authority }: Order<Act>): boolean =>
      authority !== undefined && compareDecimal(authority, sum) >= 0;
    if (!orders.every(isCovered)) return { orders, tier };
  }
  return undefined;
}

function isAtMost(amount: BaseAmount, limit: Decimal): boolean {
  return amount !== 'missing_rate' && compareDecimal(amount, limit) <= 0;
}
