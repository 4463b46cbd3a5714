import shipped from '../../../../src/controls/default-rule-set.json';
import mapping from '../../../../src/controls/default-duty-mapping.json';
import { type JsonObject } from '../../../../src/kernel/json';
import { compileRules } from '../../../../src/controls/rule-set.policy';
import { SHIPPED_BOOK } from '../../../../src/controls/rule-sets/rule-book.policy';
import { readDutyMapping } from '../../../../src/controls/rule-sets/read-duty-mapping.policy';
import { readRuleSet } from '../../../../src/controls/rule-sets/read-rule-set.policy';
import {
  missingCritical,
  refuseOverlap,
  refuseUnknownDuties,
  refuseUnmappable,
} from '../../../../src/controls/rule-sets/version-conflicts.policy';

const NAME = { id: 'acme', version: '1' };
const body = (more: object = {}): JsonObject =>
  ({
    effectiveFrom: '2026-04-01',
    baseCurrency: 'EUR',
    duties: shipped.duties,
    rules: shipped.rules,
    ...more,
  }) as unknown as JsonObject;
const ruleWith = (id: string, more: object): JsonObject =>
  body({ rules: shipped.rules.map((rule) => (rule.id === id ? { ...rule, ...more } : rule)) });
const refusal = (entry: JsonObject): string => {
  try {
    readRuleSet(entry, NAME);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('a proposed rule set', () => {
  it('may be the shipped one, word for word', () => {
    const { set } = readRuleSet(body(), NAME);
    expect([set.duties.length, set.rules.length]).toEqual([60, 58]);
    expect(missingCritical(compileRules(set))).toEqual([]);
  });

  it.each([
    ['a pair', ruleWith('P2P-04', { right: ['PO-APROVE'] }), 'no duty PO-APROVE'],
    ['a quorum', ruleWith('DOA-02', { config: { duties: ['X'] } }), 'no duty X'],
    ['a split', ruleWith('DOA-04', { config: { duty: 'PO-MAKE' } }), 'no duty PO-MAKE'],
    [
      'an approval',
      ruleWith('DOA-05', { config: { requires: { 'PO-ISSUE': ['NONE'] } } }),
      'no duty NONE',
    ],
  ])('is refused when %s names an unknown duty', (_, entry, reason) => {
    expect(refusal(entry)).toContain(reason);
  });

  it.each([
    ['a rule twice', body({ rules: [shipped.rules[0], shipped.rules[0]] }), 'there twice'],
    ['a misspelt member', ruleWith('P2P-04', { versoned: true }), '/versoned'],
    ['another type', ruleWith('P2P-04', { type: 'triple' }), '/type'],
    ['an end before its beginning', body({ effectiveTo: '2026-03-31' }), '/effectiveTo'],
    ['no day of the calendar', body({ effectiveFrom: '2026-02-30' }), '/effectiveFrom'],
    ['no currency', body({ baseCurrency: 'EURO' }), '/baseCurrency'],
    [
      'a quorum of one',
      ruleWith('DOA-02', { config: { ...rule('DOA-02'), minDistinct: 1 } }),
      '/minDistinct',
    ],
  ])('is refused with %s', (_, entry, reason) => {
    expect(refusal(entry)).toContain(reason);
  });

  it('names the critical rules that it lacks or has weaker', () => {
    const rules = shipped.rules
      .filter(({ id }) => id !== 'P2P-04')
      .map((one) => (one.id === 'DOA-05' ? { ...one, control: ['detective'] } : one))
      .map((one) => (one.id === 'P2P-10' ? { ...one, severity: 'high' } : one));
    const { set } = readRuleSet(body({ rules }), NAME);
    expect(missingCritical(compileRules(set))).toEqual(['P2P-04', 'P2P-10', 'DOA-05']);
  });

  it('keeps the duties that the mapping in force names', () => {
    const duties = shipped.duties.filter(({ id }) => id !== 'ASSET-RETIRE');
    const rules = shipped.rules.filter((one) => !JSON.stringify(one).includes('ASSET-RETIRE'));
    const { set } = readRuleSet(body({ duties, rules }), NAME);
    expect(() => refuseUnmappable(set, '2026-04-01', SHIPPED_BOOK)).toThrow('ASSET-RETIRE');
  });
});

describe('a proposed duty mapping', () => {
  const rows = (...list: object[]): JsonObject =>
    ({ effectiveFrom: '2026-04-01', rows: list }) as unknown as JsonObject;

  it('may be the shipped one, and is refused with a duty nobody knows or a type twice', () => {
    expect(readDutyMapping(rows(...mapping.rows), NAME).mapping.rows).toHaveLength(
      mapping.rows.length,
    );
    const { mapping: odd } = readDutyMapping(rows({ type: 'a.b', duties: ['NONE'] }), NAME);
    expect(() => refuseUnknownDuties(odd, '2026-04-01', SHIPPED_BOOK)).toThrow('no duty NONE');
    const row = { type: 'invoice.received', duties: ['INV-ENTER'] };
    expect(() => readDutyMapping(rows(row, row), NAME)).toThrow('mapped twice');
    expect(() => readDutyMapping(rows({ ...row, cancels: ['INV-ENTER'] }), NAME)).toThrow(
      '/rows/0',
    );
  });
});

describe('the validity of a version', () => {
  const other = { name: 'acme@1', from: '2026-04-01' };

  it('ends one without an end, and overlaps no other', () => {
    expect(() => refuseOverlap({ from: '2026-07-01' }, [other])).not.toThrow();
    expect(() => refuseOverlap({ from: '2026-04-01' }, [other])).not.toThrow();
    expect(() => refuseOverlap({ from: '2026-03-01' }, [other])).toThrow('overlaps acme@1');
    expect(() => refuseOverlap({ from: '2026-03-01', to: '2026-03-31' }, [other])).not.toThrow();
    expect(() => refuseOverlap({ from: '2026-03-01', to: '2026-04-01' }, [other])).toThrow();
  });

  it('begins after the stated end of the one before it', () => {
    const ended = { ...other, to: '2026-06-30' };
    expect(() => refuseOverlap({ from: '2026-06-30' }, [ended])).toThrow('to 2026-06-30');
    expect(() => refuseOverlap({ from: '2026-07-01' }, [ended])).not.toThrow();
  });
});

function rule(id: string): object {
  return (shipped.rules.find((one) => one.id === id) as { config?: object }).config ?? {};
}
