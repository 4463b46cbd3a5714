import {
  DEFAULT_DUTY_MAPPING,
  type DutyMapping,
} from '../../../../src/controls/duty-mapping.policy';
import { DEFAULT_RULE_SET, type RuleSet } from '../../../../src/controls/rule-set.policy';
import {
  type Effective,
  firstDayAfter,
  ruleBookOf,
  SHIPPED_BOOK,
} from '../../../../src/controls/rule-sets/rule-book.policy';

const APPROVED = '2026-01-10T09:00:00.000Z';
const set = (version: string, more: Partial<Effective<RuleSet>> = {}): Effective<RuleSet> => ({
  ...{ id: 'acme', version, hash: version, from: '2026-04-01', approvedAt: APPROVED },
  content: DEFAULT_RULE_SET,
  ...more,
});
const mapping = (more: Partial<Effective<DutyMapping>> = {}): Effective<DutyMapping> => ({
  ...{ id: 'acme-duties', version: '1', hash: 'm', from: '2026-04-01', approvedAt: APPROVED },
  content: DEFAULT_DUTY_MAPPING,
  ...more,
});
const on = (sets: readonly Effective<RuleSet>[], date: string) => {
  const { ruleSet, isInForce } = ruleBookOf(sets, []).ruleSetOn(date);
  return [ruleSet.version, isInForce];
};

describe('the rules of a date', () => {
  it('are the shipped ones until another set begins', () => {
    expect(SHIPPED_BOOK.ruleSetOn('1999-12-31').ruleSet).toMatchObject({
      id: 'ledger-default-sod',
      version: '1.0.0',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const sets = [set('1')];
    expect(on(sets, '2026-03-31')).toEqual(['1.0.0', true]);
    expect(on(sets, '2026-04-01')).toEqual(['1', true]);
  });

  it('are those of the version that began last, in whatever order versions are known', () => {
    const sets = [set('1'), set('2', { from: '2026-07-01' }), set('3', { from: '2026-10-01' })];
    for (const known of [sets, [...sets].reverse()]) {
      expect(['2026-06-30', '2026-07-01', '2026-12-31'].map((date) => on(known, date)[0])).toEqual([
        '1',
        '2',
        '3',
      ]);
    }
  });

  it('of two that begin on one day are those approved later', () => {
    const sets = [set('2', { approvedAt: '2026-01-11T00:00:00.000Z' }), set('1')];
    expect(on(sets, '2026-04-01')[0]).toBe('2');
  });

  it('never reach back to the day of the approval, in no time zone', () => {
    expect(firstDayAfter('2026-05-01T09:59:59.999Z')).toBe('2026-05-02');
    expect(firstDayAfter('2026-05-01T10:00:00.000Z')).toBe('2026-05-03');
    const late = [set('1', { approvedAt: '2026-05-01T09:00:00.000Z' })];
    expect(on(late, '2026-05-01')[0]).toBe('1.0.0');
    expect(on(late, '2026-05-02')[0]).toBe('1');
  });

  it('are those that ended last when none is in force, and say so', () => {
    const sets = [set('1', { to: '2026-04-30' }), set('2', { from: '2026-06-01' })];
    expect(on(sets, '2026-04-30')).toEqual(['1', true]);
    expect(on(sets, '2026-05-01')).toEqual(['1', false]);
    expect(on(sets, '2026-06-01')).toEqual(['2', true]);
  });

  it('change with the mapping too', () => {
    const rows = [{ type: 'invoice.received', duties: ['INV-ENTER'] }];
    const content = { ...DEFAULT_DUTY_MAPPING, rows };
    const book = ruleBookOf([set('1', { from: '2026-02-01' })], [mapping({ content })]);
    expect(book.turns).toEqual(['0001-01-01', '2026-02-01', '2026-04-01']);
    expect(book.ruleSetOn('2026-03-31').duties.row('invoice.approved')?.duties).toEqual([
      'INV-APPROVE',
    ]);
    const april = book.ruleSetOn('2026-04-01');
    expect(april.duties.types).toEqual(['invoice.received']);
    expect([april.ruleSet.version, april.dutyMapping.id]).toEqual(['1', 'acme-duties']);
  });
});
