import { compareMoments } from '../duty-event.policy';
import { mandateOf } from '../mandate.policy';
import { isWithdrawnBy, versionAt, withDuty, type ObjectActs } from '../object-acts.policy';
import { type EffectiveApprovalRule } from '../rule-set.policy';
import { type Act } from '../standing.policy';
import { type Found } from './finding-of.policy';
import { type RuleContext } from './rule-context.policy';

type Fault = 'none' | 'retroactive' | 'revoked' | 'superseded' | 'invalid_delegation';

/** DOA-05: what executes has an effective approval of exactly the version that executes, given before. */
export function unapprovedExecutions(
  rule: EffectiveApprovalRule,
  acts: ObjectActs,
  context: RuleContext,
): Found[] {
  return Object.entries(rule.config.requires).flatMap(([duty, approving]) =>
    withDuty(acts.standing, [duty]).flatMap((execution) =>
      judge(rule, { acts, execution, approving }, context),
    ),
  );
}

interface Execution {
  readonly acts: ObjectActs;
  readonly execution: Act;
  readonly approving: readonly string[];
}

function judge(
  rule: EffectiveApprovalRule,
  { acts, execution, approving }: Execution,
  context: RuleContext,
): Found[] {
  const approvals = withDuty(acts.all, approving);
  const before = approvals.filter(({ event }) => compareMoments(event, execution.event) <= 0);
  const version = versionAt(acts, execution.event);
  const person = execution.actors.performer ?? null;
  const found = { rule, person, scope: acts.object, acts: [execution] };
  let isOpen = false;
  let fault: Fault = approvals.length === 0 ? 'none' : 'retroactive';
  for (const approval of before) {
    const own = faultOf(approval, { execution, version }, context);
    if (own === undefined) return [];
    if (own === 'unresolved') isOpen = true;
    else fault = own;
  }
  if (isOpen) return [{ ...found, status: 'inconclusive', reasons: ['unresolved_actor'] }];
  return [{ ...found, status: 'violation', reasons: [fault] }];
}

function faultOf(
  approval: Act,
  { execution, version }: { readonly execution: Act; readonly version: number },
  context: RuleContext,
): Fault | 'unresolved' | undefined {
  if (isWithdrawnBy(approval, execution.event)) return 'revoked';
  if (approval.version !== version) return 'superseded';
  const mandate = mandateOf(approval, context);
  if (mandate.kind === 'unresolved') return 'unresolved';
  return mandate.kind === 'invalid' ? 'invalid_delegation' : undefined;
}
