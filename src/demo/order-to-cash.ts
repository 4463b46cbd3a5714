import { type DemoEntity } from './company';
import { type EventBuilder } from './event-builder';
import { type CashMovement } from './purchase-to-pay';
import { type Seeded } from './seeded';

export interface Sale {
  readonly n: number;
  readonly entity: DemoEntity;
  readonly customer: string;
  readonly amountMinor: bigint;
  readonly startDay: number;
}

/** Sales order to cash received, 5 events. */
export function orderToCash(sale: Sale, builder: EventBuilder, random: Seeded): CashMovement {
  const at = new Days(sale.startDay, random);
  salesOrder(sale, builder, at);
  customerInvoice(sale, builder, at);
  return receipt(sale, builder, at);
}

/** Days go on from step to step; every step falls into working hours. */
class Days {
  constructor(
    private day: number,
    private readonly random: Seeded,
  ) {}

  after(daysMin: number, daysMax: number): { day: number; minute: number } {
    this.day += this.random.between(daysMin, daysMax);
    return { day: this.day, minute: 7 * 60 + this.random.below(9 * 60) };
  }
}

const base = ({ n, entity }: Sale) => ({ entity, correlation: `o2c-${n}`, system: 'billing' });

function salesOrder(sale: Sale, builder: EventBuilder, at: Days): void {
  const { amountMinor } = sale;
  const order = { ...base(sale), type: 'sales-order', id: `SO-${sale.n}` };
  const by = (account: string, action: string, to: string, days: number) => ({
    ...order,
    account,
    action,
    to,
    ...at.after(days, days + 1),
  });
  builder.add({ ...by('sales1', 'created', 'created', 0), amountMinor });
  builder.add({ ...by('credit1', 'approved', 'approved', 1), from: 'created' });
  builder.add({ ...by('sales1', 'shipped', 'shipped', 1), from: 'approved' });
}

function customerInvoice(sale: Sale, builder: EventBuilder, at: Days): void {
  const id = `CI-${sale.n}`;
  builder.add({
    ...base(sale),
    type: 'customer-invoice',
    id,
    account: 'ar-clerk1',
    action: 'issued',
    to: 'issued',
    ...at.after(1, 2),
    amountMinor: sale.amountMinor,
    document: id,
    related: [
      { type: 'sales-order', id: `SO-${sale.n}`, role: 'order' },
      { type: 'customer', id: sale.customer, role: 'customer' },
    ],
  });
}

function receipt(sale: Sale, builder: EventBuilder, at: Days): CashMovement {
  const { n, entity, amountMinor } = sale;
  const reference = `${entity.code.replace('_', '')}CI${n}`;
  const received = at.after(2, 6);
  const valueDate = builder.date(received.day);
  builder.add({
    ...base(sale),
    type: 'receipt',
    id: `RC-${n}`,
    account: 'ar-clerk1',
    action: 'entered',
    to: 'entered',
    ...received,
    amountMinor,
    dimensions: { bankAccount: entity.iban, endToEndId: reference, valueDate },
    related: [{ type: 'customer-invoice', id: `CI-${n}`, role: 'settles' }],
  });
  return { entity, reference, amountMinor, day: received.day };
}
