import { type JsonObject } from '../kernel/json';
import { type DemoEntity } from './company';
import { type EventBuilder, type Step } from './event-builder';
import { type Seeded } from './seeded';

/** What is wrong with one purchase, on purpose. */
export type Plant =
  'none' | 'self-approved' | 'duplicate-invoice' | 'payment-unapproved' | 'receipt-missing';

export interface Purchase {
  readonly n: number;
  readonly entity: DemoEntity;
  readonly supplier: string;
  readonly amountMinor: bigint;
  readonly plant: Plant;
  readonly startDay: number;
}

/** A movement on the house bank account that the ledger knows of. */
export interface CashMovement {
  readonly entity: DemoEntity;
  readonly reference: string;
  /** negative: paid out */
  readonly amountMinor: bigint;
  readonly day: number;
}

const NET_DAYS_MAX = 4;

/** Requisition to confirmed payment, 15 events when nothing is planted. */
export function purchaseToPay(
  purchase: Purchase,
  builder: EventBuilder,
  random: Seeded,
): CashMovement {
  const at = new Walk(purchase, random);
  requisition(purchase, builder, at);
  order(purchase, builder, at);
  if (purchase.plant !== 'receipt-missing') goodsReceipt(purchase, builder, at);
  invoice(purchase, builder, at, `INV-${purchase.n}`);
  if (purchase.plant === 'duplicate-invoice') invoice(purchase, builder, at, `INV-${purchase.n}B`);
  return payment(purchase, builder, at);
}

/** Time goes on by some hours from step to step. */
class Walk {
  private hours: number;

  constructor(
    purchase: Purchase,
    private readonly random: Seeded,
  ) {
    this.hours = (purchase.startDay - 1) * 24 + 8;
  }

  next(hoursMax = 9): { day: number; minute: number } {
    this.hours += this.random.between(1, hoursMax);
    // Nobody works at night: what falls after 18:00 is done the next morning.
    const ofDay = this.hours % 24;
    if (ofDay > 18 || ofDay < 7) this.hours += (31 - ofDay) % 24 || 24;
    return {
      day: Math.floor(this.hours / 24) + 1,
      minute: (this.hours % 24) * 60 + this.random.below(60),
    };
  }
}

type Common = Pick<Step, 'entity' | 'correlation'>;

const common = ({ n, entity }: Purchase): Common => ({ entity, correlation: `p2p-${n}` });
const supplierOf = ({ supplier }: Purchase): JsonObject => ({
  type: 'supplier',
  id: supplier,
  role: 'supplier',
});
const link = (type: string, id: string, role: string): JsonObject => ({ type, id, role });
const costs = ({ entity, n }: Purchase): JsonObject => ({
  costCenter: entity.costCenters[n % entity.costCenters.length] ?? entity.costCenters[0],
});

function requisition(p: Purchase, builder: EventBuilder, at: Walk): void {
  const base = { ...common(p), system: 'procurement', type: 'requisition', id: `REQ-${p.n}` };
  const requester = p.n % 2 === 0 ? 'requester1' : 'requester2';
  builder.add({
    ...base,
    account: requester,
    action: 'submitted',
    to: 'submitted',
    ...at.next(),
    amountMinor: p.amountMinor,
    dimensions: costs(p),
  });
  builder.add({
    ...base,
    account: 'head-of-purchasing',
    action: 'approved',
    from: 'submitted',
    to: 'approved',
    ...at.next(),
  });
}

function order(p: Purchase, builder: EventBuilder, at: Walk): void {
  const base = { ...common(p), type: 'purchase-order', id: `PO-${p.n}` };
  builder.add({
    ...base,
    system: 'procurement',
    account: 'buyer1',
    action: 'created',
    to: 'created',
    ...at.next(),
    amountMinor: p.amountMinor,
    dimensions: costs(p),
    related: [link('requisition', `REQ-${p.n}`, 'requisition'), supplierOf(p)],
  });
  // The buyer's own ERP account releases the planted order: another account, the same person.
  const approver = p.plant === 'self-approved' ? 'MM0042' : 'MM0007';
  builder.add({
    ...base,
    system: 'erp',
    account: approver,
    action: 'approved',
    from: 'created',
    to: 'approved',
    ...at.next(),
  });
  builder.add({
    ...base,
    system: 'erp',
    account: 'MM0007',
    action: 'issued',
    from: 'approved',
    to: 'issued',
    ...at.next(),
  });
}

