import { findingsOf, judgedCase, step, type Given } from '../../support/sod-case';

const CONFLICT = [step('PO-CREATE', 'alice', 2), step('GR-POST', 'alice', 3, { object: 'GR-1' })];
const exception = (more: Given = {}) => ({
  id: 'X-1',
  rule: 'P2P-05',
  person: 'P-ALICE',
  approvedBy: 'P-CAROL',
  approvedAt: '2026-02-01T00:00:00Z',
  compensatingControl: 'Independent receipt confirmation',
  from: '2026-02-01T00:00:00Z',
  to: '2026-04-30T00:00:00Z',
  ...more,
});
const judgedWith = (...exceptions: readonly Given[]) =>
  judgedCase({ exceptions, events: CONFLICT });
const stays = (reason: string) => [`P2P-05 P-ALICE violation ${reason}`];

describe('an exception', () => {
  it('mitigates, and names itself', () => {
    expect(judgedWith(exception())).toEqual(['P2P-05 P-ALICE mitigated X-1']);
  });

  it('does not lift what it does not cover', () => {
    expect(judgedWith(exception({ to: '2026-03-03T09:00:00Z' }))).toEqual(stays('not_in_force'));
    expect(judgedWith(exception({ approvedAt: '2026-03-03T09:00:00.001Z' }))).toEqual(
      stays('retroactive'),
    );
    expect(judgedWith(exception({ approvedBy: 'P-ALICE' }))).toEqual(stays('self_approved'));
    expect(judgedWith(exception({ to: '2026-05-02T00:00:00.001Z' }))).toEqual(stays('too_long'));
    expect(judgedWith(exception({ scope: { vendor: 'V9' } }))).toEqual(stays('out_of_scope'));
    expect(judgedWith(exception({ compensatingControl: null }))).toEqual(
      stays('no_compensating_control'),
    );
    expect(judgedWith(exception({ person: 'P-BOB' }))).toEqual(['P2P-05 P-ALICE violation']);
  });

  it('may last exactly as long as the rule allows', () => {
    expect(judgedWith(exception({ to: '2026-05-02T00:00:00Z' }))).toEqual([
      'P2P-05 P-ALICE mitigated X-1',
    ]);
  });

  it('needs its control performed by somebody else once it is due', () => {
    const due = (by: string, at: string) =>
      exception({ controlDueAt: '2026-04-10T00:00:00Z', controlEvidence: { by, at } });
    expect(judgedWith(due('P-DAVE', '2026-04-10T00:00:00Z'))).toEqual([
      'P2P-05 P-ALICE mitigated X-1',
    ]);
    expect(judgedWith(due('P-DAVE', '2026-04-10T00:00:00.001Z'))).toEqual(
      stays('compensating_control_not_evidenced'),
    );
    const pending = exception({ controlDueAt: '2026-04-10T00:00:00Z' });
    expect(
      judgedCase({ asOf: '2026-04-09T23:59:59Z', exceptions: [pending], events: CONFLICT }),
    ).toEqual(['P2P-05 P-ALICE mitigated X-1']);
  });

  it('leaves the whole a violation when one pair is outside it', () => {
    const later = step('GR-POST', 'alice', 4, { object: 'GR-2' });
    const short = exception({ to: '2026-03-03T09:00:00.001Z' });
    const [finding] = findingsOf({ exceptions: [short], events: [...CONFLICT, later] });
    expect(finding).toMatchObject({ status: 'violation', reasons: ['not_in_force'] });
    expect(finding!.proofs).toHaveLength(3);
  });

  it('counts for the record that a person was merged into', () => {
    const people = [{ id: 'P-OLD', mergedInto: 'P-ALICE' }];
    const exceptions = [exception({ person: 'P-OLD' })];
    expect(judgedCase({ people, exceptions, events: CONFLICT })).toEqual([
      'P2P-05 P-ALICE mitigated X-1',
    ]);
    const own = [exception({ approvedBy: 'P-OLD' })];
    expect(judgedCase({ people, exceptions: own, events: CONFLICT })).toEqual(
      stays('self_approved'),
    );
  });
});

