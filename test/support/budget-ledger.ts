import { listPositions } from '../../projections/budgets/budgets.view';
import { budgets } from '../../projections/budgets';
import { controlRegisters } from '../../projections/control-registers';
import { type RelatedObject } from '../../src/kernel/entry';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type EventInput, ProjectionHarness } from './projection-harness';

const NOW = '2026-06-01T00:00:00.000Z';

/** What matters of one event to a budget. */
export interface Moved {
  /** `requisition-E.R1` */
  readonly object: string;
  readonly action: string;
  /** reached state; the action by default */
  readonly to?: string;
  /** `100.00 EUR` */
  readonly amount?: string;
  readonly on?: string;
  readonly id?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  /** streams it names, with the role of their type */
  readonly from?: readonly string[];
  readonly checks?: readonly string[];
  readonly more?: JsonObject;
}

const ROLES: Readonly<Record<string, RelatedObject['role']>> = {
  requisition: 'requisition',
  'purchase-order': 'order',
  invoice: 'invoice',
  'customer-invoice': 'invoice',
};

/** The entry of a finance event, at noon of its day. */
export function moved(of: Moved): EventInput {
  const { object, action, to = action, amount, on = '2026-03-10', id, dimensions } = of;
  const [value = '', currency = ''] = amount?.split(' ') ?? [];
  const related = of.from?.map((stream) => {
    const { objectType: type, entity, key } = parseStreamName(stream);
    return { type, entity, id: key, role: ROLES[type] ?? 'posts' };
  });
  return {
    stream: object,
    type: `${parseStreamName(object).objectType}.${action}`,
    occurredAt: on.length === 10 ? `${on}T12:00:00.000Z` : on,
    ...(id === undefined ? {} : { id }),
    data: {
      transition: { action, to },
      ...(amount === undefined ? {} : { amount: { amount: value, currency } }),
      ...(dimensions === undefined ? {} : { dimensions: { ...dimensions } }),
      ...(related === undefined ? {} : { related }),
      ...(of.checks === undefined ? {} : { checks: [...of.checks] }),
      ...of.more,
    },
  };
}

/** A budget in force. */
export function released(
  id: string,
  amount: string,
  dimensions: Readonly<Record<string, string>>,
): EventInput {
  const of = { object: `budget-E.${id}`, action: 'released', on: '2026-01-02' };
  return moved({ ...of, amount, dimensions });
}

/** A rate of the register, proposed and approved. */
export function rated(id: string, rate: string): EventInput[] {
  const [from = '', to = '', ...date] = id.split('-');
  const stream = `exchange_rate-_.${id}`;
  const entry = { from, to, date: date.join('-'), rate, source: 'test' };
  return [
    { stream, type: 'exchange-rate.proposed', data: { version: 1, entry, by: 'admin' } },
    {
      stream,
      type: 'exchange-rate.approved',
      data: { version: 1, at: '2026-04-01T00:00:00.000Z', by: 'controller' },
    },
  ];
}

/** Positions over the real projections, every batch applied twice. */
export class BudgetLedger extends ProjectionHarness {
  constructor() {
    super([controlRegisters, budgets]);
  }

  /** `planned - precommitted - committed - actual = available` by dimensions. */
  positions(): Record<string, string> {
    const snapshot = {
      position: 's.1',
      all: this.db.all.bind(this.db),
      get: this.db.get.bind(this.db),
    };
    const { items } = listPositions(snapshot, { filter: {}, limit: 1000, now: NOW });
    return Object.fromEntries(
      items.map((item) => [
        Object.values(item['dimensions'] as Record<string, string>).join(' '),
        item['arithmetic'] as string,
      ]),
    );
  }
}
