import { decisionOn, evaluate, lastEvent, verdictOf } from '../../src/controls/evaluate.policy';
import { type Finding } from '../../src/controls/finding.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import {
  factsOf,
  SOD_CASES,
  seqOf,
  type ExpectedFinding,
  type SodCase,
} from '../support/sod-cases';

const onLineage = new Set(DEFAULT_RULES.lineagePairs.map(({ id }) => id));

/** Exceptions and emergency sessions change the status of pair findings; their policies are not part of this set. */
const isLifted = ({ given }: SodCase): boolean =>
  given['exceptions'] !== undefined || given['emergencySessions'] !== undefined;

const hasEvents = ({ given }: SodCase): boolean => given.events !== undefined;

/** Cases whose whole expectation rests on pair rules in mode lineage. */
const WHOLE = SOD_CASES.filter(
  (one) =>
    hasEvents(one) &&
    !isLifted(one) &&
    one.expect.findings.every(({ rule }) => onLineage.has(rule)),
);

/** Cases in which other rules find something too: what the pair rules in mode lineage find must come out all the same. */
const IN_PART = SOD_CASES.filter((one) => hasEvents(one) && !isLifted(one) && !WHOLE.includes(one));

const told = ({ rule, person, status, proofs }: Finding): ExpectedFinding => ({
  rule,
  person,
  status,
  events: proofs.map(({ event }) => seqOf(event)),
});

const stated = ({ rule, person, status, events = [] }: ExpectedFinding): ExpectedFinding => ({
  rule,
  person,
  status,
  events,
});

describe('the worked cases of segregation of duties', () => {
  it('are 40, of which 17 rest on pair rules on one lineage alone and 16 in part', () => {
    expect([SOD_CASES.length, WHOLE.length, IN_PART.length]).toEqual([40, 17, 16]);
  });

  it.each(WHOLE.map((one) => [one.id, one.title, one] as const))('%s: %s', (_, __, one) => {
    const facts = factsOf(one);
    const findings = evaluate(facts, DEFAULT_RULES);
    expect(findings.map(told)).toEqual(one.expect.findings.map(stated));
    expect(verdictOf(findings)).toBe(one.expect.verdict);
    expect(decisionOn(lastEvent(facts) ?? '', findings, DEFAULT_RULES)).toBe(one.expect.decision);
  });

  it.each(IN_PART.map((one) => [one.id, one.title, one] as const))(
    '%s, the part of one lineage: %s',
    (_, __, one) => {
      const findings = evaluate(factsOf(one), DEFAULT_RULES);
      const expected = one.expect.findings.filter(({ rule }) => onLineage.has(rule));
      expect(findings.map(told)).toEqual(expected.map(stated));
    },
  );
});
