import fc from 'fast-check';
import { type MatchLine } from '../../src/reconciliation/matching/line';
import { book, type LineSpec, statement } from './match-lines';

/** Few values for every field, so that ties, twins, rivals and sums that fit twice are the rule. */
const word = fc.constantFrom('R1', 'R2', 'R3', 'R4');
const some = (max: number) => fc.uniqueArray(word, { maxLength: max }).map((keys) => keys.sort());
const spec = fc.record({
  minor: fc.oneof(
    { weight: 5, arbitrary: fc.bigInt({ min: 1n, max: 7n }) },
    { weight: 1, arbitrary: fc.constantFrom(-5n, -3n, -2n, -1n) },
    { weight: 1, arbitrary: fc.constantFrom(10_000n, 10_001n, 12_000n) },
  ),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'JPY'),
  account: fc.constantFrom('DE1', 'DE1', 'DE1', 'DE1', 'DE1', 'DE2', ''),
  date: fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-05'),
  endToEnd: some(1),
  document: some(2),
  batch: fc.oneof(some(1), some(2)),
  counterparty: fc.constantFrom('C1', 'C1', 'C2', ''),
});

/** Lines of both sides; at most `max` a side. Some are drawn again, so that there are twins. */
export function adversarialLines(max: number): fc.Arbitrary<MatchLine[]> {
  const side = fc
    .tuple(fc.array(spec, { minLength: 2, maxLength: max }), fc.array(fc.nat(), { maxLength: 2 }))
    .map(([drawn, again]): LineSpec[] => [
      ...drawn,
      ...again.flatMap((n) => drawn[n % drawn.length] ?? []),
    ]);
  return fc
    .tuple(side, side)
    .map(([a, b]) => [
      ...a.map((s, i) => book(`a${i}`, s)),
      ...b.map((s, i) => statement(`b${i}`, s)),
    ]);
}
