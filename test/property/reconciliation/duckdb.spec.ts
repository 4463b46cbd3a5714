import * as fc from 'fast-check';
import { type MatchPass } from '../../../src/reconciliation/matching/definition.policy';
import { match } from '../../../src/reconciliation/matching/engine';
import { adversarialLines } from '../../support/adversarial-lines';
import { duckdbOracle, engineHash } from '../../support/duckdb-oracle';
import { generate } from '../../support/match-generator';
import { passes as known, treasury, withPasses } from '../../support/match-passes';

const inSql = (passes: readonly MatchPass[]) =>
  withPasses(passes.filter(({ sums }) => sums?.kind !== 'subset'));

describe('the passes in SQL', () => {
  it.each([
    [1, 0, 0],
    [2, 50, 10],
    [3, 200, 50],
  ])("give the engine's hash of a generated month, seed %i", async (seed, noise, ambiguity) => {
    const { lines } = generate({ seed, transactions: 1_500, noise, ambiguity });
    const definition = inSql(treasury.passes);
    const result = match(definition, lines);
    const { sha256, groups, ambiguities } = await duckdbOracle(definition, lines);
    expect({ groups, ambiguities }).toEqual({
      groups: result.groups.length,
      ambiguities: result.ambiguities.length,
    });
    expect(groups).toBeGreaterThan(1_000);
    expect(sha256).toBe(engineHash(result));
  });

  it('tell one changed cent', async () => {
    const { lines } = generate({ seed: 4, transactions: 300, noise: 50, ambiguity: 10 });
    const definition = inSql(treasury.passes);
    const result = match(definition, lines);
    const used = result.groups[0]!.members[0]!.line;
    const changed = lines.map((line) =>
      line.id === used ? { ...line, amountMinor: line.amountMinor + 1n } : line,
    );
    expect((await duckdbOracle(definition, changed)).sha256).not.toBe(engineHash(result));
  });

  it("give the engine's hash of adversarial lines, whichever passes run in whichever order", async () => {
    const chosen = fc
      .shuffledSubarray([...inSql(known).passes], { minLength: 1, maxLength: 5 })
      .map(inSql);
    await fc.assert(
      fc.asyncProperty(chosen, adversarialLines(8), async (definition, lines) => {
        const { sha256 } = await duckdbOracle(definition, lines, 1);
        expect(sha256).toBe(engineHash(match(definition, lines)));
      }),
      { numRuns: 15 },
    );
  });
});
