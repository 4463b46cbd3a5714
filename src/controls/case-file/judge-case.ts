import { decisionOn, evaluate, lastEvent, verdictOf, type Decision } from '../evaluate.policy';
import { type Finding, type FindingStatus } from '../finding.policy';
import { type CompiledRules } from '../rule-set.policy';
import { type ExpectedFinding, sequenceOf, type SodCase } from './read-cases';

export interface JudgedFinding {
  readonly rule: string;
  readonly person: string | null;
  readonly status: FindingStatus;
  /** sequence numbers, in order of occurrence */
  readonly events: readonly number[];
  readonly reasons: readonly string[];
}

/** A case as it was judged. */
export interface JudgedCase {
  readonly id: string;
  readonly title: string;
  readonly verdict: FindingStatus;
  /** about the last event by occurrence; null without events */
  readonly decision: Decision | null;
  readonly findings: readonly JudgedFinding[];
  /** sentences; empty when all is as the file expects, or it expects nothing */
  readonly differences: readonly string[];
}

/** Judges one case by a rule set and compares it with what its file expects. */
export function judgeCase(one: SodCase, rules: CompiledRules): JudgedCase {
  const found = evaluate(one.facts, rules);
  const last = lastEvent(one.facts);
  const judged = {
    id: one.id,
    title: one.title,
    verdict: verdictOf(found),
    decision: last === undefined ? null : decisionOn(last, found, rules),
    findings: found.map(told),
  };
  return { ...judged, differences: differencesOf(one, judged) };
}

function told({ rule, person, status, proofs, reasons }: Finding): JudgedFinding {
  return { rule, person, status, events: proofs.map(({ event }) => sequenceOf(event)), reasons };
}

/** Findings are compared as a multiset; events and a reason where the file gives them. */
function differencesOf(
  { expected }: SodCase,
  judged: Pick<JudgedCase, 'verdict' | 'decision' | 'findings'>,
): string[] {
  if (expected === undefined) return [];
  const differences: string[] = [];
  if (expected.verdict !== judged.verdict)
    differences.push(`verdict ${judged.verdict}, expected ${expected.verdict}`);
  if (expected.decision !== judged.decision)
    differences.push(`decision ${String(judged.decision)}, expected ${String(expected.decision)}`);
  const unmatched = [...judged.findings];
  for (const wanted of expected.findings) {
    const at = unmatched.findIndex((finding) => isAsExpected(finding, wanted));
    if (at < 0) differences.push(`missing: ${expectedText(wanted)}`);
    else unmatched.splice(at, 1);
  }
  return [...differences, ...unmatched.map((finding) => `not expected: ${findingText(finding)}`)];
}

function isAsExpected(finding: JudgedFinding, wanted: ExpectedFinding): boolean {
  const { rule, person, status, events, reason } = wanted;
  if (finding.rule !== rule || finding.person !== person || finding.status !== status) return false;
  if (events !== undefined && sorted(events) !== sorted(finding.events)) return false;
  return reason === undefined || finding.reasons.includes(reason);
}

const sorted = (events: readonly number[]): string => [...events].sort((a, b) => a - b).join(' ');

function expectedText({ reason, events = [], ...finding }: ExpectedFinding): string {
  return findingText({ ...finding, events, reasons: reason === undefined ? [] : [reason] });
}

/** One finding on one line. */
export function findingText({ rule, person, status, events, reasons }: JudgedFinding): string {
  const parts = [rule, status, person ?? 'nobody named'];
  if (events.length > 0) parts.push(`events ${events.join(', ')}`);
  return [...parts, ...reasons].join('  ');
}
