import { type Finding } from '../finding.policy';
import { type CompiledRules, type Rule } from '../rule-set.policy';

/** What each reason means, and what would make it go, in the words of a controller. */
const BY_REASON: Readonly<Record<string, string>> = {
  unresolved_actor: 'Map the account of whoever cannot be named to one person.',
  missing_rate: 'Load the exchange rate of the date on which the amount was set.',
  over_limit: 'Have it approved by somebody whose authority covers the amount.',
  no_authority: 'Have it approved by somebody with authority for this duty.',
  none: 'Obtain what is missing first: the approval, or the delegation under which you act.',
  wrong_entity: 'The delegation is for another legal entity: have it approved by the principal.',
  wrong_duty: 'The mandate does not name this duty: have it approved by somebody who may.',
  not_in_force: 'The permission is not in force at this time: renew it, or ask another approver.',
  revoked: 'What was given has been withdrawn: obtain a new approval or delegation.',
  sub_delegation: 'Authority that was lent cannot be lent again: ask the principal.',
  retroactive: 'Obtain the approval before the step, not after it.',
  superseded: 'The object changed after its approval: have the current version approved.',
  invalid_delegation: 'The approval was given without a valid delegation: obtain another.',
  subordinate: 'Have it approved by somebody who does not report to whoever prepared it.',
  shared_account: 'Say who used the shared account: send initiatedBy.',
  no_policy: 'Name the person who started the job, or register an auto-approval policy for it.',
  no_amount: 'State the amount: the mandate of a service account covers amounts.',
  above_policy_limit:
    'The amount is above the mandate of the service account: let a person approve.',
  self_approved: 'The exception must be approved by somebody else.',
  too_long: 'The exception lasts longer than the rule allows.',
  out_of_scope: 'The exception is for other objects.',
  no_compensating_control: 'The exception names no compensating control.',
  compensating_control_not_evidenced: 'Record that the compensating control was performed.',
  rule_allows_no_exception: 'The rule allows no exception: let another person do the step.',
};

/** What would clear a finding, one sentence each, the most direct way first. */
export function remediesOf(finding: Finding, rules: CompiledRules): string[] {
  const rule = rules.rule(finding.rule);
  const known = finding.reasons.flatMap(
    (reason) => BY_REASON[reason.split(/[ =]/, 1)[0] ?? ''] ?? [],
  );
  return [...new Set([...known, ...byRule(rule)])];
}

function byRule(rule: Rule | undefined): string[] {
  if (rule === undefined) return [];
  const other = rule.type === 'pair' ? ['Let another person take this step.'] : [];
  if (rule.type === 'quorum')
    other.push(`Obtain approvals by ${rule.config.minDistinct} independent persons.`);
  if (rule.type === 'aggregate')
    other.push('Have every order approved by somebody with authority for their sum.');
  if (!rule.exception.allowed) return other;
  return [
    ...other,
    `Request an exception from ${rule.id}: at most ${rule.exception.maxDays} days.`,
  ];
}
