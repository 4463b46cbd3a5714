import { compareDecimal } from '../../kernel/decimal';
import { authorityOf, mandateOf } from '../mandate.policy';
import { amountOf, type ObjectActs } from '../object-acts.policy';
import { localDateOf } from '../registers.policy';
import { type PlainRule } from '../rule-set.policy';
import { type Act } from '../standing.policy';
import { type Found } from './finding-of.policy';
import { baseOf, type RuleContext } from './rule-context.policy';

/** DOA-01: an approved amount is within the authority of whoever approved it. */
export function overAuthority(rule: PlainRule, acts: ObjectActs, context: RuleContext): Found[] {
  return acts.standing.flatMap((act) =>
    act.event.duties
      .filter((duty) => context.rules.isApproving(duty) && isTableInForce(act, duty, context))
      .flatMap((duty) => judge(rule, acts, { act, duty }, context)),
  );
}

/** A table that has begun for the duty: before that, nobody's authority was limited. */
function isTableInForce({ event }: Act, duty: string, { registers }: RuleContext): boolean {
  const date = localDateOf(event, registers);
  return registers.limits.some(
    (entry) =>
      entry.duty === duty &&
      (entry.from === undefined || entry.from <= date) &&
      (entry.since === undefined || entry.since <= event.at),
  );
}

function judge(
  rule: PlainRule,
  acts: ObjectActs,
  { act, duty }: { readonly act: Act; readonly duty: string },
  context: RuleContext,
): Found[] {
  const amount = amountOf(acts, act, baseOf(context));
  if (amount === undefined) return [];
  const { performer, principal, gaps } = act.actors;
  const found = { rule, person: performer ?? null, scope: acts.object, acts: [act] };
  if (gaps.length > 0) return [{ ...found, status: 'inconclusive', reasons: ['unresolved_actor'] }];
  // A service account alone has no authority to compare: its mandate is another rule's.
  if (performer === undefined && principal === undefined) return [];
  const authority = authorityOf(act, duty, context);
  if (authority === undefined)
    return [{ ...found, status: 'violation', reasons: ['no_authority'] }];
  if (amount === 'missing_rate')
    return [{ ...found, status: 'inconclusive', reasons: ['missing_rate'] }];
  if (compareDecimal(amount, authority) <= 0) return [];
  return [{ ...found, status: 'violation', reasons: ['over_limit'] }];
}

/** DOA-03: who acts for another does so under a delegation that covers the act. */
export function withoutMandate(rule: PlainRule, acts: ObjectActs, context: RuleContext): Found[] {
  return acts.standing.flatMap((act): Found[] => {
    const mandate = mandateOf(act, context);
    const person = act.actors.performer ?? null;
    const found = { rule, person, scope: acts.object, acts: [act] };
    if (mandate.kind === 'unresolved')
      return [{ ...found, status: 'inconclusive', reasons: ['unresolved_actor'] }];
    if (mandate.kind !== 'invalid') return [];
    return [{ ...found, status: 'violation', reasons: [mandate.fault] }];
  });
}

/** DOA-07: nobody approves what a superior prepared. */
export function subordinateApprovals(
  rule: PlainRule,
  acts: ObjectActs,
  context: RuleContext,
): Found[] {
  const approvals = acts.standing.filter(({ event }) =>
    event.duties.some((duty) => context.rules.isApproving(duty)),
  );
  return approvals.flatMap((approval): Found[] => {
    const { performer } = approval.actors;
    if (performer === undefined) return [];
    const superiors = chainAbove(performer, approval.event.at, context);
    const preparations = acts.preparations.filter(
      ({ version, actors }) =>
        version <= approval.version && actors.persons.some((person) => superiors.has(person)),
    );
    if (preparations.length === 0) return [];
    const proof = { status: 'violation', reasons: ['subordinate'] } as const;
    return [
      { rule, person: performer, scope: acts.object, ...proof, acts: [...preparations, approval] },
    ];
  });
}

/** Every manager above a person; a cycle, refused on entry, ends where it closes. */
function chainAbove(person: string, at: string, context: RuleContext): ReadonlySet<string> {
  const { registers, identities } = context;
  const above = new Set<string>();
  for (let next = registers.managerOf(person, at); next !== undefined;) {
    const manager = identities.survivorOf(next);
    if (manager === person || above.has(manager)) break;
    above.add(manager);
    next = registers.managerOf(manager, at);
  }
  return above;
}
