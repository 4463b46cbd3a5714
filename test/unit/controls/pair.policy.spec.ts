import { type Cancellation, type DutyEvent } from '../../../src/controls/duty-event.policy';
import { evaluate } from '../../../src/controls/evaluate.policy';
import { type AccountPeriod } from '../../../src/controls/identity.policy';
import { DEFAULT_RULES } from '../../../src/controls/rule-set.policy';
import { standingActs } from '../../../src/controls/standing.policy';

const human = (person: string): AccountPeriod => ({ kind: 'human', person });
const ACCOUNTS: Readonly<Record<string, readonly AccountPeriod[]>> = {
  alice: [human('P-ALICE')],
  bob: [human('P-BOB')],
  'alice-erp': [human('P-ALICE')],
  // One login, handed over on the first of March.
  buyer1: [
    { ...human('P-ALICE'), to: '2026-03-01T00:00:00.000Z' },
    { ...human('P-BOB'), from: '2026-03-01T00:00:00.000Z' },
  ],
  'two-people': [human('P-ALICE'), human('P-BOB')],
  'nobody-named': [{ kind: 'human' }],
  job: [{ kind: 'service' }],
  team: [{ kind: 'shared' }],
};

let next = 0;
const act = (
  duty: string,
  account: string,
  day: number,
  more: Partial<DutyEvent> = {},
): DutyEvent => {
  next += 1;
  return {
    id: `e${String(next).padStart(6, '0')}`,
    at: `2026-03-${String(day).padStart(2, '0')}T09:00:00.000Z`,
    duties: [duty],
    object: 'PO-1',
    account,
    lineages: ['L1'],
    refs: [],
    isChange: false,
    isMaterial: true,
    ...more,
  };
};

const judged = (events: readonly DutyEvent[], cancellations: readonly Cancellation[] = []) =>
  evaluate(
    {
      events,
      cancellations,
      identities: {
        periodsOf: (account) => ACCOUNTS[account] ?? [],
        survivorOf: (person) => person,
      },
    },
    DEFAULT_RULES,
  ).map(({ rule, person, status, scope }) => [rule, person, status, scope]);

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

describe('an act that was withdrawn', () => {
  const created = act('PO-CREATE', 'bob', 1);
  const approved = act('PO-APPROVE', 'bob', 2);
  const withdrawn = (day: number): Cancellation => ({
    id: 'w',
    at: act('', '', day).at,
    cancels: approved.id,
  });

  it('is void when nothing was built on it', () => {
    expect(judged([created, approved], [withdrawn(3)])).toEqual([]);
  });

  it.each([
    ['stands when goods came in between', 3, 1],
    ['is void when goods came before it', 1, 0],
    ['is void when goods came after the withdrawal', 5, 0],
    ['stands when goods came at the moment of the withdrawal', 4, 1],
  ])('%s', (_, goodsDay, count) => {
    const goods = act('GR-POST', 'alice', goodsDay, { object: 'GR-1', id: 'goods' });
    expect(judged([created, approved, goods], [withdrawn(4)])).toHaveLength(count);
  });

  it('stands when a payment about the same vendor was sent in between', () => {
    const aboutVendor = { object: 'V1', refs: ['vendor:V1'] };
    const change = act('VEND-BANK', 'alice', 2, aboutVendor);
    const release = act('VEND-APPROVE', 'alice', 2, {
      ...aboutVendor,
      at: '2026-03-02T10:00:00.000Z',
    });
    const sent = act('PAY-EXEC', 'job', 3, {
      object: 'PAY-1',
      lineages: ['L9'],
      refs: ['vendor:V1'],
    });
    const back: Cancellation = { id: 'back', at: '2026-03-04T09:00:00.000Z', cancels: change.id };
    expect(judged([change, release, sent], [back])).toHaveLength(1);
    expect(judged([change, release], [back])).toEqual([]);
  });

  it('is judged by its first withdrawal, in whatever order two of them are known', () => {
    const goods = act('GR-POST', 'alice', 5, { object: 'GR-1' });
    const both = [{ ...withdrawn(6), id: 'w6' }, withdrawn(3)];
    expect(judged([created, approved, goods], both)).toEqual([]);
    expect(judged([created, approved, goods], both.toReversed())).toEqual([]);
  });

  it('at the moment of goods received came before them or not by event id', () => {
    const goods = (id: string) => act('GR-POST', 'alice', 2, { object: 'GR-1', id });
    expect(judged([created, approved, goods('a')], [withdrawn(4)])).toEqual([]);
    expect(judged([created, approved, goods('z')], [withdrawn(4)])).toHaveLength(1);
  });

  it('stands when it changed who may do what', () => {
    const granted = act('SIGN-MAINT', 'alice', 2);
    const cancellations = [{ id: 'back', at: '2026-03-04T09:00:00.000Z', cancels: granted.id }];
    const standing = standingActs([granted], cancellations, {
      rules: DEFAULT_RULES,
      identities: {
        periodsOf: (account) => ACCOUNTS[account] ?? [],
        survivorOf: (person) => person,
      },
      consequences: { isAny: () => false },
    });
    expect(standing).toHaveLength(1);
  });

  it('stands when it cannot be undone', () => {
    const goods = act('GR-POST', 'bob', 3, { object: 'GR-1' });
    const back: Cancellation = { id: 'back', at: '2026-03-04T09:00:00.000Z', cancels: goods.id };
    expect(judged([created, goods], [back])).toEqual([['P2P-05', 'P-BOB', 'violation', 'L1']]);
  });
});

