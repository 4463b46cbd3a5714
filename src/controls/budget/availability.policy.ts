import { formatMinor } from '../../kernel/money';
import { type Decision } from '../evaluate.policy';
import { toleranceOf, type BudgetRule } from './budget-rule.policy';

/** Figures of one budget line in minor units of its currency. */
export interface LineFunds {
  readonly planned: bigint;
  readonly precommitted: bigint;
  readonly committed: bigint;
  readonly actual: bigint;
  /** held by answers to earlier checks whose demand is not recorded yet */
  readonly reserved: bigint;
}

/** Why a decision is what it is. */
export type FundsReason =
  'within_budget' | 'within_tolerance' | 'over_budget' | 'budget_closed' | 'no_budget';

/** What makes an answer uncertain; each escalates what would be allowed. */
export type FundsGap =
  'missing_rate' | 'no_amount' | 'mixed_currencies' | 'read_model_behind' | 'read_model_stopped';

export interface Funds extends LineFunds {
  readonly available: bigint;
  readonly requested: bigint;
  /** what is left if the request becomes a demand; below zero: overspent */
  readonly after: bigint;
  /** by how much a budget may be overspent */
  readonly tolerance: bigint;
}

export interface FundsAnswer {
  readonly decision: Decision;
  readonly reason: FundsReason;
  readonly funds: Funds;
}

export interface FundsQuestion {
  readonly funds: LineFunds;
  readonly currency: string;
  readonly requested: bigint;
  readonly rule: BudgetRule;
  readonly state: 'open' | 'closed' | 'unplanned';
  readonly gaps: readonly FundsGap[];
}

/**
 * May this much be spent? What is available is the budget less everything reserved, ordered and spent; a request that
 * leaves nothing below zero is within it. What cannot be told for certain is never allowed.
 */
export function judgeFunds(question: FundsQuestion): FundsAnswer {
  const { requested, rule, gaps, currency } = question;
  const { planned, precommitted, committed, actual, reserved } = question.funds;
  const available = planned - precommitted - committed - actual - reserved;
  const after = available - requested;
  const tolerance = toleranceOf(rule, planned, currency);
  const [reason, decided] = decidedBy(question, after, tolerance);
  const decision = decided === 'allow' && gaps.length > 0 ? 'escalate' : decided;
  return { decision, reason, funds: { ...question.funds, available, requested, after, tolerance } };
}

function decidedBy(
  { rule, state }: FundsQuestion,
  after: bigint,
  tolerance: bigint,
): readonly [FundsReason, Decision] {
  if (state === 'unplanned') return ['no_budget', rule.unplanned];
  if (state === 'closed') return ['budget_closed', 'deny'];
  if (after >= 0n) return ['within_budget', 'allow'];
  if (-after <= tolerance) return ['within_tolerance', rule.within];
  return ['over_budget', rule.beyond];
}

/** `10000.00 - 0.00 - 900.00 - 400.00 - 0.00 = 8700.00; 8700.00 - 500.00 = 8200.00 EUR` */
export function fundsArithmetic(funds: Funds, currency: string): string {
  const text = (minor: bigint): string => formatMinor(minor, currency);
  const term = (minor: bigint): string => (minor < 0n ? `(${text(minor)})` : text(minor));
  const { planned, precommitted, committed, actual, reserved, available, requested, after } = funds;
  const spent = [precommitted, committed, actual, reserved].map(term).join(' - ');
  return (
    `${term(planned)} - ${spent} = ${text(available)}; ` +
    `${term(available)} - ${term(requested)} = ${text(after)} ${currency}`
  );
}
