import { evaluate } from '../../../src/controls/evaluate.policy';
import { evaluateByDate } from '../../../src/controls/evaluate-by-date.policy';
import { type DutyEvent } from '../../../src/controls/duty-event.policy';
import { type Finding } from '../../../src/controls/finding.policy';
import { EMPTY_REGISTERS } from '../../../src/controls/registers.policy';
import { DEFAULT_RULE_SET, type Rule, type RuleSet } from '../../../src/controls/rule-set.policy';
import { ruleBookOf } from '../../../src/controls/rule-sets/rule-book.policy';
import { act, IDENTITIES } from '../../support/duty-events';

const without = (...ids: string[]): RuleSet => ({
  ...DEFAULT_RULE_SET,
  rules: DEFAULT_RULE_SET.rules.filter(({ id }) => !ids.includes(id)),
});
const changed = (id: string, more: Partial<Rule>): RuleSet => ({
  ...DEFAULT_RULE_SET,
  rules: DEFAULT_RULE_SET.rules.map((rule) =>
    rule.id === id ? ({ ...rule, ...more } as Rule) : rule,
  ),
});
const bookWith = (content: RuleSet, from: string, and: readonly [RuleSet, string][] = []) =>
  ruleBookOf(
    [[content, from] as const, ...and].map(([set, begin], i) => ({
      ...{ id: 'acme', version: String(i + 1), hash: '', from: begin, content: set },
      approvedAt: '2026-01-01T00:00:00.000Z',
    })),
    [],
  );

const factsOf = (events: readonly DutyEvent[], timeZone = 'UTC') => ({
  events,
  cancellations: [],
  identities: IDENTITIES,
  registers: { ...EMPTY_REGISTERS, timeZoneOf: () => timeZone },
});
const pairs = (found: readonly Finding[]) =>
  found
    .filter(({ rule }) => rule === 'P2P-04' || rule === 'P2P-05')
    .map(({ rule, status, proofs }) => [rule, status, proofs.map(({ event }) => event)]);

describe('findings by the rules of the day', () => {
  const [made, approved] = [act('PO-CREATE', 'alice', 10), act('PO-APPROVE', 'alice', 12)];
  const pair = [made.id, approved.id];

  it('are what was a violation when the later act was done, though the rule is gone since', () => {
    const book = bookWith(without('P2P-04'), '2026-03-13');
    expect(pairs(evaluateByDate(factsOf([made, approved]), book))).toEqual([
      ['P2P-04', 'violation', pair],
    ]);
    const before = bookWith(without('P2P-04'), '2026-03-12');
    expect(pairs(evaluateByDate(factsOf([made, approved]), before))).toEqual([]);
  });

  it('stay when the same chain goes on under rules that no longer know them', () => {
    const later = act('PO-APPROVE', 'alice', 20);
    const book = bookWith(without('P2P-04'), '2026-03-15');
    expect(pairs(evaluateByDate(factsOf([made, approved, later]), book))).toEqual([
      ['P2P-04', 'violation', pair],
    ]);
  });

  it('of a rule that is new judge only what it has seen the end of', () => {
    const receipt = (day: number) =>
      act('GR-POST', 'alice', day, { object: 'GR-1', lineages: ['L1'] });
    const [early, late] = [receipt(11), receipt(20)];
    const book = bookWith(without('P2P-05'), '2026-01-02', [[DEFAULT_RULE_SET, '2026-03-15']]);
    expect(pairs(evaluateByDate(factsOf([made, early]), book))).toEqual([]);
    expect(pairs(evaluateByDate(factsOf([made, early, late]), book))).toEqual([
      ['P2P-05', 'violation', [made.id, late.id]],
    ]);
  });

  it('are one when two sets after one another find the same, with all of its events', () => {
    const later = act('PO-APPROVE', 'alice', 20);
    const book = bookWith(changed('P2P-04', { severity: 'high' }), '2026-03-15');
    const [finding] = evaluateByDate(factsOf([made, approved, later]), book).filter(
      ({ rule }) => rule === 'P2P-04',
    );
    expect(finding).toMatchObject({
      severity: 'high',
      proofs: [made.id, approved.id, later.id].map((event) => expect.objectContaining({ event })),
    });
  });

  it('change at local midnight', () => {
    const night = { ...approved, at: '2026-03-12T23:30:00.000Z' };
    const book = bookWith(without('P2P-04'), '2026-03-13');
    const found = (zone: string) => pairs(evaluateByDate(factsOf([made, night], zone), book));
    expect(found('UTC')).toHaveLength(1);
    expect(found('Europe/Berlin')).toEqual([]);
  });

  it('find pairs about one vendor across a change, near enough in days', () => {
    const about = { refs: ['vendor:V1'], lineages: ['LV'], object: 'V1' };
    const paid = { refs: ['vendor:V1'], lineages: ['LP'], object: 'PAY-1' };
    const events = [act('VEND-BANK', 'alice', 2, about), act('PAY-RELEASE', 'alice', 20, paid)];
    const rule = (book: ReturnType<typeof bookWith>) =>
      evaluateByDate(factsOf(events), book)
        .filter((one) => one.rule === 'P2P-02')
        .map(({ status, scope }) => [status, scope]);
    expect(rule(bookWith(DEFAULT_RULE_SET, '2026-03-10'))).toEqual([['violation', 'vendor:V1']]);
    expect(rule(bookWith(without('P2P-02'), '2026-03-10'))).toEqual([]);
    expect(rule(bookWith(without('P2P-02'), '2026-03-21'))).toEqual([['violation', 'vendor:V1']]);
  });

  it('are those of one set when nothing changes between the acts', () => {
    const facts = factsOf([made, approved, act('PO-ISSUE', 'bob', 13)]);
    const book = bookWith(without('P2P-04'), '2026-04-01');
    const { rules } = book.ruleSetOn('2026-03-10');
    expect(evaluateByDate(facts, book)).toEqual(evaluate(facts, rules));
  });
});
