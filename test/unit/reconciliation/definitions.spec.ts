import {
  checkDefinition,
  definitionFaults,
} from '../../../src/reconciliation/matching/definition-check.policy';
import {
  definitionIds,
  definitionInForce,
  type MatchPass,
} from '../../../src/reconciliation/matching/definition.policy';
import { passes, withPasses } from '../../support/match-passes';
import { refusalOf } from '../../support/refusals';

const named = (id: string): MatchPass => passes.find((pass) => pass.id === id)!;
const faults = (...own: MatchPass[]) =>
  definitionFaults(withPasses(own)).map(({ pointer, detail }) => `${pointer} ${detail}`);

describe('definitions that are refused', () => {
  it('are none of those that come with the service', () => {
    for (const id of definitionIds())
      expect(definitionFaults(definitionInForce(id, '9999-12-31')!)).toEqual([]);
  });

  it.each<[string, { [K in keyof MatchPass]?: MatchPass[K] | undefined }, string]>([
    ['exact', { key: 'none' }, '/passes/0/outcome is confirm, but the pass compares neither'],
    ['window', { days: { from: 3, to: 0 } }, '/passes/0/days is empty: no day is from 3 to 0'],
    ['window', { days: { from: 0, to: 1e6 } }, '/passes/0/days counts whole days'],
    ['bucket', { sums: undefined }, '/passes/0/sums is missing'],
    ['exact', { sums: { kind: 'bucket', sameDay: true } }, '/passes/0/sums has no meaning for 1:1'],
    ['exact', { amount: 'within' }, '/passes/0/tolerance is missing'],
    ['exact', { amount: 'sum' }, '/passes/0/amount cannot be sum for 1:1'],
    ['carried', { key: 'none' }, '/passes/0/key is none, but many lines to many'],
    ['carried', { uniqueness: 'mutual' }, '/passes/0/uniqueness cannot be mutual for N:M'],
    [
      'reversal',
      { amount: 'within', tolerance: { absolute: { EUR: '1.00' } } },
      '/passes/0/amount is not equal',
    ],
    [
      'cents',
      { tolerance: { absolute: { EUR: '0.5' } } },
      '/passes/0/tolerance/absolute/EUR is an amount with 2',
    ],
    [
      'cents',
      { tolerance: { absolute: { XYZ: '1' } } },
      '/passes/0/tolerance/absolute/XYZ is not a currency',
    ],
    [
      'cents',
      { tolerance: { basisPoints: 10_000, base: 'A' } },
      '/passes/0/tolerance/basisPoints is 100% or more',
    ],
    ['cents', { tolerance: { basisPoints: 5 } }, '/passes/0/tolerance/base goes with basisPoints'],
    [
      'cents',
      { tolerance: { basisPoints: 5, base: 'A', absolute: { EUR: '0.01' } } },
      '/passes/0/tolerance/both is missing',
    ],
    ['exact', { id: 'person' }, '/passes/0/id is lower-case letters'],
  ])('%s with %j', (id, change, reason) => {
    expect(faults({ ...named(id), ...change } as MatchPass).join('\n')).toContain(reason);
  });

  it.each([
    [{ poolMax: 21 }, 'poolMax is over 20, the most for confirm'],
    [{ sizeMax: 5 }, 'sizeMax is over 4, the most for confirm'],
    [{ sizeMax: 1 }, 'sizeMax is below 2, so that no sum can ever match'],
    [{ chancePpmMax: 10_001 }, 'chancePpmMax is over 10000, the most for confirm'],
  ])('a subset that is confirmed with %j', (bounds, reason) => {
    const sums = { kind: 'subset' as const, poolMax: 20, sizeMax: 4, chancePpmMax: 10_000 };
    expect(faults({ ...named('subset'), sums })).toEqual([]);
    const [fault] = faults({ ...named('subset'), sums: { ...sums, ...bounds } });
    expect(fault).toContain(reason);
  });

  it('a pass behind one that leaves nothing for it', () => {
    const [fault] = faults(named('party-any-day'), { ...named('party'), key: 'endToEnd' });
    expect(fault).toBe(
      '/passes/1 can never match: pass party-any-day before it confirms or holds all that it could join.',
    );
    expect(faults({ ...named('party-any-day'), ambiguous: 'pass-on' }, named('party'))).toEqual([]);
    expect(faults(named('party'), named('party-any-day'))).toEqual([]);
  });

  it('two passes of one id, no pass at all, a side without lines', () => {
    expect(faults(named('exact'), { ...named('document'), id: 'exact' })).toEqual([
      '/passes/1/id is the id of a pass before it.',
    ]);
    expect(faults()).toEqual(['/passes is empty, so that nothing can ever match.']);
    const empty = withPasses([named('exact')]);
    const sides = { ...empty.sides, A: { name: 'book', objects: {} } };
    expect(definitionFaults({ ...empty, sides }).map(({ pointer }) => pointer)).toEqual([
      '/sides/A/objects',
    ]);
  });

  it('with one error that names them all', () => {
    const own = withPasses([{ ...named('window'), days: { from: 1, to: 0 }, key: 'none' }]);
    expect(refusalOf(() => checkDefinition(own))).toMatchObject({
      code: 'contract-violation',
      members: { errors: [{ pointer: '/passes/0/outcome' }, { pointer: '/passes/0/days' }] },
    });
  });
});
