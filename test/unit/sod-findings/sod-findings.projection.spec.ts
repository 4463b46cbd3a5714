import { controlRegisters } from '../../../projections/control-registers';
import { sodFindings } from '../../../projections/sod-findings/sod-findings.projection';
import { type RelatedRole } from '../../../src/kernel/entry';
import { ProjectionHarness } from '../../support/projection-harness';
import { did, eventId, mapped, storedPairs, type Did } from '../../support/sod-ledger';

const PO = 'purchase_order-E_DE.PO-1';
const INVOICE = 'invoice-E_DE.INV-1';
const PAYMENT = 'payment-E_DE.PAY-1';

const from = (stream: string, role: RelatedRole) => {
  const [category = '', rest = ''] = stream.split('-E_DE.');
  return { related: [{ type: category.replaceAll('_', '-'), id: rest, role }] };
};

describe('findings of segregation of duties', () => {
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

  const created: Did = { object: PO, action: 'created', account: 'per-a1', minute: 1 };
  const approved: Did = {
    object: PO,
    action: 'approved',
    account: 'per-a2',
    minute: 2,
    id: eventId(77),
  };
  const SELF_APPROVAL = [
    ['P2P-04', 'P-ALICE', 'violation', PO, 'purchase-order.created L, purchase-order.approved R'],
  ];

  it('name one person who created and approved under two accounts', () => {
    feed(created, approved);
    expect(found()).toEqual(SELF_APPROVAL);
  });

  it('do not depend on which act arrived first', () => {
    feed(approved);
    feed(created);
    expect(found()).toEqual(SELF_APPROVAL);
  });

  it('follow a document chain from order to payment', () => {
    feed(
      { ...created, account: 'per-b' },
      { object: INVOICE, action: 'received', account: 'per-a1', minute: 3, ...from(PO, 'order') },
      {
        object: PAYMENT,
        action: 'proposed',
        account: 'per-a2',
        minute: 4,
        ...from(INVOICE, 'settles'),
      },
    );
    expect(found()).toEqual([
      ['P2P-08', 'P-ALICE', 'violation', PO, 'invoice.received L, payment.proposed R'],
    ]);
  });

  it('join chains when a link arrives late, with an event that has no duty', () => {
    feed(
      { object: INVOICE, action: 'received', account: 'per-a1', minute: 3 },
      { object: PAYMENT, action: 'proposed', account: 'per-a2', minute: 4 },
    );
    expect(found()).toEqual([]);
    feed({
      object: INVOICE,
      action: 'validated',
      account: 'svc-job',
      minute: 5,
      ...from(PAYMENT, 'settles'),
    });
    expect(found()).toEqual([
      ['P2P-08', 'P-ALICE', 'violation', INVOICE, 'invoice.received L, payment.proposed R'],
    ]);
  });

  it('move to the new root when a document turns out to come from another', () => {
    feed(created, approved);
    const requisition = 'requisition-E_DE.REQ-1';
    feed({
      object: PO,
      action: 'confirmed',
      account: 'svc-job',
      minute: 9,
      ...from(requisition, 'requisition'),
    });
    expect(found()).toEqual(
      SELF_APPROVAL.map(([rule, person, status, , proofs]) => [
        rule,
        person,
        status,
        requisition,
        proofs,
      ]),
    );
  });

  it('on a batch concern only the chain in conflict', () => {
    const [one, two] = ['invoice-E_DE.INV-1', 'invoice-E_DE.INV-2'];
    const related = [one, two].flatMap((invoice) => from(invoice!, 'settles').related);
    feed(
      { object: one!, action: 'received', account: 'per-a1', minute: 1 },
      { object: two!, action: 'received', account: 'per-b', minute: 1 },
      { object: PAYMENT, action: 'proposed', account: 'per-b', minute: 2, related },
    );
    expect(found()).toEqual([
      ['P2P-08', 'P-BOB', 'violation', two, 'invoice.received L, payment.proposed R'],
    ]);
  });

  it('say what cannot be told while an account is unknown, and are judged again once it is mapped', () => {
    feed(created, { ...approved, account: 'per-new' });
    expect(found().map(([rule, person, status]) => [rule, person, status])).toEqual([
      ['P2P-04', null, 'inconclusive'],
    ]);
    rows.feed(...mapped({ account: 'per-new', person: 'P-BOB' }));
    expect(found()).toEqual([]);
    rows.feed(...mapped({ account: 'per-new', person: 'P-ALICE', mapping: 2 }));
    expect(found()).toEqual(SELF_APPROVAL);
  });

  it('take no account of a mapping that nobody approved', () => {
    feed(created, { ...approved, account: 'per-new' });
    rows.feed(...mapped({ account: 'per-new', person: 'P-BOB' }).slice(0, 1));
    expect(found().map(([, , status]) => status)).toEqual(['inconclusive']);
  });

  it('go when an approval is withdrawn unused, by the event that names it', () => {
    feed(created, approved);
    const withdrawn = { object: PO, action: 'approval-withdrawn', account: 'per-a1', minute: 6 };
    feed(withdrawn);
    expect(found()).toEqual(SELF_APPROVAL);
    feed({ ...withdrawn, causation: eventId(77) });
    expect(found()).toEqual([]);
  });

  it('come back when goods turn out to have been received before the withdrawal', () => {
    feed(created, approved, {
      object: PO,
      action: 'approval-withdrawn',
      account: 'per-a1',
      minute: 6,
      causation: eventId(77),
    });
    feed({
      object: 'goods_receipt-E_DE.GR-1',
      action: 'posted',
      account: 'per-b',
      minute: 5,
      ...from(PO, 'order'),
    });
    expect(found()).toEqual(SELF_APPROVAL);
  });

  it('come back when a payment about the same vendor turns out to have been sent before the withdrawal', () => {
    const vendor = 'supplier-E_DE.V-1';
    const changed: Did = {
      object: vendor,
      action: 'bank-details-changed',
      account: 'per-a1',
      minute: 1,
      id: eventId(70),
    };
    feed(
      changed,
      { object: vendor, action: 'change-approved', account: 'per-a2', minute: 2 },
      {
        object: vendor,
        action: 'change-withdrawn',
        account: 'per-a1',
        minute: 6,
        causation: eventId(70),
      },
    );
    expect(found()).toEqual([]);
    feed({
      object: PAYMENT,
      action: 'transmitted',
      account: 'svc-job',
      minute: 4,
      ...from(vendor, 'supplier'),
    });
    expect(found().map(([rule, person]) => [rule, person])).toEqual([['P2P-12', 'P-ALICE']]);
  });

  it('come back on one chain when something lasting turns out to have happened on another chain of the same batch', () => {
    const [one, two] = ['purchase_order-E_DE.PO-1', 'purchase_order-E_DE.PO-2'] as const;
    feed(
      {
        object: PAYMENT,
        action: 'proposed',
        account: 'per-a1',
        minute: 1,
        related: [one, two].flatMap((po) => from(po, 'order').related),
      },
      { object: PAYMENT, action: 'approved', account: 'per-a2', minute: 2, id: eventId(77) },
      {
        object: PAYMENT,
        action: 'approval-withdrawn',
        account: 'per-a2',
        minute: 6,
        causation: eventId(77),
      },
    );
    expect(found()).toEqual([]);
    feed({
      object: 'goods_receipt-E_DE.GR-2',
      action: 'posted',
      account: 'per-b',
      minute: 4,
      ...from(two, 'order'),
    });
    expect(found().map(([rule, person, , scope]) => [rule, person, scope])).toEqual([
      ['P2P-10', 'P-ALICE', one],
    ]);
  });

  it('are not made by an event that withdraws what it may not', () => {
    feed(created, approved, {
      object: PO,
      action: 'approval-withdrawn',
      account: 'per-a1',
      minute: 6,
      causation: eventId(999),
    });
    feed({
      object: INVOICE,
      action: 'approval-withdrawn',
      account: 'per-a1',
      minute: 6,
      causation: eventId(77),
    });
    expect(found()).toEqual(SELF_APPROVAL);
  });

  it('judge the release of a wire against who initiated it', () => {
    feed(
      { object: PAYMENT, action: 'approved', account: 'per-a1', minute: 2 },
      { object: PAYMENT, action: 'initiated', account: 'per-a2', minute: 1 },
    );
    expect(found().map(([rule]) => rule)).toEqual(['TRE-01']);
  });

  it('cost nothing for events that no rule speaks of', () => {
    const before = rows.dump();
    feed({ object: 'expense_claim-E_DE.C-1', action: 'approved', account: 'per-a1', minute: 1 });
    expect(rows.dump()).toEqual(before);
  });
});
