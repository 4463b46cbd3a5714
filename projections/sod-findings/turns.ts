import { type Finding } from '../../src/controls/finding.policy';
import { type EmergencySession, type Registers } from '../../src/controls/registers.policy';
import { type RuleContext } from '../../src/controls/rules/rule-context.policy';
import { addMillis } from '../../src/kernel/instant';
import { type Instant } from '../../src/kernel/runtime';
import { type JudgedUnit, type Turn } from './unit';

const DAY_MS = 86_400_000;

/**
 * Time is no event. What is judged is judged once with nothing due, and once more for each instant at which something it
 * rests on falls due: a control to be performed, a session to be reviewed. The view shows what holds at its own time.
 */
export function overTime(
  context: RuleContext,
  judge: (context: RuleContext) => readonly Finding[],
  dueBesides: readonly Instant[] = [],
): Pick<JudgedUnit, 'findings' | 'turns'> {
  const findings = new Map(judge(context).map((finding) => [finding.id, finding]));
  const turns = new Map<string, Turn[]>();
  const due = instantsDue(context, [...findings.values()]);
  for (const at of [...new Set([...due, ...dueBesides])].sort()) {
    const registers: Registers = { ...context.registers, asOf: at };
    for (const later of judge({ ...context, registers })) {
      // What is not there yet is kept as clear, until its time comes.
      const first: Finding = { ...later, status: 'clear', reasons: [] };
      const known = findings.get(later.id) ?? first;
      findings.set(later.id, known);
      const before = turns.get(later.id) ?? [];
      const turn = { at, status: later.status, reasons: later.reasons };
      if (!isSame(before.at(-1) ?? known, turn)) turns.set(later.id, [...before, turn]);
    }
  }
  return { findings: [...findings.values()], turns };
}

type Judged = Pick<Finding, 'status' | 'reasons'>;

const isSame = (a: Judged, b: Judged): boolean =>
  a.status === b.status && a.reasons.join('\n') === b.reasons.join('\n');

/** When the pairs that something lifts may be lifted no more. */
function instantsDue(context: RuleContext, findings: readonly Finding[]): Instant[] {
  const { registers, identities } = context;
  const persons = new Set(findings.map(({ person }) => person));
  const isAbout = (person: string): boolean => persons.has(identities.survivorOf(person));
  const controls = registers.exceptions.flatMap((exception) => {
    const { rule, person, controlDueAt: due, controlEvidence: evidence } = exception;
    if (due === undefined || !isAbout(person)) return [];
    if (!findings.some((finding) => finding.rule === rule)) return [];
    return evidence === undefined || evidence.at > due ? [due] : [];
  });
  return [...controls, ...reviewsDue(context, ({ user }) => isAbout(user))];
}

/** A review is in time up to its due instant, so it is overdue a millisecond later. */
export function reviewsDue(
  { rules, registers }: RuleContext,
  isMeant: (session: EmergencySession) => boolean,
): Instant[] {
  const [rule] = rules.ofType('emergency');
  if (rule === undefined) return [];
  return registers.sessions
    .filter((session) => session.reviewedAt === undefined && isMeant(session))
    .map(({ to }) => addMillis(to, rule.config.reviewSlaDays * DAY_MS + 1));
}
