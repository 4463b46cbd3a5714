import fc from 'fast-check';
import {
  type Definition,
  type MatchPass,
} from '../../../src/reconciliation/matching/definition.policy';
import { NO_DECISIONS } from '../../../src/reconciliation/matching/decisions.policy';
import { match, matchLines } from '../../../src/reconciliation/matching/engine';
import { type MatchLine } from '../../../src/reconciliation/matching/line';
import { resultText } from '../../../src/reconciliation/matching/result-file';
import { adversarialLines } from '../../support/adversarial-lines';
import { swapped } from '../../support/match-lines';
import { mirrored, passes as known, withPasses } from '../../support/match-passes';
import { comparable, oracle } from '../../support/matching-oracle';

const lines = adversarialLines(8);
const definition = fc
  .shuffledSubarray([...known], { minLength: 1, maxLength: 5 })
  .map((chosen) => withPasses(chosen));

const bytes = (of: Definition, all: readonly MatchLine[]) =>
  [...resultText(match(of, all))].join('');

describe('passes of every kind, in every order', () => {
  it('are met by these inputs: each confirms, and every reason is given', () => {
    const confirmed = new Set<string>();
    const reasons = new Set<string>();
    for (const all of fc.sample(lines, { numRuns: 300, seed: 6 })) {
      for (const pass of known) {
        const { groups, ambiguities } = match(withPasses([pass]), all);
        groups.forEach((group) => confirmed.add(group.pass));
        ambiguities.forEach(({ reason }) => reasons.add(reason));
      }
    }
    expect([...confirmed].sort()).toEqual(known.map(({ id }) => id).sort());
    expect([...reasons].sort()).toEqual([
      'competing',
      'contested-claim',
      'key-reused',
      'second-solution',
      'surplus-twin',
    ]);
  });

  it('confirm and hold what trying everything finds', () => {
    fc.assert(
      fc.property(definition, lines, (of, all) => {
        expect(comparable(match(of, all))).toEqual(oracle(of.passes, all));
      }),
      { numRuns: 250 },
    );
  });

  it.each(known.map((pass): [string, MatchPass] => [pass.id, pass]))(
    'do so alone: %s',
    (_id, pass) => {
      fc.assert(
        fc.property(lines, (all) => {
          expect(comparable(match(withPasses([pass]), all))).toEqual(oracle([pass], all));
        }),
        { numRuns: 100 },
      );
    },
  );

  it('give the same bytes in any order and in any batches', () => {
    fc.assert(
      fc.property(
        definition,
        lines.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        (of, [all, shuffled]) => expect(bytes(of, shuffled)).toBe(bytes(of, all)),
      ),
    );
  });

  it('write the same bytes whether groups are made as objects or not', () => {
    fc.assert(
      fc.property(definition, lines, (of, all) => {
        const own = withPasses([...of.passes, { ...known[0]!, id: 'hint', outcome: 'suggest' }]);
        const written = [...resultText(matchLines(own, all, NO_DECISIONS))].join('');
        expect(written).toBe(bytes(own, all));
      }),
    );
  });

  it('give the mirrored result when the sides are swapped', () => {
    fc.assert(
      fc.property(definition, lines, (of, all) => {
        fc.pre(of.passes.every(({ account }) => account === 'same'));
        const there = match(of, all);
        const back = match(mirrored(of), swapped(all));
        expect(comparable(back)).toEqual(comparable(there));
        expect(back.groups.map((g) => -g.differenceMinor)).toEqual(
          there.groups.map((g) => g.differenceMinor * 1n),
        );
        expect(back.breaks.map((b) => b.id)).toEqual(there.breaks.map((b) => b.id));
      }),
    );
  });

  it('use no line twice and lose none', () => {
    fc.assert(
      fc.property(definition, lines, (of, all) => {
        const { groups, breaks } = match(of, all);
        const used = [
          ...groups.flatMap((g) => g.members.map((m) => m.line)),
          ...breaks.flatMap((b) => b.lines),
        ];
        expect(used.sort()).toEqual(all.map((l) => l.id).sort());
      }),
    );
  });

  it('conserve both sides: lines are allocated or open, and sides differ by the groups', () => {
    fc.assert(
      fc.property(definition, lines, (of, all) => {
        const { totals, groups } = match(of, all);
        for (const total of totals) {
          if (!('side' in total)) continue;
          const own = all.filter((l) => l.side === total.side && l.currency === total.currency);
          const sum = own.reduce((minor, l) => minor + l.amountMinor, 0n);
          expect([total.lines, total.amountMinor]).toEqual([own.length, sum]);
          expect(total.allocatedMinor + total.openMinor).toBe(sum);
          expect(total.allocatedLines + total.openLines).toBe(own.length);
        }
        const allocated = (side: string) =>
          totals.reduce(
            (sum, t) => ('side' in t && t.side === side ? sum + t.allocatedMinor : sum),
            0n,
          );
        const differences = groups.reduce((sum, g) => sum + g.differenceMinor, 0n);
        expect(allocated('A') - allocated('B')).toBe(differences);
      }),
    );
  });

  it('suggest without taking a line', () => {
    fc.assert(
      fc.property(definition, lines, (of, all) => {
        const asked = match(of, all);
        const hinted = match(
          withPasses([...of.passes, { ...known[0]!, id: 'hint', key: 'none', outcome: 'suggest' }]),
          all,
        );
        expect(comparable(hinted)).toEqual(comparable(asked));
        const grouped = new Set(hinted.groups.flatMap((g) => g.members.map((m) => m.line)));
        for (const { members } of hinted.suggestions)
          expect(members.some((m) => grouped.has(m.line))).toBe(false);
      }),
    );
  });
});
