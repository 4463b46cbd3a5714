import { type EventInput } from './projection-harness';
import { decided, minuteOf, registered } from './sod-ledger';

const LIMIT = { amount: '7000.00', currency: 'EUR' };
const DAY = 1440;
/** Minutes after which controls are due. */
const DUE = 30 * DAY;

/** Entries of every register, each of which may arrive at any time. */
export const REGISTERS: readonly EventInput[][] = [
  registered('authority-limit', 'L1', {
    entry: { person: 'P-A', duty: 'PO-APPROVE', limit: LIMIT },
    minute: 3,
  }),
  [
    ...registered('authority-limit', 'L2', {
      entry: { person: 'P-B', duty: 'PAY-RELEASE', limit: LIMIT },
      minute: 1,
    }),
    decided('authority-limit', 'L2', 'revoked', 6),
  ],
  registered('authority-limit', 'L3', {
    entry: { person: 'P-B', duty: 'PO-APPROVE', limit: { amount: '99000.00', currency: 'EUR' } },
    minute: 2,
  }),
  [
    ...registered('delegation', 'D1', {
      entry: {
        principal: 'P-A',
        delegate: 'P-B',
        duties: ['PO-APPROVE', 'PAY-RELEASE'],
        cap: { amount: '6500.00', currency: 'EUR' },
        from: minuteOf(0),
        to: minuteOf(50 * DAY),
      },
      minute: 1,
    }),
    decided('delegation', 'D1', 'revoked', 7),
  ],
  registered('auto-approval', 'AP-1', {
    entry: { duties: ['PO-APPROVE', 'PAY-RELEASE'], limit: LIMIT, from: minuteOf(0) },
    minute: 2,
  }),
  registered('exchange-rate', 'USD-EUR-2026-03-01', {
    entry: { from: 'USD', to: 'EUR', date: '2026-03-01', rate: '0.9250', source: 'ECB' },
    minute: 900,
  }),
  registered('exchange-rate', 'USD-EUR-2026-03-31', {
    entry: { from: 'USD', to: 'EUR', date: '2026-03-31', rate: '0.8000', source: 'ECB' },
    minute: 900,
  }),
  [
    ...registered('sod-exception', 'E1', { entry: exception('P2P-06', 'P-A'), minute: 0 }),
    decided('sod-exception', 'E1', 'evidenced', 20 * DAY),
  ],
  registered('sod-exception', 'E2', { entry: exception('P2P-08', 'P-B'), minute: 0 }),
  registered('sod-exception', 'E3', { entry: exception('P2P-01', 'P-A'), minute: 0 }),
  [
    ...registered('emergency-session', 'ES-1', {
      entry: { user: 'P-B', reason: 'outage', from: minuteOf(2), to: minuteOf(500) },
      minute: 1,
    }),
  ],
  registered('payee-group', 'G1', {
    entry: {
      basis: 'group',
      vendors: [
        { entity: 'E', id: 'V' },
        { entity: 'E', id: 'W' },
      ],
    },
    minute: 4,
  }),
  registered('legal-entity', 'E', { entry: { timeZone: 'America/New_York' }, minute: 5 }),
  registered('entitlement-list', 'erp', {
    entry: {
      asOf: minuteOf(0),
      rows: [
        { person: 'P-A', duty: 'VEND-MAINT', entity: '*', from: minuteOf(0) },
        { account: 'alice', duty: 'PAY-RELEASE', entity: 'E', from: minuteOf(0) },
        { person: 'P-B', duty: 'PO-CREATE', entity: 'E', from: minuteOf(0) },
        { account: 'late', duty: 'PO-APPROVE', entity: '*', from: minuteOf(0) },
        { account: 'handed', duty: 'INV-ENTER', entity: '*', from: minuteOf(0) },
      ],
    },
    minute: 3,
  }),
  registered('person', 'P-B', { entry: { manager: 'P-A' }, minute: 5 }),
  [
    ...registered('person', 'P-C', { entry: { mergedInto: 'P-B' }, minute: 5 }),
    decided('person', 'P-C', 'revoked', 8),
    ...registered('person', 'P-C', { entry: { mergedInto: 'P-A' }, minute: 9, version: 2 }),
  ],
];

function exception(rule: string, person: string) {
  const validity = { from: minuteOf(-DAY), to: minuteOf(60 * DAY) };
  const control = { compensatingControl: 'weekly review', controlDueAt: minuteOf(DUE) };
  return { rule, person, reason: 'small team', ...control, ...validity };
}