describe('an emergency session', () => {
  const session = (more: Given = {}) => ({
    id: 'FF-1',
    user: 'P-ALICE',
    from: '2026-03-03T08:00:00Z',
    to: '2026-03-03T20:00:00Z',
    approvedBy: 'P-CAROL',
    approvedAt: '2026-03-03T08:00:00Z',
    reviewedBy: 'P-ERIN',
    reviewedAt: '2026-03-10T20:00:00Z',
    ...more,
  });
  const inside = { emergencySession: 'FF-1' };
  const events = [
    step('PO-CREATE', 'alice', 2),
    step('GR-POST', 'alice', 3, { object: 'GR-1', ...inside }),
  ];
  const judgedIn = (more: Given = {}) => judgedCase({ emergencySessions: [session(more)], events });
  const bad = (reason: string) => [
    'P2P-05 P-ALICE violation',
    `ADM-02 P-ALICE violation ${reason}`,
  ];

  it('mitigates when it was approved before, short, and reviewed in time', () => {
    expect(judgedIn()).toEqual(['P2P-05 P-ALICE mitigated FF-1']);
  });

  it('is a finding of its own when it was not', () => {
    expect(judgedIn({ approvedAt: '2026-03-03T08:00:00.001Z' })).toEqual(
      bad('approved_after_start'),
    );
    expect(judgedIn({ approvedBy: 'P-ALICE' })).toEqual(bad('not_independently_approved'));
    expect(judgedIn({ to: '2026-03-03T20:00:00.001Z' })).toEqual(bad('too_long'));
    expect(judgedIn({ reviewedBy: 'P-ALICE' })).toEqual(bad('self_reviewed'));
    expect(judgedIn({ reviewedAt: '2026-03-10T20:00:00.001Z' })).toEqual(bad('reviewed_late'));
    expect(judgedIn({ reviewedBy: null, reviewedAt: null })).toEqual(bad('review_overdue'));
  });

  it('does not cover what its user did without it, nor anybody else', () => {
    const without = [
      step('PO-CREATE', 'alice', 2),
      step('GR-POST', 'alice', 3, { object: 'GR-1' }),
    ];
    expect(judgedCase({ emergencySessions: [session()], events: without })).toEqual([
      'P2P-05 P-ALICE violation',
    ]);
    const other = [step('GR-POST', 'bob', 3, inside)];
    expect(judgedCase({ emergencySessions: [session()], events: other })).toEqual([
      'ADM-02 P-ALICE violation outside_session',
    ]);
  });
});

describe('standing rights', () => {
  const right = (duty: string, more: Given = {}) => ({ person: 'P-ALICE', duty, ...more });
  const judgedRights = (...entitlements: readonly Given[]) => judgedCase({ entitlements });

  it('conflict only while both are held', () => {
    const until = { to: '2026-03-01T00:00:00Z' };
    const from = { from: '2026-03-01T00:00:00Z' };
    expect(judgedRights(right('VEND-MAINT'), right('PAY-RELEASE'))).toEqual([
      'P2P-01 P-ALICE violation static',
    ]);
    expect(judgedRights(right('VEND-MAINT', until), right('PAY-RELEASE', from))).toEqual([]);
  });

  it('conflict only within a legal entity', () => {
    const [de, us] = [{ entity: 'E-DE' }, { entity: 'E-US' }];
    expect(judgedRights(right('VEND-MAINT', de), right('PAY-RELEASE', us))).toEqual([]);
    expect(judgedRights(right('VEND-MAINT', de), right('PAY-RELEASE', { entity: '*' }))).toEqual([
      'P2P-01 P-ALICE violation static',
    ]);
  });
});

describe('acts about one related object', () => {
  const bank = (at: string, more: Given = {}) =>
    step('VEND-BANK', 'alice', 1, {
      at,
      object: 'V1',
      lineage: 'L9',
      refs: { vendor: 'V1' },
      ...more,
    });
  const pay = (at: string, more: Given = {}) =>
    step('PAY-RELEASE', 'alice', 1, { at, object: 'PAY-1', refs: { vendor: 'V1' }, ...more });
  const FOUND = ['P2P-02 P-ALICE violation'];

  it('conflict up to the last local day of the window, and not a day later', () => {
    // 30 days: 1 to 31 March in Berlin; 22:00Z on the 31st is the 1st of April there, since summer time began.
    const events = (at: string) => [bank('2026-03-01T09:00:00Z'), pay(at)];
    expect(judgedCase({ events: events('2026-03-31T21:59:59Z') })).toEqual(FOUND);
    expect(judgedCase({ events: events('2026-03-31T22:00:00Z') })).toEqual([]);
  });

  it('count days in each event own legal entity', () => {
    const newYork = { entity: 'E-US' };
    const events = [bank('2026-03-01T09:00:00Z'), pay('2026-04-01T03:30:00Z', newYork)];
    expect(judgedCase({ events })).toEqual(FOUND);
  });

  it('do not conflict about different objects', () => {
    const events = [
      bank('2026-03-01T09:00:00Z'),
      pay('2026-03-02T09:00:00Z', { refs: { vendor: 'V2' } }),
    ];
    expect(judgedCase({ events })).toEqual([]);
  });
});
