import fc from 'fast-check';
import { controlRegisters } from '../../projections/control-registers';
import { sodFindings } from '../../projections/sod-findings/sod-findings.projection';
import { ProjectionHarness } from '../support/projection-harness';
import { expected, history, MAPPINGS, shown, steps } from '../support/sod-histories';
import { REGISTERS } from '../support/sod-registers';
import { did } from '../support/sod-ledger';

/** Nothing is due; a control is; the review of the session is; everything is. */
const INSTANTS = [
  '0001-01-01T00:00:00.000Z',
  '2026-03-08T08:20:00.001Z',
  '2026-03-31T00:00:00.000Z',
  '2027-01-01T00:00:00.000Z',
];

describe('findings', () => {
  it('are those of an evaluation from scratch, whatever the order, the batches and the repeats of arrival', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.nat(), { minLength: 64, maxLength: 64 }),
        fc.nat(12),
        (given, shuffle, batch) => {
          const events = history(given);
          const kept = REGISTERS.filter((_, n) => shuffle[63 - n]! % 3 !== 0);
          const arriving = [...events.map((event) => [did(event)]), ...MAPPINGS, ...kept]
            .map((inputs, n) => ({ inputs, key: shuffle[n % shuffle.length]! + n }))
            .sort((a, b) => a.key - b.key)
            .flatMap(({ inputs }) => inputs);
          const rows = new ProjectionHarness([controlRegisters, sodFindings]);
          try {
            // The harness applies every batch twice and holds the rows to be the same.
            for (let at = 0; at < arriving.length; at += batch + 1)
              rows.feed(...arriving.slice(at, at + batch + 1));
            for (const now of INSTANTS) {
              const result = expected(events, rows.db, now);
              expect(shown(rows.db, now)).toEqual(result);
              for (const [, rule, , status, kind] of result as string[][])
                for (const key of [rule!, status!, kind!]) seen.set(key, (seen.get(key) ?? 0) + 1);
            }
          } finally {
            rows.close();
          }
        },
      ),
      { numRuns: 40 },
    );
    // The histories are worth judging: they break rules of every type in every way.
    const worth = [
      'static',
      'violation',
      'inconclusive',
      'mitigated',
      'P2P-01',
      'P2P-04',
      'TRE-08',
      'ADM-02',
    ];
    const others = ['ADM-04', 'ADM-05', 'DOA-01', 'DOA-02', 'DOA-03', 'DOA-04', 'DOA-05', 'DOA-07'];
    expect([...worth, ...others].filter((key) => (seen.get(key) ?? 0) === 0)).toEqual([]);
  });
});
