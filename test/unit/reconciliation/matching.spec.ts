import { match } from '../../../src/reconciliation/matching/engine';
import { type MatchResult } from '../../../src/reconciliation/matching/result';
import { bank, book, lineId, statement } from '../../support/match-lines';

const names = (ids: readonly string[], ...known: readonly string[]) =>
  ids.map((id) => known.find((name) => lineId(name) === id) ?? id).sort();
const grouped = ({ groups }: MatchResult) =>
  groups.map((g) =>
    names(
      g.members.map((m) => m.line),
      'p1',
      'p2',
      'b1',
      'b2',
      'b3',
    ),
  );
const broken = ({ breaks }: MatchResult) =>
  breaks.map((b) => [b.type, ...names(b.lines, 'p1', 'p2', 'b1', 'b2', 'b3')]).sort();

describe('matching the ledger with a bank statement', () => {
  it('confirms a pair that agrees in end-to-end id and amount and has no rival', () => {
    const result = match(bank, [
      book('p1', { minor: -1_250n, endToEnd: ['PAY1'], date: '2026-03-12' }),
      statement('b1', { minor: -1_250n, endToEnd: ['PAY1'], date: '2026-03-14' }),
    ]);
    expect(result.groups).toMatchObject([
      {
        pass: 'end-to-end',
        currency: 'EUR',
        differenceMinor: 0n,
        clearingDate: '2026-03-14',
        keys: ['PAY1'],
        interchangeable: false,
      },
    ]);
    expect(result.breaks).toEqual([]);
  });

  it('confirms by document number what has no end-to-end id', () => {
    const result = match(bank, [
      book('p1', { document: ['INV10023'] }),
      statement('b1', { document: ['INV10023', 'RF18'] }),
    ]);
    expect(result.groups).toMatchObject([{ pass: 'document', keys: ['INV10023'] }]);
  });

  it('lets a payment that names no account match on any, in a pass of its own', () => {
    const result = match(bank, [
      book('p1', { account: '', endToEnd: ['PAY1'] }),
      statement('b1', { endToEnd: ['PAY1'] }),
    ]);
    expect(result.groups).toMatchObject([{ pass: 'end-to-end-any-account' }]);
  });

  it.each([
    ['one cent', { minor: 10_001n }, 'AMOUNT_DIFFERENCE'],
    ['the sign', { minor: -10_000n }, 'AMOUNT_DIFFERENCE'],
  ])('types a pair that differs in %s', (_what, difference, type) => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'] }),
      statement('b1', { endToEnd: ['PAY1'], ...difference }),
    ]);
    expect(broken(result)).toEqual([[type, 'b1', 'p1']]);
    expect(result.breaks[0]?.failed).toMatchObject([{ predicate: 'amount', a: '100.00' }]);
  });

  it.each([
    ['account', { account: 'DE2' }],
    ['currency', { currency: 'USD' }],
  ])(
    'keeps a pair apart that differs in %s and names it as the failed predicate',
    (predicate, difference) => {
      const result = match(bank, [
        book('p1', { endToEnd: ['PAY1'] }),
        statement('b1', { endToEnd: ['PAY1'], ...difference }),
      ]);
      expect(broken(result)).toEqual([
        ['UNMATCHED_A', 'p1'],
        ['UNMATCHED_B', 'b1'],
      ]);
      const failed = result.breaks.map((b) => b.nearest?.failed.map((f) => f.predicate));
      expect(failed).toEqual([
        expect.arrayContaining([predicate]),
        expect.arrayContaining([predicate]),
      ]);
    },
  );

  it('never confirms amount and date alone, and shows the coincidence as the nearest candidate', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'] }),
      statement('b1', { endToEnd: ['OTHER'] }),
    ]);
    expect(result.groups).toEqual([]);
    expect(result.breaks.find((b) => b.type === 'UNMATCHED_A')?.nearest).toEqual({
      line: lineId('b1'),
      failed: [{ predicate: 'reference', a: 'PAY1', b: 'OTHER' }],
    });
  });

  it('takes the line of the nearest day among equal amounts, before or after', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'], date: '2026-03-20' }),
      statement('b1', { endToEnd: ['X'], date: '2026-03-19' }),
      statement('b2', { endToEnd: ['Y'], date: '2026-03-30' }),
    ]);
    expect(result.breaks.find((b) => b.type === 'UNMATCHED_A')?.nearest?.line).toBe(lineId('b1'));
  });

  it('prefers the candidate that fails fewer predicates over the one of a nearer day', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'], date: '2026-03-20' }),
      statement('b1', { endToEnd: ['PAY1'], account: 'DE2', date: '2026-03-01' }),
      statement('b2', { endToEnd: ['Y'], account: 'DE2', date: '2026-03-20' }),
    ]);
    expect(result.breaks.find((b) => b.type === 'UNMATCHED_A')?.nearest).toMatchObject({
      line: lineId('b1'),
      failed: [{ predicate: 'account', a: 'DE1', b: 'DE2' }],
    });
  });

  it('says nothing about a nearest candidate when nothing comes near', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'] }),
      statement('b1', { minor: 5n }),
    ]);
    expect(result.breaks.map((b) => b.nearest)).toEqual([undefined, undefined]);
  });

  it('pairs identical twins by date and says that they may be exchanged', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'], date: '2026-03-01' }),
      book('p2', { endToEnd: ['PAY1'], date: '2026-03-10' }),
      statement('b1', { endToEnd: ['PAY1'], date: '2026-03-11' }),
      statement('b2', { endToEnd: ['PAY1'], date: '2026-03-02' }),
    ]);
    expect(grouped(result)).toEqual(
      expect.arrayContaining([
        ['b2', 'p1'],
        ['b1', 'p2'],
      ]),
    );
    expect(result.groups.map((g) => g.interchangeable)).toEqual([true, true]);
  });

  it('reports a payment that the bank booked twice as a duplicate with all of its lines', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'] }),
      statement('b1', { endToEnd: ['PAY1'] }),
      statement('b2', { endToEnd: ['PAY1'], date: '2026-03-15' }),
    ]);
    expect(broken(result)).toEqual([['DUPLICATE', 'b1', 'b2', 'p1']]);
    expect(result.ambiguities).toMatchObject([{ reason: 'surplus-twin', countA: 1, countB: 2 }]);
    expect(result.breaks[0]).toMatchObject({ aMinor: 10_000n, bMinor: 20_000n });
  });

  it('does not choose between lines that differ in what a pass reads', () => {
    const result = match(bank, [
      book('p1', { document: ['INV1'] }),
      book('p2', { document: ['INV2'] }),
      statement('b1', { document: ['INV1', 'INV2'] }),
    ]);
    expect(broken(result)).toEqual([['AMBIGUOUS', 'b1', 'p1', 'p2']]);
    expect(result.ambiguities).toMatchObject([{ pass: 'document', reason: 'competing' }]);
  });

  it('does not pair lines of equal number that are not twins', () => {
    const result = match(bank, [
      book('p1', { document: ['INV1'] }),
      book('p2', { document: ['INV1', 'INV2'] }),
      statement('b1', { document: ['INV1'] }),
      statement('b2', { document: ['INV2'] }),
    ]);
    expect(result.groups).toEqual([]);
    expect(result.ambiguities).toMatchObject([{ reason: 'competing', countA: 2, countB: 2 }]);
  });

  it('holds ambiguous lines back from weaker passes', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'], document: ['INV1'] }),
      book('p2', { endToEnd: ['PAY1'], document: ['INV2'] }),
      statement('b1', { endToEnd: ['PAY1'], document: ['INV1'] }),
    ]);
    expect(result.groups).toEqual([]);
    expect(broken(result)).toEqual([['AMBIGUOUS', 'b1', 'p1', 'p2']]);
  });

  it('leaves several amounts under one reference to a person', () => {
    const result = match(bank, [
      book('p1', { endToEnd: ['PAY1'], minor: 300n }),
      statement('b1', { endToEnd: ['PAY1'], minor: 100n }),
      statement('b2', { endToEnd: ['PAY1'], minor: 200n }),
    ]);
    expect(result.breaks).toMatchObject([
      { type: 'AMBIGUOUS', reason: 'key-reused', aMinor: 300n, bMinor: 300n },
    ]);
  });

  it('keeps the id of a break while its lines are the same, whatever else is there', () => {
    const alone = match(bank, [book('p1')]);
    const among = match(bank, [
      book('p1'),
      statement('b1', { minor: 1n }),
      book('p2', { minor: 7n }),
    ]);
    expect(among.breaks.map((b) => b.id)).toContain(alone.breaks[0]?.id);
  });

  it('adds up each side and each pass by currency', () => {
    const { totals } = match(bank, [
      book('p1', { endToEnd: ['PAY1'], minor: -500n }),
      statement('b1', { endToEnd: ['PAY1'], minor: -500n }),
      statement('b2', { currency: 'JPY', minor: 70n }),
    ]);
    expect(totals.map((t) => t.id)).toEqual([
      'pass/end-to-end/EUR',
      'side/A/EUR',
      'side/B/EUR',
      'side/B/JPY',
    ]);
    expect(totals[3]).toMatchObject({
      lines: 1,
      amountMinor: 70n,
      allocatedMinor: 0n,
      openLines: 1,
      openMinor: 70n,
    });
  });

  it('matches what a person matched, before any pass, and keeps the difference', () => {
    const lines = [
      book('p1', { endToEnd: ['PAY1'], minor: 300n }),
      statement('b1', { endToEnd: ['PAY1'], minor: 300n }),
      statement('b2', { minor: 299n }),
    ];
    const result = match(bank, lines, { confirmed: [[lineId('p1'), lineId('b2')]], rejected: [] });
    expect(result.groups).toMatchObject([{ pass: 'person', differenceMinor: 1n }]);
    expect(broken(result)).toEqual([['UNMATCHED_B', 'b1']]);
  });

  it('does not make again what a person rejected', () => {
    const lines = [
      book('p1', { endToEnd: ['PAY1'], document: ['PAY1'] }),
      statement('b1', { endToEnd: ['PAY1'], document: ['PAY1'] }),
    ];
    const result = match(bank, lines, { confirmed: [], rejected: [[lineId('b1'), lineId('p1')]] });
    expect(result.groups).toEqual([]);
    expect(broken(result)).toEqual([['AMBIGUOUS', 'b1', 'p1']]);
  });

  it('refuses two lines of one id, ids that are no hashes and amounts beyond 64 bits', () => {
    expect(() => match(bank, [book('p1'), statement('p1')])).toThrow(RangeError);
    expect(() => match(bank, [{ ...book('p1'), id: 'not"hex' }])).toThrow(RangeError);
    expect(() => match(bank, [book('p1', { minor: 2n ** 63n })])).toThrow(RangeError);
  });
});
