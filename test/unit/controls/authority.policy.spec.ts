import { eur, judgedCase, step, type Given } from '../../support/sod-case';

const LIMITS = [
  { person: 'P-BOB', duty: 'PO-APPROVE', limit: '10000.00' },
  { person: 'P-CAROL', duty: 'PO-APPROVE', limit: '100000.00' },
];
const order = (amount: string, more: Given = {}) =>
  step('PO-CREATE', 'alice', 2, { ...eur(amount), ...more });
const approvedBy = (account: string, more: Given = {}) => step('PO-APPROVE', account, 3, more);
const mandate = (more: Given = {}) => ({
  id: 'D1',
  from_person: 'P-CAROL',
  to_person: 'P-BOB',
  duties: ['PO-APPROVE'],
  from: '2026-03-01T00:00:00Z',
  to: '2026-04-01T00:00:00Z',
  ...more,
});
const forCarol = { onBehalfOf: 'carol' };

describe('an approval and the authority of whoever gave it', () => {
  it('includes the limit itself and not a cent more', () => {
    const events = (amount: string) => [order(amount), approvedBy('bob')];
    expect(judgedCase({ doa: LIMITS, events: events('10000.00') })).toEqual([]);
    expect(judgedCase({ doa: LIMITS, events: events('10000.01') })).toEqual([
      'DOA-01 P-BOB violation over_limit',
    ]);
  });

  it('is none when the table names the duty and not the person', () => {
    expect(judgedCase({ doa: LIMITS, events: [order('1.00'), approvedBy('erin')] })).toEqual([
      'DOA-01 P-ERIN violation no_authority',
    ]);
  });

  it('is not asked for before a table begins, and lapses when an entry ends', () => {
    const from = [{ ...LIMITS[0], from: '2026-03-04' }];
    expect(judgedCase({ doa: from, events: [order('99999.00'), approvedBy('bob')] })).toEqual([]);
    const ended = [{ ...LIMITS[0], to: '2026-03-02' }];
    expect(judgedCase({ doa: ended, events: [order('1.00'), approvedBy('bob')] })).toEqual([
      'DOA-01 P-BOB violation no_authority',
    ]);
  });

  it('is the highest of several entries, and those of other legal entities do not count', () => {
    const more = { person: 'P-BOB', duty: 'PO-APPROVE', limit: '50000.00' };
    const events = [order('20000.00'), approvedBy('bob')];
    expect(judgedCase({ doa: [...LIMITS, more], events })).toEqual([]);
    expect(judgedCase({ doa: [...LIMITS, { ...more, entity: 'E-US' }], events })).toEqual([
      'DOA-01 P-BOB violation over_limit',
    ]);
  });

  it('is that of the principal, lowered by the cap of the delegation', () => {
    const events = [order('20000.00'), approvedBy('bob', forCarol)];
    expect(judgedCase({ doa: LIMITS, delegations: [mandate()], events })).toEqual([]);
    const capped = [mandate({ cap: '19999.99' })];
    expect(judgedCase({ doa: LIMITS, delegations: capped, events })).toEqual([
      'DOA-01 P-BOB violation over_limit',
    ]);
  });

  it('cannot be told without the rate of that date, or of somebody unknown', () => {
    const dollars = order('1.00', { amount: { amount: '1.00', currency: 'USD' } });
    const fx = [{ date: '2026-03-01', from: 'USD', to: 'EUR', rate: '0.9' }];
    expect(judgedCase({ doa: LIMITS, fx, events: [dollars, approvedBy('bob')] })).toEqual([
      'DOA-01 P-BOB inconclusive missing_rate',
    ]);
    expect(judgedCase({ doa: LIMITS, events: [order('1.00'), approvedBy('ghost')] })).toEqual([
      'P2P-04 - inconclusive unresolved_actor',
      'DOA-01 - inconclusive unresolved_actor',
    ]);
  });
});

