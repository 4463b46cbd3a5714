import { payeesOf } from '../../../src/controls/registers/payee-groups.policy';

describe('the payee of a vendor', () => {
  it('is the vendor itself when it is in no group', () => {
    expect(payeesOf([])('V1')).toBe('V1');
  });

  it('is one for groups that share a vendor, however they are told', () => {
    const groups = [
      ['V5', 'V4'],
      ['V2', 'V3'],
      ['V3', 'V4'],
    ];
    for (const told of [groups, [...groups].reverse()]) {
      const payeeOf = payeesOf(told);
      expect(['V2', 'V3', 'V4', 'V5', 'V6'].map(payeeOf)).toEqual(['V2', 'V2', 'V2', 'V2', 'V6']);
    }
  });
});
