import { act, judged } from '../../support/duty-events';

const VIOLATION = ['P2P-04', 'P-ALICE', 'violation', 'L1'];
const OPEN = ['P2P-04', null, 'inconclusive', 'L1'];

describe('one person on both sides of a rule', () => {
  it('is found under two accounts', () => {
    expect(judged([act('PO-CREATE', 'alice', 2), act('PO-APPROVE', 'alice-erp', 3)])).toEqual([
      VIOLATION,
    ]);
  });

  it('is not the next holder of a handed-over account', () => {
    const february = { at: '2026-02-20T09:00:00.000Z' };
    expect(
      judged([act('PO-CREATE', 'buyer1', 1, february), act('PO-APPROVE', 'buyer1', 2)]),
    ).toEqual([]);
    expect(judged([act('PO-CREATE', 'bob', 1), act('PO-APPROVE', 'buyer1', 2)])).toHaveLength(1);
  });

  it('changes hands at the very instant', () => {
    const at = (instant: string) => [
      act('PO-CREATE', 'alice', 2),
      act('PO-APPROVE', 'buyer1', 3, { at: instant }),
    ];
    expect(judged(at('2026-02-28T23:59:59.999Z'))).toEqual([VIOLATION]);
    expect(judged(at('2026-03-01T00:00:00.000Z'))).toEqual([]);
  });

  it('is not found on two chains', () => {
    const other = { lineages: ['L2'] };
    expect(judged([act('PO-CREATE', 'alice', 2), act('GR-POST', 'alice', 3, other)])).toEqual([]);
  });

  it('is one finding on the first of several chains that both acts share', () => {
    const both = { lineages: ['L1', 'L2'], object: 'PAY-1' };
    const events = [act('PAY-PROPOSE', 'alice', 2, both), act('PAY-RELEASE', 'alice', 3, both)];
    expect(judged(events)).toEqual([['P2P-10', 'P-ALICE', 'violation', 'L1']]);
  });

  it('is the principal as well as the performer', () => {
    const forAlice = { onBehalfOf: 'alice' };
    expect(judged([act('PO-CREATE', 'alice', 2), act('PO-APPROVE', 'bob', 3, forAlice)])).toEqual([
      VIOLATION,
    ]);
  });

  it('is whoever started both jobs', () => {
    const byAlice = { initiatedBy: 'alice' };
    const events = [act('PO-CREATE', 'job', 2, byAlice), act('PO-APPROVE', 'team', 3, byAlice)];
    expect(judged(events)).toEqual([VIOLATION]);
  });
});

describe('somebody unknown', () => {
  it.each(['ghost', 'two-people', 'nobody-named', 'team'])('%s leaves the pair open', (account) => {
    expect(judged([act('PO-CREATE', 'alice', 2), act('PO-APPROVE', account, 3)])).toEqual([OPEN]);
  });

  it('leaves the pair open though one account did both: two people may share it', () => {
    expect(judged([act('PO-CREATE', 'ghost', 2), act('PO-APPROVE', 'ghost', 3)])).toEqual([OPEN]);
  });

  it('as principal leaves the pair open, unless a person known on both sides breaks it', () => {
    const forGhost = { onBehalfOf: 'ghost' };
    expect(judged([act('PO-CREATE', 'alice', 2), act('PO-APPROVE', 'bob', 3, forGhost)])).toEqual([
      OPEN,
    ]);
    expect(judged([act('PO-CREATE', 'alice', 2), act('PO-APPROVE', 'alice', 3, forGhost)])).toEqual(
      [VIOLATION],
    );
  });

  it('as initiator leaves the pair open', () => {
    const events = [
      act('PO-CREATE', 'alice', 2),
      act('PO-APPROVE', 'job', 3, { initiatedBy: 'ghost' }),
    ];
    expect(judged(events)).toEqual([OPEN]);
  });

  it('conflicts with nobody where a job acted that nobody started', () => {
    expect(judged([act('PO-CREATE', 'job', 2), act('PO-APPROVE', 'ghost', 3)])).toEqual([]);
  });

  it('makes one finding for a rule and a chain', () => {
    const events = [1, 2, 3].map((n) => act('GR-POST', `ghost${n}`, 3, { object: `GR-${n}` }));
    const [found, ...others] = judged([act('PO-CREATE', 'alice', 2), ...events]);
    expect(found).toEqual(['P2P-05', null, 'inconclusive', 'L1']);
    expect(others).toEqual([]);
  });
});

it('judges ten thousand acts on one chain without comparing each with each', () => {
  const many = Array.from({ length: 5_000 }, (_, n) => [
    act('INV-ENTER', n % 2 === 0 ? 'alice' : 'ghost', 2, { object: `INV-${n}` }),
    act('INV-APPROVE', 'bob', 3, { object: `INV-${n}` }),
  ]).flat();
  const startedMs = performance.now();
  expect(judged(many)).toEqual([['P2P-09', null, 'inconclusive', 'L1']]);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
