import { isStreamName, parseStreamName } from '../kernel/stream-name';
import { type ScopeKind, type Side } from './finding.policy';
import { type GapReason, type IdentityGap } from './identity.policy';
import { type CompiledRules, type PairRule } from './rule-set.policy';

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
  readonly kind: ScopeKind;
  readonly scope: string;
  readonly reasons: readonly string[];
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
  if (rule === undefined) return [];
  const what = rule.type === 'pair' ? pairText(finding, rule, rules) : ruleText(finding, rules);
  return [what, `Rule ${rule.id}, ${rule.name}: ${rule.risk}`, ...finding.gaps.map(gapText)];
}

function pairText(finding: Explained, rule: PairRule, rules: CompiledRules): string {
  const { person, acts } = finding;
  const names = (duties: readonly string[]): string =>
    duties.map((duty) => `"${rules.duty(duty)?.name ?? duty}"`).join(' or ');
  if (finding.kind === 'static')
    return `${person ?? 'Somebody'} may do ${names(rule.left)} and ${names(rule.right)} at the same time.`;
  const left = sideText(acts, 'left', rule.left, rules);
  const right = sideText(acts, 'right', rule.right, rules);
  const where = whereText(finding);
  return person === null
    ? `Whether one person did ${left} and ${right} ${where} cannot be told.`
    : `${person} did ${left} and ${right} ${where}.`;
}

function whereText({ kind, scope }: Explained): string {
  if (kind === 'lineage') return `on the document chain of ${objectText(scope)}`;
  const value = scope.slice(scope.indexOf(':') + 1);
  return `about ${isStreamName(value) ? objectText(value) : value}`;
}

/** A rule without two sides: who did what, and what is wrong with it. */
function ruleText({ person, reasons, acts, kind, scope }: Explained, rules: CompiledRules): string {
  const last = acts.at(-1);
  const duty = last?.duties.map((one) => rules.duty(one)?.name ?? one).join(', ') ?? '';
  const more = acts.length > 1 ? `, and ${acts.length - 1} more` : '';
  const what =
    last === undefined
      ? `${kind} ${scope}`
      : `"${duty}" (${objectText(last.object)}, ${last.at.slice(0, 10)}${more})`;
  const why = reasons.map(reasonText).join('; ');
  return `${person ?? 'Nobody who can be named'}: ${what}. ${why.slice(0, 1).toUpperCase()}${why.slice(1)}.`;
}

const REASON_TEXT: Readonly<Record<string, string>> = {
  over_limit: 'the amount is above the authority of whoever approved it',
  no_authority: 'whoever approved it has no authority for this duty',
  missing_rate: 'there is no exchange rate of the date on which the amount was set',
  unresolved_actor: 'somebody who took part cannot be named',
  distinct: 'so many independent persons approved it, and more are needed',
  tier: 'each order stays within the tier, and together they pass it',
  none: 'there was no approval or delegation for it',
  retroactive: 'it was approved only afterwards',
  revoked: 'what was given for it had been withdrawn by then',
  superseded: 'another version was approved than the one that was executed',
  invalid_delegation: 'it was approved without a valid delegation',
  wrong_entity: 'the delegation is for another legal entity',
  wrong_duty: 'the mandate does not name this duty',
  not_in_force: 'the delegation was not in force',
  sub_delegation: 'authority that was lent cannot be lent again',
  subordinate: 'whoever approved it reports to whoever prepared it',
  shared_account: 'the account is shared, and nobody says who used it',
  no_policy: 'no person started the job, and no policy covers it',
  no_amount: 'a mandate covers amounts, and none is known',
  above_policy_limit: 'the amount is above the mandate of the service account',
  not_independently_approved: 'nobody but its user approved the session',
  approved_after_start: 'the session was approved after it began',
  too_long: 'the session lasted too long',
  self_reviewed: 'its user reviewed the session',
  reviewed_late: 'the session was reviewed too late',
  review_overdue: 'the session was not reviewed in time',
  outside_session: 'it was done outside the session, or by somebody else',
};

/** `tier 10000.00` and `distinct=1` carry a value behind their name. */
function reasonText(reason: string): string {
  const [name = '', value] = reason.split(/[ =]/, 2);
  const text = REASON_TEXT[name] ?? reason;
  return value === undefined ? text : `${text} (${value})`;
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
  // A case file names objects as it likes.
  if (!isStreamName(stream)) return stream;
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
