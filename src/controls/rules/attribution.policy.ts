import { compareDecimal } from '../../kernel/decimal';
import { type AccountKind, kindAt } from '../identity.policy';
import { amountOf, type ObjectActs } from '../object-acts.policy';
import { isInForce } from '../registers.policy';
import { type AttributionRule } from '../rule-set.policy';
import { type Act } from '../standing.policy';
import { type Found } from './finding-of.policy';
import { baseOf, type RuleContext } from './rule-context.policy';

/** ADM-04, ADM-05: behind a shared account, and behind a service account that approves, stands a person or a mandate. */
export function unattributed(
  rule: AttributionRule,
  acts: ObjectActs,
  context: RuleContext,
): Found[] {
  return acts.standing.flatMap((act): Found[] => {
    const { account, at, initiatedBy } = act.event;
    if (initiatedBy !== undefined) return [];
    const kind = kindAt(account, at, context.identities);
    if (kind === undefined || kind === 'human' || !isMeant(rule, kind)) return [];
    const duties = controlled(rule, act, context);
    if (duties.length === 0) return [];
    const found = { rule, person: null, scope: account, acts: [act] };
    if (kind === 'shared') return [{ ...found, status: 'violation', reasons: ['shared_account'] }];
    const reason = mandateFault(acts, { act, duties }, context);
    if (reason === undefined) return [];
    const status = reason === 'missing_rate' ? 'inconclusive' : 'violation';
    return [{ ...found, status, reasons: [reason] }];
  });
}

function isMeant(rule: AttributionRule, kind: Exclude<AccountKind, 'human'>): boolean {
  return rule.config.accountKinds.includes(kind);
}

function controlled(rule: AttributionRule, { event }: Act, { rules }: RuleContext): string[] {
  const { categories } = rule.config;
  return event.duties.filter((id) => {
    const duty = rules.duty(id);
    return duty !== undefined && (categories?.includes(duty.category) ?? true);
  });
}

type MandateFault =
  'no_policy' | 'wrong_duty' | 'no_amount' | 'above_policy_limit' | 'missing_rate';

function mandateFault(
  acts: ObjectActs,
  { act, duties }: { readonly act: Act; readonly duties: readonly string[] },
  context: RuleContext,
): MandateFault | undefined {
  const { autoApprovalPolicy, at } = act.event;
  const policy = context.registers.autoApprovals.find(({ id }) => id === autoApprovalPolicy);
  if (policy === undefined || !isInForce(policy, at)) return 'no_policy';
  if (!duties.every((duty) => policy.duties.includes(duty))) return 'wrong_duty';
  const amount = amountOf(acts, act, baseOf(context));
  if (amount === undefined) return 'no_amount';
  if (amount === 'missing_rate') return amount;
  return compareDecimal(amount, policy.limit) > 0 ? 'above_policy_limit' : undefined;
}
