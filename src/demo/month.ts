import { civilDateOf, type CivilDate } from '../kernel/civil-date';
import { type Instant } from '../kernel/runtime';
import { bankStatement } from './bank-statement';
import { ENTITIES, type DemoEntity } from './company';
import { EventBuilder, type DemoEvent } from './event-builder';
import { orderToCash } from './order-to-cash';
import { purchaseToPay, type CashMovement, type Plant } from './purchase-to-pay';
import { Seeded } from './seeded';

/** One close month: what the systems report, what the banks report, and what was planted in it. */
export interface DemoMonth {
  readonly period: string;
  /** every date on which an amount of it may be set, somewhere on earth */
  readonly dates: readonly CivilDate[];
  readonly events: readonly DemoEvent[];
  readonly statements: readonly { readonly entity: DemoEntity; readonly xml: string }[];
  readonly planted: Readonly<Record<Exclude<Plant, 'none'> | 'amount-difference' | 'fee', string>>;
}

/** Purchases that go wrong, by number; all of them in the first entity. */
const PLANTS: Readonly<Record<number, Exclude<Plant, 'none'>>> = {
  1004: 'self-approved',
  1010: 'duplicate-invoice',
  1016: 'payment-unapproved',
  1022: 'receipt-missing',
};
/** The purchase whose payment the bank books 10.00 short. */
const SHORT_PAID = 1028;
const SHORT_BY_MINOR = 1_000n;
const FEE_MINOR = 1_250n;

const PURCHASES = 60;
const SALES = 40;
const START_DAY_MAX = 12;
/** From the day before the first of the month. */
const DATES = 33;

/** @param seed any text; the same seed and month give the same bytes */
export function demoMonth(seed: string, now: Instant): DemoMonth {
  const month = firstOfLastMonth(now);
  const random = new Seeded(seed);
  const builder = new EventBuilder(month);
  const cash = [...purchases(builder, random), ...sales(builder, random)];
  return {
    period: month.slice(0, 7),
    dates: Array.from({ length: DATES }, (_, i) => builder.date(i)),
    events: builder.events(),
    statements: ENTITIES.map((entity) => ({ entity, xml: statementOf(entity, cash, builder) })),
    planted: {
      'self-approved': 'PO-1004',
      'duplicate-invoice': 'INV-1010B',
      'payment-unapproved': 'PAY-1016',
      'receipt-missing': 'INV-1022',
      'amount-difference': `PAY-${SHORT_PAID}`,
      fee: 'E_DE',
    },
  };
}

function purchases(builder: EventBuilder, random: Seeded): CashMovement[] {
  return Array.from({ length: PURCHASES }, (_, i) => {
    const n = 1001 + i;
    const plant = PLANTS[n] ?? 'none';
    const entity = plant === 'none' && n !== SHORT_PAID ? random.of(ENTITIES) : ENTITIES[0];
    const startDay = random.between(1, START_DAY_MAX);
    const amountMinor = amount(random);
    // A supplier of its own for each: two orders to one supplier in a week would look like one that was split.
    const supplier = `S-${n}`;
    return purchaseToPay({ n, entity, supplier, amountMinor, plant, startDay }, builder, random);
  });
}

function sales(builder: EventBuilder, random: Seeded): CashMovement[] {
  return Array.from({ length: SALES }, (_, i) => {
    const entity = random.of(ENTITIES);
    const sale = {
      n: 5001 + i,
      entity,
      customer: random.of(entity.customers),
      amountMinor: amount(random),
      startDay: random.between(1, START_DAY_MAX),
    };
    return orderToCash(sale, builder, random);
  });
}

/** In minor units: 50.00 to 20,000.00 euro or dollar, 5,000 to 2,000,000 yen. */
function amount(random: Seeded): bigint {
  return BigInt(random.between(5_000, 2_000_000));
}

function statementOf(
  entity: DemoEntity,
  cash: readonly CashMovement[],
  builder: EventBuilder,
): string {
  const isFirst = entity === ENTITIES[0];
  const booked = cash
    .filter((movement) => movement.entity === entity)
    .map((m) => ({
      reference: m.reference,
      amountMinor:
        isFirst && m.reference.endsWith(`PAY${SHORT_PAID}`)
          ? m.amountMinor + SHORT_BY_MINOR
          : m.amountMinor,
      date: builder.date(m.day),
    }));
  const fee = { reference: 'NONREF', amountMinor: -FEE_MINOR, date: builder.date(28) };
  return bankStatement({
    id: `STMT-${entity.code}-${builder.date(1).slice(0, 7)}`,
    iban: entity.iban,
    currency: entity.currency,
    from: builder.date(1),
    to: builder.date(28),
    openingMinor: 50_000_000n,
    entries: isFirst ? [...booked, fee] : booked,
  });
}

function firstOfLastMonth(now: Instant): CivilDate {
  const today = civilDateOf(now, 'UTC');
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  return month === 1 ? `${year - 1}-12-01` : `${year}-${String(month - 1).padStart(2, '0')}-01`;
}
