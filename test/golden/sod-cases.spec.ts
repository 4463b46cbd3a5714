import { judgeCase } from '../../src/controls/case-file/judge-case';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { SOD_CASES } from '../support/sod-cases';

describe('the worked cases of segregation of duties', () => {
  it('are 40, each with what is expected of it', () => {
    expect(SOD_CASES.filter(({ expected }) => expected !== undefined)).toHaveLength(40);
  });

  it.each(SOD_CASES.map((one) => [one.id, one.title, one] as const))('%s: %s', (_, __, one) => {
    const judged = judgeCase(one, DEFAULT_RULES);
    expect(judged.differences).toEqual([]);
    expect(judged.verdict).toBe(one.expected!.verdict);
    expect(judged.decision).toBe(one.expected!.decision);
    expect(
      judged.findings.map(({ rule, person, status }) => [rule, person, status]).sort(),
    ).toEqual(
      one.expected!.findings.map(({ rule, person, status }) => [rule, person, status]).sort(),
    );
  });
});
