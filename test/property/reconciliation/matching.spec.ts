import fc from 'fast-check';
import { match } from '../../../src/reconciliation/matching/engine';
import { type MatchLine } from '../../../src/reconciliation/matching/line';
import { type Break, type MatchResult } from '../../../src/reconciliation/matching/result';
import { bank, book, statement, swapped } from '../../support/match-lines';

/** Few values for every field, so that ties, twins and rivals on both sides are the rule. */
const word = fc.constantFrom('R1', 'R2', 'R3');
const spec = fc.record({
  minor: fc.constantFrom(-2n, -1n, 1n, 2n, 3n),
  currency: fc.constantFrom('EUR', 'JPY'),
  account: fc.constantFrom('DE1', 'DE2'),
  date: fc.constantFrom('2026-03-01', '2026-03-02'),
  endToEnd: fc.uniqueArray(word, { maxLength: 1 }).map((keys) => keys.sort()),
  document: fc.uniqueArray(word, { maxLength: 2 }).map((keys) => keys.sort()),
});
const lines = fc
  .tuple(fc.array(spec, { maxLength: 9 }), fc.array(spec, { maxLength: 9 }))
  .map(([a, b]) => [
    ...a.map((s, i) => book(`a${i}`, s)),
    ...b.map((s, i) => statement(`b${i}`, s)),
  ]);

const sum = (of: readonly MatchLine[], side: 'A' | 'B') =>
  of.filter((l) => l.side === side).reduce((total, l) => total + l.amountMinor, 0n);

describe('a match is a function of sets', () => {
  it('gives the same result in any order', () => {
    fc.assert(
      fc.property(
        lines.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => expect(match(bank, shuffled)).toEqual(match(bank, all)),
      ),
    );
  });

  it('puts every line into exactly one group or one break', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const { groups, breaks } = match(bank, all);
        const used = [
          ...groups.flatMap((g) => g.members.map((m) => m.line)),
          ...breaks.flatMap((b) => b.lines),
        ];
        expect(used.sort()).toEqual(all.map((l) => l.id).sort());
      }),
    );
  });

  it('conserves the amounts of both sides', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const result = match(bank, all);
        for (const currency of ['EUR', 'JPY']) {
          const of = all.filter((l) => l.currency === currency);
          for (const side of ['A', 'B'] as const) {
            const allocated = result.groups
              .filter((g) => g.currency === currency)
              .flatMap((g) => g.members)
              .reduce((total, m) => (m.side === side ? total + m.allocatedMinor : total), 0n);
            const open = result.breaks
              .filter((b) => b.currency === currency)
              .reduce((total, b) => total + (side === 'A' ? b.aMinor : b.bMinor), 0n);
            expect(allocated + open).toBe(sum(of, side));
          }
        }
      }),
    );
  });

  it('confirms across the sides only equal amounts that share a reference, an account and a currency', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const byId = new Map(all.map((l) => [l.id, l]));
        for (const { members, pass } of match(bank, all).groups) {
          if (pass === 'reversal') continue;
          const [x, y] = members.map((m) => byId.get(m.line)!);
          expect([y!.amountMinor, y!.account, y!.currency]).toEqual([
            x!.amountMinor,
            x!.account,
            x!.currency,
          ]);
          expect(x!.side).not.toBe(y!.side);
          const keys = new Set([...x!.keys.endToEnd, ...x!.keys.document]);
          expect([...y!.keys.endToEnd, ...y!.keys.document].some((key) => keys.has(key))).toBe(
            true,
          );
        }
      }),
    );
  });

  it('mirrors the result when the sides are swapped', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const plain = match(bank, all);
        const mirrored = match(bank, swapped(all));
        expect(mirrored.groups.map((g) => g.id)).toEqual(plain.groups.map((g) => g.id));
        expect(mirrored.breaks.map(mirror)).toEqual(plain.breaks.map(essence));
      }),
    );
  });

  it('lets a change of one cent surface always', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (all, pick) => {
        const before = match(bank, all);
        const confirmed = before.groups[pick % Math.max(1, before.groups.length)];
        fc.pre(confirmed !== undefined);
        const changed = confirmed!.members[0]!.line;
        const after = match(
          bank,
          all.map((l) => (l.id === changed ? { ...l, amountMinor: l.amountMinor + 1n } : l)),
        );
        expect(after.groups.map((g) => g.id)).not.toContain(confirmed!.id);
        expect(gapOf(after, confirmed!.currency)).toBe(
          gapOf(before, confirmed!.currency) + 1n * signOf(all, changed),
        );
      }),
    );
  });

  it('does not let a line of another account change a group', () => {
    fc.assert(
      fc.property(lines, spec, (all, other) => {
        const before = match(bank, all).groups.map((g) => g.id);
        const after = match(bank, [...all, statement('elsewhere', { ...other, account: 'FR9' })]);
        expect(after.groups.map((g) => g.id)).toEqual(before);
      }),
    );
  });
});

const essence = ({ id, type, lines: ids, aMinor, bMinor, nearest }: Break) => ({
  id,
  type,
  ids,
  aMinor,
  bMinor,
  nearest: nearest?.line,
});
const mirror = (b: Break) => {
  const type =
    b.type === 'UNMATCHED_A' ? 'UNMATCHED_B' : b.type === 'UNMATCHED_B' ? 'UNMATCHED_A' : b.type;
  return essence({ ...b, type, aMinor: b.bMinor, bMinor: b.aMinor });
};

/** Open A - open B of one currency: the figure a controller looks at. */
const gapOf = ({ breaks }: MatchResult, currency: string) =>
  breaks.filter((b) => b.currency === currency).reduce((gap, b) => gap + b.aMinor - b.bMinor, 0n);
const signOf = (all: readonly MatchLine[], id: string) =>
  all.find((l) => l.id === id)!.side === 'A' ? 1n : -1n;
