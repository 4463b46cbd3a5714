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

/** An order with what it was last made for. */
interface Order {
  readonly acts: ObjectActs;
  readonly order: Act;
  readonly day: number;
  readonly amount: BaseAmount;
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
  const groups = new Map<string, { person: string; payee: string; orders: Order[] }>();
  for (const acts of objects) {
    const made = orderOf(rule, acts, context);
    if (made === undefined) continue;
    for (const person of made.order.order.actors.persons) {
      const key = `${person}\n${made.payee}`;
      const group = groups.get(key) ?? { person, payee: made.payee, orders: [] };
      group.orders.push(made.order);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ person, payee, orders }) => {
    const judged = judge(rule, orders, context);
    return judged === undefined ? [] : [{ rule, person, scope: payee, ...judged }];
  });
}

function orderOf(
  rule: SplitRule,
  acts: ObjectActs,
  context: RuleContext,
): { readonly order: Order; readonly payee: string } | undefined {
  const made = withDuty(acts.preparations, [rule.config.duty]);
  const order = made.findLast(({ event }) => event.amount !== undefined);
  const vendor = made
    .flatMap(({ event }) => event.refs)
    .findLast((ref) => ref.startsWith(VENDOR))
    ?.slice(VENDOR.length);
  if (order === undefined || vendor === undefined) return undefined;
  const amount = amountOf(acts, order, baseOf(context));
  if (amount === undefined) return undefined;
  const { registers } = context;
  const day = dayNumber(localDateOf(order.event, registers));
  return { order: { acts, order, day, amount }, payee: registers.payeeOf(vendor) };
}

const VENDOR = 'vendor:';

type Judged = Pick<Found, 'status' | 'reasons' | 'acts'>;

function judge(
  rule: SplitRule,
  orders: readonly Order[],
  context: RuleContext,
): Judged | undefined {
  const sorted = [...orders].sort((a, b) => a.day - b.day);
  const split = new Map<Order, string>();
  const open = new Set<Order>();
  let end = 0;
  for (const [i, first] of sorted.entries()) {
    while ((sorted[end]?.day ?? Infinity) - first.day <= rule.config.windowDays) end += 1;
    const window = sorted.slice(i, end);
    const hit = splitOf(rule, window, context);
    for (const order of hit?.orders ?? []) split.set(order, hit?.tier ?? '');
    if (window.length > 1 && window.some(({ amount }) => amount === 'missing_rate'))
      for (const order of window) open.add(order);
  }
  if (split.size > 0) {
    const reasons = [...split.values()].map((tier) => `tier ${tier}`);
    return { status: 'violation', reasons, acts: [...split.keys()].map(({ order }) => order) };
  }
  if (open.size === 0) return undefined;
  const acts = [...open].map(({ order }) => order);
  return { status: 'inconclusive', reasons: ['missing_rate'], acts };
}

/** The lowest tier that orders of a window stay within one by one and pass together, without authority for the sum. */
function splitOf(
  rule: SplitRule,
  window: readonly Order[],
  context: RuleContext,
): { readonly orders: readonly Order[]; readonly tier: string } | undefined {
  for (const tier of rule.config.tiersBase) {
    const limit = parseDecimal(tier);
    const orders = window.filter(({ amount }) => isAtMost(amount, limit));
    if (orders.length < 2) continue;
    const sum = orders.map(({ amount }) => amount as Decimal).reduce(addDecimal);
    if (compareDecimal(sum, limit) <= 0) continue;
    if (!orders.every((order) => isApprovedFor(order, sum, context))) return { orders, tier };
  }
  return undefined;
}

function isAtMost(amount: BaseAmount, limit: Decimal): boolean {
  return amount !== 'missing_rate' && compareDecimal(amount, limit) <= 0;
}

/** Somebody with authority for the whole approved the order as it stands: the tier was not evaded. */
function isApprovedFor({ acts, order }: Order, sum: Decimal, context: RuleContext): boolean {
  const last = acts.standing.at(-1) ?? order;
  const version = versionAt(acts, last.event);
  return acts.standing.some((approval) => {
    if (approval.version !== version || approval.withdrawn !== undefined) return false;
    if (['invalid', 'unresolved'].includes(mandateOf(approval, context).kind)) return false;
    return approval.event.duties.some((duty) => {
      if (!context.rules.isApproving(duty)) return false;
      const authority = authorityOf(approval, duty, context);
      return authority !== undefined && compareDecimal(authority, sum) >= 0;
    });
  });
}
