import { isInForce, type EmergencySession } from '../registers.policy';
import { type EmergencyRule } from '../rule-set.policy';
import { type Act } from '../standing.policy';
import { type Found } from './finding-of.policy';
import { sessionFaults } from './mitigation.policy';
import { isWithinPeriod, type RuleContext } from './rule-context.policy';

/** ADM-02: an emergency session that is not in order, or an act outside it or by somebody else. */
export function sessionsOutOfOrder(
  rule: EmergencyRule,
  acts: readonly Act[],
  context: RuleContext,
): Found[] {
  const { sessions } = context.registers;
  const judged = sessions.filter(({ from }) => isWithinPeriod(from.slice(0, 10), context));
  return judged.flatMap((session): Found[] => {
    const own = acts.filter(({ event }) => event.emergencySession === session.id);
    const outside = own.filter((act) => !isInside(act, session, context));
    const faults = sessionFaults(session, rule, context);
    const reasons = outside.length === 0 ? faults : [...faults, 'outside_session'];
    if (reasons.length === 0) return [];
    const person = context.identities.survivorOf(session.user);
    // What is wrong with the session itself may only show once its review is overdue: its acts prove it then and now.
    const proof = outside.length > 0 ? outside : own;
    return [{ rule, person, scope: session.id, status: 'violation', reasons, acts: proof }];
  });
}

function isInside(
  { event, actors }: Act,
  session: EmergencySession,
  { identities }: RuleContext,
): boolean {
  const user = identities.survivorOf(session.user);
  return isInForce(session, event.at) && actors.performer === user;
}
