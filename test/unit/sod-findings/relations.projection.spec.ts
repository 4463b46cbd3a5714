import { controlRegisters } from '../../../projections/control-registers';
import { sodFindings } from '../../../projections/sod-findings/sod-findings.projection';
import { type RelatedRole } from '../../../src/kernel/entry';
import { ProjectionHarness } from '../../support/projection-harness';
import { did, eventId, mapped, registered, storedPairs, type Did } from '../../support/sod-ledger';

const PAYMENT = 'payment-E_DE.PAY-1';

const from = (stream: string, role: RelatedRole) => {
  const [category = '', rest = ''] = stream.split('-E_DE.');
  return { related: [{ type: category.replaceAll('_', '-'), id: rest, role }] };
};

describe('findings about one related object', () => {
  let rows: ProjectionHarness;
  beforeEach(() => {
    rows = new ProjectionHarness([controlRegisters, sodFindings]);
    rows.feed(
      ...mapped({ account: 'per-a1', person: 'P-ALICE' }),
      ...mapped({ account: 'per-a2', person: 'P-ALICE' }),
      ...mapped({ account: 'per-b', person: 'P-BOB' }),
      ...mapped({ account: 'svc-job', kind: 'service' }),
    );
  });
  afterEach(() => rows.close());

  const feed = (...acts: readonly Did[]) => rows.feed(...acts.map(did));
  const found = () =>
    storedPairs(rows.db).map(({ rule, person, status, scope, proofs }) => {
      const told = proofs.map(({ type, side }) => `${type} ${side}`);
      return [rule, person, status, scope, told.join(', ')];
    });
  const vendor = 'supplier-E_DE.V-1';
  const changed: Did = {
    object: vendor,
    action: 'bank-details-changed',
    account: 'per-a1',
    minute: 1,
    id: eventId(70),
  };
  const paid = (day: number, more: Partial<Did> = {}): Did => ({
    object: PAYMENT,
    action: 'proposed',
    account: 'per-a2',
    minute: day * 1440,
    ...from(vendor, 'supplier'),
    ...more,
  });
  const rules = () => found().map(([rule, person, , scope]) => [rule, person, scope]);
  const BANK_AND_PAY = ['P2P-02', 'P-ALICE', `vendor:${vendor}`];
  const MASTER_AND_PAY = ['P2P-01', 'P-ALICE', `vendor:${vendor}`];

  it('name who changed a vendor and paid it under two accounts, payment first or not', () => {
    feed(paid(0));
    expect(found()).toEqual([]);
    feed(changed);
    expect(rules()).toEqual([MASTER_AND_PAY, BANK_AND_PAY]);
  });

  it.each([
    [30, [MASTER_AND_PAY, BANK_AND_PAY]],
    [31, [MASTER_AND_PAY]],
    [90, [MASTER_AND_PAY]],
    [91, []],
  ])('end with the window of each rule: %d days', (day, expected) => {
    feed(changed, paid(day));
    expect(rules()).toEqual(expected);
  });

  // 23:30Z on 28 February is 1 March in Berlin, whose clocks go forward on 29 March: 30 days later is 31 March there.
  it.each([
    ['Europe/Berlin', 30 * 1440 + 21 * 60 + 59, true],
    ['Europe/Berlin', 30 * 1440 + 22 * 60, false],
    ['America/New_York', 30 * 1440 + 3 * 60 + 59, true],
    ['America/New_York', 30 * 1440 + 4 * 60, false],
    ['UTC', 30 * 1440 - 1, true],
    ['UTC', 30 * 1440, false],
  ])('count the days of the legal entity: in %s until minute %d', (timeZone, minute, isWithin) => {
    rows.feed(...registered('legal-entity', 'E_DE', { entry: { timeZone }, minute: 0 }));
    feed({ ...changed, minute: -30 }, paid(0, { minute }));
    expect(rules().some(([rule]) => rule === 'P2P-02')).toBe(isWithin);
  });

  it('are judged again when the time zone of the legal entity is told late', () => {
    feed({ ...changed, minute: -30 }, paid(0, { minute: 30 * 1440 + 60 }));
    expect(rules()).toEqual([MASTER_AND_PAY]);
    rows.feed(
      ...registered('legal-entity', 'E_DE', { entry: { timeZone: 'Europe/Berlin' }, minute: 0 }),
    );
    expect(rules()).toEqual([MASTER_AND_PAY, BANK_AND_PAY]);
  });

  it('go when the change is withdrawn before anything was done about the vendor', () => {
    feed(changed, paid(2), {
      object: vendor,
      action: 'change-withdrawn',
      account: 'per-b',
      minute: 5,
      causation: eventId(70),
    });
    expect(found()).toEqual([]);
  });

  it('come back when money turns out to have been sent between change and withdrawal', () => {
    feed(changed, paid(2), {
      object: vendor,
      action: 'change-withdrawn',
      account: 'per-b',
      minute: 5,
      causation: eventId(70),
    });
    feed({
      object: 'payment-E_DE.PAY-2',
      action: 'transmitted',
      account: 'svc-job',
      minute: 4,
      ...from(vendor, 'supplier'),
    });
    expect(rules()).toEqual([MASTER_AND_PAY, BANK_AND_PAY]);
  });

  it('cannot be told while whoever paid is unknown', () => {
    feed(changed, paid(2, { account: 'per-new' }));
    expect(found().map(([rule, person, status]) => [rule, person, status])).toEqual([
      ['P2P-01', null, 'inconclusive'],
      ['P2P-02', null, 'inconclusive'],
    ]);
    rows.feed(...mapped({ account: 'per-new', person: 'P-BOB' }));
    expect(found()).toEqual([]);
  });

  it('follow an account that changed hands', () => {
    rows.feed(
      ...mapped({ account: 'desk', person: 'P-ALICE', validTo: '2026-03-10T00:00:00.000Z' }),
      ...mapped({
        account: 'desk',
        mapping: 2,
        person: 'P-BOB',
        validFrom: '2026-03-10T00:00:00.000Z',
      }),
    );
    feed(changed, paid(8, { account: 'desk' }), paid(10, { account: 'desk', id: eventId(71) }));
    expect(found().map(([rule, person, , , acts]) => [rule, person, acts])).toEqual([
      ['P2P-01', 'P-ALICE', 'supplier.bank-details-changed L, payment.proposed R'],
      ['P2P-02', 'P-ALICE', 'supplier.bank-details-changed L, payment.proposed R'],
    ]);
  });

  it('see the legal entity itself as what signatories and releases are about', () => {
    feed(
      { object: 'signatory-E_DE.SIG-1', action: 'changed', account: 'per-a1', minute: 1 },
      { object: PAYMENT, action: 'approved', account: 'per-a2', minute: 2 },
      { object: 'payment-E_US.PAY-1', action: 'approved', account: 'per-a2', minute: 2 },
    );
    expect(rules()).toEqual([['TRE-08', 'P-ALICE', 'entity:E_DE']]);
  });

  it('are not stopped by a link to what no stream can be named', () => {
    const related = [{ type: 'supplier', id: 'ü'.repeat(200), role: 'supplier' as const }];
    feed(changed, paid(2, { related }));
    expect(found()).toEqual([]);
  });
});
