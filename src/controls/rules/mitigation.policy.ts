import { addMillis, millisOf } from '../../kernel/instant';
import { type Instant } from '../../kernel/runtime';
import { type DutyEvent } from '../duty-event.policy';
import { type Identities } from '../identity.policy';
import { isInForce, type EmergencySession, type SodException } from '../registers.policy';
import { type EmergencyRule, type PairRule } from '../rule-set.policy';
import { type RuleContext } from './rule-context.policy';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Why an exception does not lift a finding, nearest to lifting it last. */
export const EXCEPTION_FAULTS = [
  'rule_allows_no_exception',
  'not_in_force',
  'retroactive',
  'self_approved',
  'too_long',
  'out_of_scope',
  'no_compensating_control',
  'compensating_control_not_evidenced',
] as const;
export type ExceptionFault = (typeof EXCEPTION_FAULTS)[number];

/** What a person's exceptions and sessions make of a pair. */
export type Lifted =
  | { readonly status: 'mitigated'; readonly by: string }
  | { readonly status: 'violation'; readonly fault?: ExceptionFault };

/** A pair of acts, or of standing rights, of one person under one rule. */
export interface Conflict {
  readonly rule: PairRule;
  readonly person: string;
  /** the two acts, in order of occurrence; none of a static conflict */
  readonly events: readonly DutyEvent[];
}

/** True when something could lift a finding of this rule and person: only then each pair has to be looked at. */
export function mayBeLifted(rule: PairRule, person: string, context: RuleContext): boolean {
  const { registers, identities } = context;
  return (
    registers.exceptions.some((one) => isAbout(one, rule, person, identities)) ||
    registers.sessions.some(({ user }) => identities.survivorOf(user) === person)
  );
}

/** Whether an approved exception (S13) or a good emergency session (S14) lifts a pair. */
export function liftOf(conflict: Conflict, context: RuleContext): Lifted {
  const { registers, identities } = context;
  let fault: ExceptionFault | undefined;
  for (const exception of registers.exceptions) {
    if (!isAbout(exception, conflict.rule, conflict.person, identities)) continue;
    const own = exceptionFault(exception, conflict, context);
    if (own === undefined) return { status: 'mitigated', by: exception.id };
    if (fault === undefined || rank(own) > rank(fault)) fault = own;
  }
  const session = conflict.events
    .map((event) => sessionOf(event, conflict.person, context))
    .find((one) => one !== undefined && isGood(one, context));
  if (session !== undefined) return { status: 'mitigated', by: session.id };
  return { status: 'violation', ...(fault === undefined ? {} : { fault }) };
}

const rank = (fault: ExceptionFault): number => EXCEPTION_FAULTS.indexOf(fault);

function isAbout(
  exception: SodException,
  rule: PairRule,
  person: string,
  { survivorOf }: Identities,
): boolean {
  return exception.rule === rule.id && survivorOf(exception.person) === person;
}

function exceptionFault(
  exception: SodException,
  { rule, person, events }: Conflict,
  { registers, identities }: RuleContext,
): ExceptionFault | undefined {
  const { approvedBy, approvedAt, from, to, compensatingControl } = exception;
  const at = events.at(-1)?.at ?? registers.asOf;
  if (!rule.exception.allowed) return 'rule_allows_no_exception';
  if (!isInForce(exception, at)) return 'not_in_force';
  if (approvedAt === undefined || approvedAt > at) return 'retroactive';
  if (approvedBy === undefined || identities.survivorOf(approvedBy) === person)
    return 'self_approved';
  if (from === undefined || to === undefined || isLonger({ from, to }, rule.exception.maxDays))
    return 'too_long';
  if (!isInScope(exception.scope, events)) return 'out_of_scope';
  if (compensatingControl === undefined || compensatingControl === '')
    return 'no_compensating_control';
  return isEvidenced(exception, person, { asOf: registers.asOf, identities })
    ? undefined
    : 'compensating_control_not_evidenced';
}

function isLonger({ from, to }: { from: Instant; to: Instant }, days: number): boolean {
  return millisOf(to) - millisOf(from) > days * DAY_MS;
}

/** Each key of the scope is named by one of the events at least, and by none with another value. */
function isInScope(scope: Readonly<Record<string, string>>, events: readonly DutyEvent[]): boolean {
  return Object.entries(scope).every(([key, value]) => {
    const named = events.flatMap((event) => valuesOf(event, key));
    return named.length > 0 && named.every((one) => one === value);
  });
}

function valuesOf(event: DutyEvent, key: string): string[] {
  if (key === 'entity') return [event.entity];
  if (key === 'object') return [event.object];
  return event.refs
    .filter((ref) => ref.startsWith(`${key}:`))
    .map((ref) => ref.slice(key.length + 1));
}

function isEvidenced(
  { controlDueAt, controlEvidence }: SodException,
  person: string,
  { asOf, identities }: { readonly asOf: Instant; readonly identities: Identities },
): boolean {
  if (controlDueAt === undefined || asOf < controlDueAt) return true;
  if (controlEvidence === undefined || controlEvidence.at > controlDueAt) return false;
  return identities.survivorOf(controlEvidence.by) !== person;
}

/** The session an act of its user belongs to: it names the session and lies inside it. */
function sessionOf(
  event: DutyEvent,
  person: string,
  { registers, identities }: RuleContext,
): EmergencySession | undefined {
  const session = registers.sessions.find(({ id }) => id === event.emergencySession);
  if (session === undefined || identities.survivorOf(session.user) !== person) return undefined;
  return isInForce(session, event.at) ? session : undefined;
}

function isGood(session: EmergencySession, context: RuleContext): boolean {
  const [rule] = context.rules.ofType('emergency');
  return rule !== undefined && sessionFaults(session, rule, context).length === 0;
}

export type SessionFault =
  | 'not_independently_approved'
  | 'approved_after_start'
  | 'too_long'
  | 'self_reviewed'
  | 'reviewed_late'
  | 'review_overdue';

/** What is wrong with a session itself; a review that is not yet due is not missing. */
export function sessionFaults(
  session: EmergencySession,
  { config }: EmergencyRule,
  { registers, identities }: RuleContext,
): SessionFault[] {
  const { approvedBy, approvedAt, reviewedBy, reviewedAt, from, to } = session;
  const isUser = (person: string): boolean =>
    identities.survivorOf(person) === identities.survivorOf(session.user);
  const faults: SessionFault[] = [];
  if (approvedBy === undefined || approvedAt === undefined || isUser(approvedBy))
    faults.push('not_independently_approved');
  else if (approvedAt > from) faults.push('approved_after_start');
  if (millisOf(to) - millisOf(from) > config.maxHours * HOUR_MS) faults.push('too_long');
  const due = addMillis(to, config.reviewSlaDays * DAY_MS);
  if (reviewedBy === undefined || reviewedAt === undefined) {
    if (registers.asOf > due) faults.push('review_overdue');
  } else if (isUser(reviewedBy)) faults.push('self_reviewed');
  else if (reviewedAt > due) faults.push('reviewed_late');
  return faults;
}