describe('an act on behalf of somebody', () => {
  const reasonWith = (delegations: readonly Given[]) =>
    judgedCase({ delegations, events: [order('1.00'), approvedBy('bob', forCarol)] });
  const faulty = (reason: string) => [`DOA-03 P-BOB violation ${reason}`];

  it('needs a delegation that covers it', () => {
    expect(reasonWith([])).toEqual(faulty('none'));
    expect(reasonWith([mandate({ entity: 'E-US' })])).toEqual(faulty('wrong_entity'));
    expect(reasonWith([mandate({ duties: ['REQ-APPROVE'] })])).toEqual(faulty('wrong_duty'));
    expect(reasonWith([mandate({ revokedAt: '2026-03-03T09:00:00Z' })])).toEqual(faulty('revoked'));
    expect(reasonWith([mandate({ basedOn: 'D0' })])).toEqual(faulty('sub_delegation'));
    expect(reasonWith([mandate({ entity: 'E-DE' })])).toEqual([]);
  });

  it('is covered from the first instant to the last before the end', () => {
    expect(reasonWith([mandate({ from: '2026-03-03T09:00:00Z' })])).toEqual([]);
    expect(reasonWith([mandate({ from: '2026-03-03T09:00:00.001Z' })])).toEqual(
      faulty('not_in_force'),
    );
    expect(reasonWith([mandate({ to: '2026-03-03T09:00:00Z' })])).toEqual(faulty('not_in_force'));
  });

  it('is judged by the delegation that covers it, whatever others say', () => {
    expect(reasonWith([mandate({ id: 'D0', basedOn: 'X' }), mandate()])).toEqual([]);
  });
});

describe('an approval of what a superior prepared', () => {
  const people = [
    { id: 'P-BOB', manager: 'P-DAVE' },
    { id: 'P-DAVE', manager: 'P-ALICE' },
  ];

  it('is found up the whole chain of management, and not downwards', () => {
    expect(judgedCase({ people, events: [order('1.00'), approvedBy('bob')] })).toEqual([
      'DOA-07 P-BOB violation subordinate',
    ]);
    const down = [step('PO-CREATE', 'bob', 2), approvedBy('alice')];
    expect(judgedCase({ people, events: down })).toEqual([]);
  });

  it('asks who the manager was then', () => {
    const left = [{ id: 'P-BOB', manager: 'P-ALICE', managerTo: '2026-03-03T09:00:00Z' }];
    expect(judgedCase({ people: left, events: [order('1.00'), approvedBy('bob')] })).toEqual([]);
  });
});

describe('an account behind which nobody stands', () => {
  const policy = (more: Given = {}) => ({
    id: 'AP-1',
    duties: ['PO-APPROVE'],
    limit: '500.00',
    from: '2026-01-01T00:00:00Z',
    ...more,
  });
  const byJob = (amount: string, policies: readonly Given[]) =>
    judgedCase({
      autoApprovalPolicies: policies,
      events: [order(amount), approvedBy('job', { autoApprovalPolicy: 'AP-1' })],
    });

  it('is a shared account whatever it does, unless the source says who used it', () => {
    expect(judgedCase({ events: [step('GR-POST', 'team', 2)] })).toEqual([
      'ADM-04 - violation shared_account',
    ]);
    expect(judgedCase({ events: [step('GR-POST', 'team', 2, { initiatedBy: 'bob' })] })).toEqual(
      [],
    );
  });

  it('is a service account that approves beyond its mandate', () => {
    expect(byJob('500.00', [policy()])).toEqual([]);
    expect(byJob('500.01', [policy()])).toEqual(['ADM-05 - violation above_policy_limit']);
    expect(byJob('1.00', [])).toEqual(['ADM-05 - violation no_policy']);
    expect(byJob('1.00', [policy({ to: '2026-03-03T09:00:00Z' })])).toEqual([
      'ADM-05 - violation no_policy',
    ]);
    expect(byJob('1.00', [policy({ duties: ['REQ-APPROVE'] })])).toEqual([
      'ADM-05 - violation wrong_duty',
    ]);
    expect(
      judgedCase({
        autoApprovalPolicies: [policy()],
        events: [step('PO-CREATE', 'alice', 2), approvedBy('job', { autoApprovalPolicy: 'AP-1' })],
      }),
    ).toEqual(['ADM-05 - violation no_amount']);
  });

  it('is not a service account that only posts', () => {
    expect(judgedCase({ events: [step('GR-POST', 'job', 2)] })).toEqual([]);
  });
});
