import { missingToSign } from '../../../src/reconciliation/breaks/break-work.policy';
import {
  type BreakRules,
  checkBreakRules,
  routingOf,
} from '../../../src/reconciliation/breaks/break-rules.policy';
import { bandOf, checkMateriality } from '../../../src/reconciliation/breaks/materiality.policy';
import { type JsonObject } from '../../../src/kernel/json';
import { refusalOf } from '../../support/refusals';

const EUR = { currency: 'EUR', clearlyTrivial: '10.00', performance: '100.00', overall: '200.00' };

describe('materiality', () => {
  it.each([
    [0n, 'clearly-trivial'],
    [1_000n, 'clearly-trivial'],
    [1_001n, 'below-performance'],
    [-10_000n, 'below-performance'],
    [10_001n, 'above-performance'],
    [-20_000n, 'above-performance'],
    [20_001n, 'above-overall'],
  ])('rates %s cents as %s, whatever the sign', (minor, band) => {
    expect(bandOf(minor, 'EUR', { levels: [EUR] })).toBe(band);
  });

  it('rates nothing without approved levels in the currency', () => {
    expect(bandOf(1n, 'EUR', undefined)).toBe('unrated');
    expect(bandOf(1n, 'USD', { levels: [EUR] })).toBe('unrated');
    expect(
      bandOf(500n, 'JPY', {
        levels: [{ currency: 'JPY', clearlyTrivial: '499', performance: '500', overall: '500' }],
      }),
    ).toBe('below-performance');
  });

  it.each([
    [{ ...EUR, performance: '9.99' }, '/levels/0/performance'],
    [{ ...EUR, overall: '99.99' }, '/levels/0/overall'],
    [{ ...EUR, clearlyTrivial: '-1.00' }, '/levels/0/clearlyTrivial'],
    [{ ...EUR, overall: '200' }, '/levels/0/overall'],
    [{ ...EUR, currency: 'XQX' }, '/levels/0/clearlyTrivial'],
  ])('refuses levels %j at %s', (levels, pointer) => {
    const entry = { basis: 'x', levels: [levels] } as unknown as JsonObject;
    expect(refusalOf(() => checkMateriality(entry))).toMatchObject({ members: { pointer } });
  });

  it('refuses a second set of levels in one currency', () => {
    const entry = { basis: 'x', levels: [EUR, EUR] } as unknown as JsonObject;
    expect(refusalOf(() => checkMateriality(entry))).toMatchObject({
      members: { pointer: '/levels/1/currency' },
    });
  });

  it('asks nothing of trivial breaks, a cause of small ones and everything of the rest', () => {
    expect(missingToSign({}, 'clearly-trivial')).toEqual([]);
    expect(missingToSign({}, 'below-performance')).toEqual(['cause']);
    expect(missingToSign({ cause: 'x' }, 'below-performance')).toEqual([]);
    expect(missingToSign({ cause: 'x' }, 'above-performance')).toEqual(['explanation', 'owner']);
    expect(missingToSign({ owner: 'anna' }, 'unrated')).toEqual(['cause']);
    const whole = { owner: 'anna', cause: 'x', explanation: 'y' };
    expect(missingToSign(whole, 'above-overall')).toEqual([]);
  });
});

const rules = (...routing: BreakRules['routing'][number][]): BreakRules => ({
  routing,
  limits: [],
  proposalDays: 30,
});
const fee = {
  id: 'fees',
  types: ['UNMATCHED_B'],
  currency: 'EUR',
  upTo: '50.00',
  owner: 'treasury',
  dueDays: 5,
};
const rest = { id: 'rest', owner: 'close-desk', dueDays: 30, class: 'TIMING' as const };

describe('routing of breaks', () => {
  const item = {
    type: 'UNMATCHED_B',
    currency: 'EUR',
    openMinor: -5_000n,
    firstSeen: '2026-02-27',
  };

  it('takes the first rule that fits, and counts days from the first day', () => {
    expect(routingOf(item, rules(fee, rest))).toEqual({
      rule: 'fees',
      owner: 'treasury',
      due: '2026-03-04',
    });
    expect(routingOf({ ...item, openMinor: -5_001n }, rules(fee, rest))).toEqual({
      rule: 'rest',
      owner: 'close-desk',
      due: '2026-03-29',
      class: 'TIMING',
    });
    expect(routingOf({ ...item, type: 'DUPLICATE' }, rules(fee))).toBeUndefined();
    expect(routingOf({ ...item, currency: 'USD' }, rules(fee))).toBeUndefined();
  });

  it.each([
    [rules(fee, fee), '/routing/1/id'],
    [rules({ id: 'x', owner: 'o', dueDays: 1, from: '1.00' }), '/routing/0/currency'],
    [rules({ ...fee, from: '50.01' }), '/routing/0/upTo'],
    [
      { ...rules(), limits: [{ type: 'write-off', currency: 'EUR', item: '5.00', run: '4.99' }] },
      '/limits/0/run',
    ],
    [
      { ...rules(), limits: [{ type: 'write-off', currency: 'EUR', item: '5', run: '10.00' }] },
      '/limits/0/item',
    ],
  ])('refuses rules that cannot mean anything: %j', (wrong, pointer) => {
    expect(refusalOf(() => checkBreakRules(wrong as unknown as JsonObject))).toMatchObject({
      members: { pointer },
    });
  });
});