describe('versions of a document', () => {
  const change = { isChange: true };

  it('that are approved by another person are clear, whoever approved an earlier one', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'bob', 2),
      act('PO-CREATE', 'bob', 3, change),
    ];
    expect(judged(events)).toEqual([]);
    expect(judged([...events, act('PO-APPROVE', 'bob', 4)])).toEqual([
      ['P2P-04', 'P-BOB', 'violation', 'L1'],
    ]);
  });

  it('are as the source states them', () => {
    const edited = act('PO-CREATE', 'bob', 3, { version: 7 });
    expect(judged([edited, act('PO-APPROVE', 'bob', 4, { version: 6 })])).toEqual([]);
    expect(judged([edited, act('PO-APPROVE', 'bob', 4, { version: 7 })])).toHaveLength(1);
  });

  it('are not made by a change that touches nothing that matters', () => {
    const touched = act('PO-CREATE', 'bob', 3, { ...change, isMaterial: false });
    expect(judged([act('PO-CREATE', 'alice', 1), touched, act('PO-APPROVE', 'bob', 4)])).toEqual(
      [],
    );
  });

  it('do not heal a self-approval that goods were received against', () => {
    const events = [
      act('PO-CREATE', 'bob', 1),
      act('PO-APPROVE', 'bob', 2),
      act('PO-CREATE', 'alice', 4, change),
    ];
    const goods = act('GR-POST', 'alice', 3, { object: 'GR-1' });
    expect(judged(events)).toEqual([]);
    expect(judged([...events, goods])).toContainEqual(['P2P-04', 'P-BOB', 'violation', 'L1']);
  });

  it('approved earlier and relied on do not make their approver a preparer of what he edits later', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'bob', 2),
      act('PO-CREATE', 'bob', 4, change),
    ];
    expect(judged([...events, act('GR-POST', 'job', 3, { object: 'GR-1' })])).toEqual([]);
  });

  it('are not relied on by a payment on another chain about the same vendor', () => {
    const vendor = { refs: ['vendor:V1'] };
    const events = [
      act('PO-CREATE', 'bob', 1, vendor),
      act('PO-APPROVE', 'bob', 2, vendor),
      act('PO-CREATE', 'alice', 4, change),
    ];
    const sent = act('PAY-EXEC', 'job', 3, { object: 'PAY-1', lineages: ['L9'], ...vendor });
    expect(judged([...events, sent])).toEqual([]);
  });

  it('are not set by what an approval states', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'alice-erp', 2, { version: 3 }),
    ];
    const edited = [
      act('PO-CREATE', 'bob', 3, change),
      act('PO-APPROVE', 'bob', 4, { version: 2 }),
    ];
    expect(judged([...events, ...edited])).toContainEqual(['P2P-04', 'P-BOB', 'violation', 'L1']);
  });

  it('of two documents do not meet', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'alice', 2, { object: 'PO-2' }),
    ];
    expect(judged(events)).toEqual([]);
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
