import { match } from '../../../src/reconciliation/matching/engine';
import { resultText } from '../../../src/reconciliation/matching/result-file';
import { definitionFaults } from '../../../src/reconciliation/matching/definition-check.policy';
import { swapped } from '../../support/match-lines';
import { generate } from '../../support/match-generator';
import { mirrored, treasury } from '../../support/match-passes';
import { comparable } from '../../support/matching-oracle';
import { type ClassScore, score, scoreTable } from '../../support/match-score';
import { type LineClass, TROUBLES } from '../../support/match-truth';

const SEEDS = [1, 2, 3];
const scored = (seed: number, noise: number, ambiguity: number, transactions = 3_000) => {
  const { lines, truth } = generate({ seed, transactions, noise, ambiguity });
  return score(truth, match(treasury, lines));
};
const total = (classes: readonly (ClassScore | undefined)[], field: keyof ClassScore) =>
  classes.reduce((sum, each) => sum + (each?.[field] ?? 0), 0);

describe('quality on data whose truth is known', () => {
  it('is measured with a definition that may be used', () =>
    expect(definitionFaults(treasury)).toEqual([]));

  it.each(SEEDS)('confirms nothing wrong in the clean mix and finds it all, seed %i', (seed) => {
    const result = scored(seed, 0, 0);
    expect(scoreTable(result)).not.toMatch(/false [1-9]/);
    expect([result.falseConfirms, result.precision]).toEqual([0, 1]);
    expect(result.recall).toBeGreaterThanOrEqual(0.999);
    expect(result.byClass.get('missing')?.typed).toBe(result.byClass.get('missing')?.breaks);
  });

  it.each([10, 50, 200])('stays right with trouble in %i of 1,000 transactions', (noise) => {
    const results = SEEDS.map((seed) => scored(seed, noise, 50));
    expect(results.map(({ falseConfirms }) => falseConfirms)).toEqual([0, 0, 0]);
    for (const { recall } of results) expect(recall).toBeGreaterThanOrEqual(0.995);
    const all = results.flatMap(({ byClass }) => [...byClass.values()]);
    expect(total(all, 'typed') / total(all, 'breaks')).toBeGreaterThanOrEqual(0.99);
  });

  it('finds every class that the data can tell, and leaves open what it cannot', () => {
    const results = SEEDS.map((seed) => scored(seed, 400, 100, 4_000));
    const recall = (name: LineClass) => {
      const own = results.map(({ byClass }) => byClass.get(name));
      return total(own, 'found') / total(own, 'groups');
    };
    for (const name of [
      'referenced',
      'cents',
      'carried-sum',
      'day-sum',
      'reversal',
      'twins',
    ] as const)
      expect([name, recall(name)]).toEqual([name, 1]);
    for (const name of ['unreferenced', 'cut-reference', 'instalments', 'netting'] as const)
      expect(recall(name)).toBeGreaterThanOrEqual(0.99);
    expect(recall('split-in-pool')).toBeGreaterThanOrEqual(0.9);
    for (const name of [...TROUBLES, 'rivals', 'surplus-twins', 'coincidence'] as const) {
      const own = results.map(({ byClass }) => byClass.get(name));
      expect([name, total(own, 'falseConfirms')]).toEqual([name, 0]);
      expect(own.some((each) => each !== undefined)).toBe(true);
    }
  });

  it('has one result in any order, in any batches, and from either side', () => {
    const { lines } = generate({ seed: 9, transactions: 1_500, noise: 200, ambiguity: 100 });
    const bytes = (of: typeof lines) => [...resultText(match(treasury, of))].join('');
    const there = bytes(lines);
    expect(bytes([...lines].reverse())).toBe(there);
    const dealt = [0, 1, 2, 3, 4, 5, 6].flatMap((at) => lines.filter((_, i) => i % 7 === at));
    expect(bytes(dealt)).toBe(there);
    expect(comparable(match(mirrored(treasury), swapped(lines)))).toEqual(
      comparable(match(treasury, lines)),
    );
  });

  it('suggests what agrees in amount and date alone, and confirms none of it', () => {
    const { lines, truth } = generate({ seed: 4, transactions: 2_000, noise: 0, ambiguity: 200 });
    const { suggestions, groups } = match(treasury, lines);
    const strangers = new Set(
      truth.filter((t) => t.class === 'coincidence').flatMap((t) => t.lines),
    );
    const names = (of: typeof groups) =>
      of.flatMap(({ members }) => members.map(({ line }) => line)).filter((l) => strangers.has(l));
    expect(names(groups)).toEqual([]);
    expect(names(suggestions).length).toBeGreaterThan(strangers.size / 2);
  });
});
