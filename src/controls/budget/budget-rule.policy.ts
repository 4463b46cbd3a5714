import { compareDecimal, multiplyDecimal, parseDecimal } from '../../kernel/decimal';
import { fieldError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type MoneyJson, parseMoney } from '../../kernel/money';
import { type RegisterKind } from '../registers/register-kinds.policy';

/** What happens to a request that a budget does not cover. */
export interface BudgetRule {
  /** `budget-rule/E_DE@2`, or `default@1` */
  readonly version: string;
  /** share of the planned amount by which a budget may be overspent, such as `2.5` */
  readonly tolerancePercent?: string;
  /** and no more than that; in the currency of the budget, a budget in another one has no tolerance */
  readonly toleranceAmount?: MoneyJson;
  /** overspent within the tolerance */
  readonly within: 'allow' | 'escalate';
  /** overspent beyond it */
  readonly beyond: 'escalate' | 'deny';
  /** no budget is for it */
  readonly unplanned: 'escalate' | 'deny';
}

/** Without a rule of the register: no tolerance, and what nobody planned is for a person to decide. */
export const DEFAULT_BUDGET_RULE: BudgetRule = {
  version: 'default@1',
  within: 'escalate',
  beyond: 'deny',
  unplanned: 'escalate',
};

/** The rule for every legal entity that has none of its own. */
export const EVERY_ENTITY = '_';

const ZERO = { unscaled: 0n, scale: 0 };
const PERCENT_DIGITS = 2;
const PERCENT_MAX = { unscaled: 100n, scale: 0 };

/** Rules by legal entity: the id of one is the entity, or `_` for all others. */
export const BUDGET_RULE: RegisterKind = {
  type: 'budget-rule',
  path: 'budget-rules',
  noun: 'budget rule',
  check(entry) {
    const percent = entry['tolerancePercent'];
    if (percent !== undefined) {
      const value = parseDecimal(String(percent), '/tolerancePercent', PERCENT_DIGITS);
      if (compareDecimal(value, ZERO) < 0 || compareDecimal(value, PERCENT_MAX) > 0)
        throw fieldError('contract-violation', '/tolerancePercent', 'it is from 0 to 100.');
    }
    const amount = entry['toleranceAmount'];
    if (amount !== undefined) {
      const { minor } = parseMoney(amount as unknown as MoneyJson, '/toleranceAmount');
      if (minor < 0n)
        throw fieldError('contract-violation', '/toleranceAmount/amount', 'it is not negative.');
    }
  },
};

/** An entry of the register as a rule. */
export function budgetRuleOf(id: string, version: number, entry: JsonObject): BudgetRule {
  const told = entry as unknown as Omit<BudgetRule, 'version'>;
  return { ...DEFAULT_BUDGET_RULE, ...told, version: `budget-rule/${id}@${version}` };
}

/** Minor units by which a budget may be overspent: the lesser of share and amount where the rule has both. */
export function toleranceOf(rule: BudgetRule, planned: bigint, currency: string): bigint {
  const { tolerancePercent: percent, toleranceAmount: amount } = rule;
  const share = percent === undefined ? undefined : shareOf(percent, planned);
  if (amount === undefined) return share ?? 0n;
  const fixed = amount.currency === currency ? parseMoney(amount).minor : 0n;
  return share === undefined || fixed < share ? fixed : share;
}

/** Rounded down: a tolerance is never more than its rule says. */
function shareOf(percent: string, planned: bigint): bigint {
  if (planned <= 0n) return 0n;
  const { unscaled, scale } = multiplyDecimal(parseDecimal(percent), {
    unscaled: planned,
    scale: 2,
  });
  return unscaled / 10n ** BigInt(scale);
}
