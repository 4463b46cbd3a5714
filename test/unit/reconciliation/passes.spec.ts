import { type MatchPass } from '../../../src/reconciliation/matching/definition.policy';
import { match } from '../../../src/reconciliation/matching/engine';
import { explainGroup } from '../../../src/reconciliation/matching/explain.policy';
import { type MatchLine } from '../../../src/reconciliation/matching/line';
import { type MatchGroup } from '../../../src/reconciliation/matching/result';
import { formatMinor } from '../../../src/kernel/money';
import { chancePpm, searchSubsets } from '../../../src/reconciliation/matching/subset-search';
import { book, lineId, statement } from '../../support/match-lines';
import { passes, withPasses } from '../../support/match-passes';

const named = (id: string): MatchPass => passes.find((pass) => pass.id === id)!;
const run = (id: string, lines: readonly MatchLine[]) => match(withPasses([named(id)]), lines);
const party = { counterparty: 'C1' };

/** The sentence of a group, as the board would make it. */
function sentence(pass: MatchPass, group: MatchGroup, lines: readonly MatchLine[]): string {
  const difference = formatMinor(group.differenceMinor, group.currency);
  const members = group.members.map(({ line }) => lines.find(({ id }) => id === line)!);
  const shown = members
    .map((l) => ({ ...l, label: 'x' }))
    .sort((x, y) => (x.side < y.side ? -1 : 1));
  return explainGroup({ ...group, difference, lines: shown }, withPasses([pass]));
}

describe('passes beyond exact pairs', () => {
  it('keep a pair within tolerance with its difference, and say what was allowed', () => {
    const lines = [
      book('p1', { endToEnd: ['R1'], minor: 10_001n }),
      statement('b1', { endToEnd: ['R1'], minor: 10_000n, date: '2026-03-15' }),
    ];
    const [group] = run('cents', lines).groups;
    expect(group).toMatchObject({ differenceMinor: 1n });
    expect(sentence(named('cents'), group!, lines)).toContain(
      'Same account and currency; difference EUR 0.01, allowed EUR 0.01; references equal after normalising (R1); ' +
        'bank 1 day after book, allowed -1 to 3.',
    );
  });

  it('take a tolerance of nothing for nothing', () => {
    const zero = { ...named('cents'), tolerance: { absolute: { EUR: '0.00' } } };
    const lines = [
      book('p1', { endToEnd: ['R1'], minor: 1n }),
      statement('b1', { endToEnd: ['R1'], minor: 2n }),
    ];
    expect(match(withPasses([zero]), lines).groups).toEqual([]);
    expect(
      run(
        'cents',
        lines.map((l) => ({ ...l, currency: 'KWD' })),
      ).groups,
    ).toEqual([]);
  });

  it('type a pair whose date alone is outside the window', () => {
    const { breaks } = run('window', [
      book('p1', { endToEnd: ['R1'], date: '2026-03-01' }),
      statement('b1', { endToEnd: ['R1'], date: '2026-03-09' }),
    ]);
    expect(breaks).toMatchObject([
      {
        type: 'DATE_OUT_OF_WINDOW',
        failed: [{ predicate: 'date', a: '2026-03-01', b: '2026-03-09' }],
      },
    ]);
  });

  it('add up all lines of an id on both sides', () => {
    const lines = [
      book('p1', { batch: ['RUN7'], minor: 300n }),
      book('p2', { batch: ['RUN7'], minor: 200n }),
      statement('b1', { batch: ['RUN7'], minor: 500n }),
    ];
    const [group] = run('carried', lines).groups;
    expect(group?.keys).toEqual(['RUN7']);
    expect(sentence(named('carried'), group!, lines)).toContain(
      '2 book lines of EUR 5.00 against 1 bank line of EUR 5.00. All lines that carry the id, on both sides.',
    );
    const short = run('carried', [...lines, book('p3', { batch: ['RUN7'], minor: 1n })]);
    expect(short.breaks).toMatchObject([
      { type: 'SPLIT_INCOMPLETE', failed: [{ predicate: 'amount', a: '5.01', b: '5.00' }] },
    ]);
  });

  it('do not trust an id that is used again a month later', () => {
    const { ambiguities } = run('carried-close', [
      book('p1', { batch: ['RUN7'], minor: 300n }),
      statement('b1', { batch: ['RUN7'], minor: 300n, date: '2026-04-14' }),
    ]);
    expect(ambiguities).toMatchObject([{ reason: 'key-reused' }]);
  });

  it('explain one line by a whole day of its counterparty', () => {
    const lines = [
      book('p1', { ...party, minor: 700n, date: '2026-03-14' }),
      statement('b1', { ...party, minor: 300n, date: '2026-03-15' }),
      statement('b2', { ...party, minor: 400n, date: '2026-03-15' }),
      statement('b3', { ...party, minor: 999n, date: '2026-03-16' }),
    ];
    const [group] = run('bucket-of-day', lines).groups;
    expect(group?.members).toHaveLength(3);
    expect(sentence(named('bucket-of-day'), group!, lines)).toContain(
      'All 2 bank lines of the bucket;',
    );
  });

  it('show the chance behind a sum, and only suggest one that chance would find', () => {
    const amounts = [1_000_003n, 2_000_207n, 31_337n, 900_000n, 77_777n];
    const lines = [
      book('p1', { ...party, minor: 1_031_340n }),
      ...amounts.map((minor, i) => statement(`b${i}`, { ...party, minor })),
    ];
    const strict = (chancePpmMax: number): MatchPass => ({
      ...named('subset'),
      sums: { kind: 'subset', poolMax: 20, sizeMax: 4, chancePpmMax },
    });
    const [group] = match(withPasses([strict(10_000)]), lines).groups;
    expect(group?.members).toHaveLength(3);
    expect(group?.facts).toEqual({ pool: 5, chancePpm: chancePpm(amounts, 4) });
    expect(sentence(strict(10_000), group!, lines)).toContain(
      `among 5 bank lines: a second one was searched and not found. Expected by chance: ${group!.facts!.chancePpm} in a million.`,
    );
    const weak = match(withPasses([strict(1)]), lines);
    expect(weak.groups).toEqual([]);
    expect(weak.suggestions.map((s) => s.id)).toEqual([group!.id]);
  });

  it('find the exact split that a greedy choice would miss', () => {
    const { groups } = run('subset', [
      book('p1', { ...party, minor: 10n }),
      ...[9n, 6n, 4n].map((minor, i) => statement(`b${i}`, { ...party, minor })),
    ]);
    expect(groups[0]?.members.map((m) => m.allocatedMinor).sort()).toEqual([10n, 4n, 6n]);
  });

  it('clear a line with its reversal on one side', () => {
    const { groups } = run('reversal', [
      statement('b1', { document: ['R1'], minor: 500n }),
      statement('b2', { document: ['R1'], minor: -500n }),
    ]);
    expect(groups).toMatchObject([{ differenceMinor: 0n, keys: ['R1'] }]);
  });

  it('leave a bucket with too many candidates open as a whole', () => {
    const lines = Array.from({ length: 40 }, (_, i) => [
      book(`p${i}`, { ...party, date: `2026-03-${String(1 + (i % 2)).padStart(2, '0')}` }),
      statement(`b${i}`, { ...party, date: '2026-03-02' }),
    ]).flat();
    const { groups, ambiguities } = run('party', lines);
    expect(groups).toEqual([]);
    expect(ambiguities).toMatchObject([{ reason: 'bucket-too-big', countA: 40, countB: 40 }]);
  });

  it('leave to a later pass what this one passes on, and report it if none settles it', () => {
    const on: MatchPass = { ...named('exact'), ambiguous: 'pass-on' };
    const lines = [
      book('p1', { endToEnd: ['R1'], document: ['D1'] }),
      statement('b1', { endToEnd: ['R1'], document: ['D1'] }),
      statement('b2', { endToEnd: ['R1'] }),
    ];
    expect(match(withPasses([on, named('document')]), lines).groups).toHaveLength(1);
    expect(match(withPasses([named('exact'), named('document')]), lines).groups).toEqual([]);
    const unsettled = match(withPasses([on]), lines);
    expect(unsettled.ambiguities[0]).toMatchObject({
      reason: 'competing',
      candidates: expect.arrayContaining([[lineId('p1'), lineId('b2')]]),
    });
  });

  it('suggest what agrees in amount and date alone, and leave the lines open', () => {
    const hint: MatchPass = {
      ...named('exact'),
      key: 'none',
      outcome: 'suggest',
      days: { from: 0, to: 2 },
    };
    const { groups, suggestions, breaks } = match(withPasses([hint]), [
      book('p1'),
      statement('b1'),
    ]);
    expect([groups.length, suggestions.length, breaks.length]).toEqual([0, 1, 2]);
  });
});

