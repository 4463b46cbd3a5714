import { type Caller } from '../../http';
import { TieoutError } from '../../kernel/errors';
import { actorsOf } from '../identity.policy';
import { type Finding } from '../finding.policy';
import { type RulesOfDay } from '../rule-sets/rule-book.policy';
import { type CheckDecided } from './check.events';
import { type DutyAnswer } from './duty-checks';
import { remediesOf } from './remedy.policy';

/** An entry holds 64 KiB; the answer itself names every event. */
const FINDINGS_MAX = 64;
const EVENTS_MAX = 16;

/** The answer as its caller reads it. */
export function shown(answer: DutyAnswer, step: string): object {
  const { decision, verdict, findings, inconclusive, position } = answer;
  return {
    decision,
    verdict,
    findings: findings.map((finding) => findingJson(finding, answer, step)),
    inconclusive,
    position,
    pins: pinsOf(answer.day),
  };
}

function findingJson(
  finding: Finding,
  { acts, identities, day }: DutyAnswer,
  step: string,
): object {
  const rule = day.rules.rule(finding.rule);
  return {
    rule: finding.rule,
    title: rule?.name ?? finding.rule,
    risk: rule?.risk ?? '',
    severity: finding.severity,
    status: finding.status,
    person: finding.person,
    scope: finding.scope,
    reasons: finding.reasons,
    conflicting: finding.proofs.flatMap(({ event }) => {
      const act = acts.get(event);
      if (event === step || act === undefined) return [];
      const { index, type, object, at, account } = act;
      const persons = actorsOf({ at, account }, identities).persons;
      return [{ event, index, type, object, occurredAt: at, account, persons }];
    }),
    clears: remediesOf(finding, day.rules),
  };
}

export function decided(
  id: string,
  answer: DutyAnswer,
  { caller, request }: { readonly caller: Caller; readonly request: string },
): CheckDecided {
  const { decision, verdict, findings, inconclusive, position } = answer;
  if (findings.length > FINDINGS_MAX) {
    throw new TieoutError('too-large', `The step breaks more than ${FINDINGS_MAX} rules at once.`);
  }
  return {
    check: id,
    decision,
    verdict,
    findings: findings.map(({ rule, status, person, scope, reasons, proofs }) => {
      const events = proofs.map(({ event }) => event).filter((event) => event !== id);
      const told = { rule, status, person, scope, reasons };
      return { ...told, events: events.slice(0, EVENTS_MAX), eventCount: events.length };
    }),
    inconclusive,
    request,
    position,
    ...pinsOf(answer.day),
    step: answer.step,
    by: caller.client,
  };
}

/** Versions that an answer rests on. */
function pinsOf({ ruleSet, dutyMapping }: RulesOfDay): Pins {
  return {
    ruleSet: `${ruleSet.id}@${ruleSet.version}`,
    ruleSetHash: ruleSet.hash,
    dutyMapping: `${dutyMapping.id}@${dutyMapping.version}`,
  };
}

type Pins = Pick<CheckDecided, 'ruleSet' | 'ruleSetHash' | 'dutyMapping'>;