function goodsReceipt(p: Purchase, builder: EventBuilder, at: Walk): void {
  builder.add({
    ...common(p),
    system: 'erp',
    account: 'WH0011',
    type: 'goods-receipt',
    id: `GR-${p.n}`,
    action: 'posted',
    to: 'posted',
    ...at.next(20),
    related: [link('purchase-order', `PO-${p.n}`, 'order')],
  });
}

function invoice(p: Purchase, builder: EventBuilder, at: Walk, id: string): void {
  const base = { ...common(p), system: 'ap-hub', type: 'invoice', id };
  const receipt =
    p.plant === 'receipt-missing' ? [] : [link('goods-receipt', `GR-${p.n}`, 'receipt')];
  builder.add({
    ...base,
    account: 'ap-clerk1',
    action: 'received',
    to: 'received',
    ...at.next(),
    amountMinor: p.amountMinor,
    document: `${p.supplier}/${10_000 + p.n}`,
    dimensions: costs(p),
    related: [link('purchase-order', `PO-${p.n}`, 'order'), ...receipt, supplierOf(p)],
  });
  builder.add({
    ...base,
    account: 'ap-clerk1',
    action: 'matched',
    from: 'received',
    to: 'matched',
    ...at.next(),
  });
  builder.add({
    ...base,
    account: 'ap-lead',
    action: 'approved',
    from: 'matched',
    to: 'approved',
    ...at.next(),
  });
  builder.add({
    ...base,
    system: 'erp',
    account: 'MM0007',
    action: 'posted',
    from: 'approved',
    to: 'posted',
    ...at.next(),
  });
}

function payment(p: Purchase, builder: EventBuilder, at: Walk): CashMovement {
  const id = `PAY-${p.n}`;
  const base = { ...common(p), system: 'treasury', type: 'payment', id };
  const reference = `${p.entity.code.replace('_', '')}${id.replace('-', '')}`;
  const dimensions = { bankAccount: p.entity.iban, endToEndId: reference };
  const amountMinor = p.amountMinor;
  builder.add({
    ...base,
    account: 'cash-desk1',
    action: 'proposed',
    to: 'proposed',
    ...at.next(),
    amountMinor,
    dimensions,
    related: [link('invoice', `INV-${p.n}`, 'settles'), supplierOf(p)],
  });
  const approved = p.plant !== 'payment-unapproved';
  if (approved)
    builder.add({
      ...base,
      account: 'treasurer',
      action: 'approved',
      from: 'proposed',
      to: 'approved',
      ...at.next(),
    });
  const from = approved ? 'approved' : 'proposed';
  builder.add({
    ...base,
    account: 'bank-gateway',
    action: 'transmitted',
    from,
    to: 'transmitted',
    ...at.next(),
    amountMinor,
    dimensions,
  });
  const confirmed = at.next(NET_DAYS_MAX);
  const booked = { ...dimensions, valueDate: builder.date(confirmed.day) };
  builder.add({
    ...base,
    account: 'bank-gateway',
    action: 'confirmed',
    from: 'transmitted',
    to: 'paid',
    ...confirmed,
    amountMinor,
    dimensions: booked,
  });
  builder.add({
    ...common(p),
    system: 'erp',
    account: 'MM0007',
    type: 'invoice',
    id: `INV-${p.n}`,
    action: 'paid',
    from: 'posted',
    to: 'paid',
    ...at.next(),
  });
  return { entity: p.entity, reference, amountMinor: -amountMinor, day: confirmed.day };
}