describe('the search for sums', () => {
  const singles = (...amounts: number[]) => amounts.map((n) => ({ amount: BigInt(n), count: 1 }));

  it('counts every solution, negative lines included', () => {
    expect(searchSubsets(singles(5, 3, 2, -2), 5n, 4)).toMatchObject({
      outcome: 'found',
      solutions: 2,
    });
    expect(searchSubsets(singles(5, 9), 5n, 4)).toMatchObject({ outcome: 'none' });
  });

  it('counts a swap of twins once', () => {
    expect(searchSubsets([{ amount: 3n, count: 3 }], 6n, 4)).toMatchObject({
      solutions: 1,
      used: [2],
    });
  });

  it('ends after a counted number of steps', () => {
    const pool = Array.from({ length: 30 }, (_, i) => 1_000_000 + 7_919 * i);
    expect(searchSubsets(singles(...pool), 8_000_001n, 8).outcome).toBe('exhausted');
  });

  it('does not search what a double cannot add exactly', () => {
    const huge = 2n ** 53n;
    const classes = [
      { amount: huge, count: 1 },
      { amount: 1n, count: 1 },
    ];
    expect(searchSubsets(classes, huge + 1n, 4).outcome).toBe('none');
  });

  // C(4,2) / (70 - 30 + 1) + C(4,3) / (90 - 60 + 1) + C(4,4) / (100 + 1), in parts per million, each rounded down
  it('states how many sums chance would find', () =>
    expect(chancePpm([10n, 20n, 30n, 40n], 4)).toBe(146_341 + 129_032 + 9_900));
});
