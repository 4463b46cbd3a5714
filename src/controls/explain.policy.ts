import { parseStreamName } from '../kernel/stream-name';
import { type Side } from './finding.policy';
import { type GapReason, type IdentityGap } from './identity.policy';
import { type CompiledRules } from './rule-set.policy';

/** One event of a finding, as a reader sees it. */
export interface ProvenAct {
  readonly side: Side;
  readonly duties: readonly string[];
  readonly object: string;
  /** instant */
  readonly at: string;
}

export interface Explained {
  readonly rule: string;
  readonly person: string | null;
  readonly scope: string;
  /** in order of occurrence */
  readonly acts: readonly ProvenAct[];
  readonly gaps: readonly IdentityGap[];
}

/**
 * What happened, which rule that touches and why it matters, and for an undecided finding what would decide it: one
 * sentence each, in the words of a controller.
 */
export function explain(finding: Explained, rules: CompiledRules): string[] {
  const rule = rules.rule(finding.rule);
  if (rule?.type !== 'pair') return [];
  const left = sideText(finding.acts, 'left', rule.left, rules);
  const right = sideText(finding.acts, 'right', rule.right, rules);
  const chain = `on the document chain of ${objectText(finding.scope)}`;
  const what =
    finding.person === null
      ? `Whether one person did ${left} and ${right} ${chain} cannot be told.`
      : `${finding.person} did ${left} and ${right} ${chain}.`;
  return [what, `Rule ${rule.id}, ${rule.name}: ${rule.risk}`, ...finding.gaps.map(gapText)];
}

function sideText(
  acts: readonly ProvenAct[],
  side: 'left' | 'right',
  duties: readonly string[],
  rules: CompiledRules,
): string {
  const own = acts.filter((act) => act.side === side || act.side === 'both');
  const [first, ...others] = own;
  if (first === undefined) return 'nothing';
  const duty = first.duties.find((one) => duties.includes(one)) ?? duties[0] ?? '';
  const name = rules.duty(duty)?.name ?? duty;
  const more = others.length === 0 ? '' : `, and ${others.length} more of that side`;
  return `"${name}" (${objectText(first.object)}, ${first.at.slice(0, 10)}${more})`;
}

function objectText(stream: string): string {
  const { objectType, entity, key } = parseStreamName(stream);
  return `${objectType} ${key} of ${entity}`;
}

const GAP_TEXT: Readonly<Record<GapReason, (account: string) => string>> = {
  unknown_account: (account) =>
    `Account ${account} is not mapped to one person at that time: map it, and the finding is judged again.`,
  shared_account: (account) =>
    `Account ${account} is shared, and the event does not say who used it: the source has to send initiatedBy.`,
  unknown_initiator: (account) =>
    `Account ${account}, which started the job, is not mapped to one person at that time: map it.`,
  unknown_principal: (account) =>
    `Account ${account}, on whose behalf it was done, is not mapped to one person at that time: map it.`,
};

function gapText({ account, reason }: IdentityGap): string {
  return GAP_TEXT[reason](account);
}
