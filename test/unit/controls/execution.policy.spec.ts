import { eur, judgedCase, step, type Given } from '../../support/sod-case';

const issue = (day: number) => step('PO-ISSUE', 'erin', day);
const created = (day: number, version = 1) => step('PO-CREATE', 'alice', day, { version });
const approved = (day: number, version = 1) => step('PO-APPROVE', 'bob', day, { version });
const unapproved = (reason: string) => [`DOA-05 P-ERIN violation ${reason}`];

describe('what executes has an effective approval of that version', () => {
  it('given before, at the latest in the same instant by event id', () => {
    expect(judgedCase({ events: [created(2), approved(3), issue(4)] })).toEqual([]);
    expect(judgedCase({ events: [created(2), approved(4), issue(4)] })).toEqual([]);
    expect(judgedCase({ events: [created(2), issue(4), approved(4)] })).toEqual(
      unapproved('retroactive'),
    );
    expect(judgedCase({ events: [created(2), issue(4)] })).toEqual(unapproved('none'));
  });

  it('of the current version: neither of an older nor of one that comes later', () => {
    const changed = [created(2), approved(3), created(4, 2)];
    expect(judgedCase({ events: [...changed, issue(5)] })).toEqual(unapproved('superseded'));
    expect(judgedCase({ events: [...changed, approved(5, 2), issue(6)] })).toEqual([]);
    expect(judgedCase({ events: [created(2), approved(3), issue(4), created(5, 2)] })).toEqual([]);
  });

  it('and not withdrawn by then', () => {
    const given = approved(3);
    const withdrawn = (day: number) => step('PO-APPROVE', 'bob', day, { cancels: given['seq'] });
    expect(judgedCase({ events: [created(2), given, withdrawn(4), issue(5)] })).toEqual(
      unapproved('revoked'),
    );
    expect(judgedCase({ events: [created(2), given, withdrawn(6), issue(5)] })).toEqual([]);
  });

  it('and by somebody known, when it was on behalf of another', () => {
    const forGhost = step('PO-APPROVE', 'bob', 3, { onBehalfOf: 'ghost' });
    expect(judgedCase({ events: [created(2), forGhost, issue(4)] })).toContain(
      'DOA-05 P-ERIN inconclusive unresolved_actor',
    );
  });
});

describe('a large disbursement', () => {
  const on = { object: 'PAY-1' };
  const proposed = (amount: string) => step('PAY-PROPOSE', 'alice', 2, { ...on, ...eur(amount) });
  const released = (account: string, more: Given = {}) =>
    step('PAY-RELEASE', account, 3, { ...on, ...more });
  const sent = () => step('PAY-EXEC', 'job', 4, on);
  const judgedPay = (amount: string, ...releases: readonly Given[]) =>
    judgedCase({ events: [proposed(amount), ...releases, sent()] }).filter((line) =>
      line.startsWith('DOA-02'),
    );

  it('needs two persons above the threshold, one at it', () => {
    expect(judgedPay('50000.00', released('bob'))).toEqual([]);
    expect(judgedPay('50000.01', released('bob'))).toEqual(['DOA-02 - violation distinct=1']);
    expect(judgedPay('50000.01', released('bob'), released('carol'))).toEqual([]);
    expect(judgedPay('50000.01', released('bob'), released('bob'))).toEqual([
      'DOA-02 - violation distinct=1',
    ]);
  });

  it('finds two independent ones among approvals that overlap', () => {
    const delegations = [
      {
        id: 'D',
        from_person: 'P-CAROL',
        to_person: 'P-BOB',
        duties: ['PAY-RELEASE'],
        from: '2026-03-01T00:00:00Z',
      },
    ];
    const events = [
      proposed('60000.00'),
      released('bob', { onBehalfOf: 'carol' }),
      released('bob'),
      released('carol'),
      sent(),
    ];
    expect(judgedCase({ delegations, events }).filter((l) => l.startsWith('DOA-02'))).toEqual([]);
  });

  it('is open while an unknown approver could make up the number', () => {
    expect(judgedPay('60000.00', released('bob'), released('ghost'))).toEqual([
      'DOA-02 - inconclusive unresolved_actor',
    ]);
    expect(judgedPay('60000.00', released('ghost'))).toEqual(['DOA-02 - violation distinct=0']);
  });

  it('counts no job without a person, and nothing given after the money went', () => {
    expect(judgedPay('60000.00', released('bob'), released('job'))).toEqual([
      'DOA-02 - violation distinct=1',
    ]);
    const late = step('PAY-RELEASE', 'carol', 5, on);
    const events = [proposed('60000.00'), released('bob'), sent(), late];
    expect(judgedCase({ events })).toContain('DOA-02 - violation distinct=1');
  });
});

describe('orders below a tier', () => {
  const order = (n: number, day: number, amount: string, vendor = 'V1') =>
    step('PO-CREATE', 'alice', day, {
      object: `PO-${n}`,
      lineage: `L${n}`,
      refs: { vendor },
      ...eur(amount),
    });
  const SPLIT = 'DOA-04 P-ALICE violation tier 10000.00';

  it('are a split when together they pass it within a week', () => {
    expect(judgedCase({ events: [order(1, 2, '5000.00'), order(2, 9, '5000.01')] })).toEqual([
      SPLIT,
    ]);
    expect(judgedCase({ events: [order(1, 2, '5000.00'), order(2, 9, '5000.00')] })).toEqual([]);
    expect(judgedCase({ events: [order(1, 2, '5000.00'), order(2, 10, '5000.01')] })).toEqual([]);
  });

  it('are none for two payees, unless one bank account is behind both', () => {
    const events = [order(1, 2, '6000.00', 'V1'), order(2, 3, '6000.00', 'V2')];
    expect(judgedCase({ events })).toEqual([]);
    const vendors = [
      { id: 'V1', bankAccount: 'DE1' },
      { id: 'V2', vendorGroup: 'G' },
      { id: 'V3', bankAccount: 'DE1', vendorGroup: 'G' },
    ];
    expect(judgedCase({ events, vendors })).toEqual([SPLIT]);
  });

  it('count once when an order is only raised', () => {
    const raised = [order(1, 2, '6000.00'), { ...order(1, 3, '9000.00'), version: 2 }];
    expect(judgedCase({ events: raised })).toEqual([]);
  });

  it('are open when a rate is missing', () => {
    const dollars = { amount: { amount: '9000.00', currency: 'USD' } };
    expect(
      judgedCase({ events: [order(1, 2, '6000.00'), { ...order(2, 3, '1.00'), ...dollars }] }),
    ).toEqual(['DOA-04 P-ALICE inconclusive missing_rate']);
  });

  it('show the next tier when the lowest was approved for the sum', () => {
    const doa = [{ person: 'P-BOB', duty: 'PO-APPROVE', limit: '12000.00' }];
    const small = [order(1, 2, '6000.00'), order(2, 2, '6000.00')];
    const large = [order(3, 2, '95000.00')];
    const approvals = [1, 2].map((n) =>
      step('PO-APPROVE', 'bob', 3, { object: `PO-${n}`, lineage: `L${n}` }),
    );
    expect(judgedCase({ doa, events: [...small, ...approvals] })).toEqual([]);
    expect(judgedCase({ doa, events: [...small, ...approvals, ...large] })).toEqual([
      'DOA-04 P-ALICE violation tier 100000.00',
    ]);
  });
});
