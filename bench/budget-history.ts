import { type ProjectedEvent } from '../projections/read-model';
import { type Entry } from '../src/kernel/entry';
import { type JsonObject } from '../src/kernel/json';

const CENTERS = 200;
const ACCOUNTS = 10;
/** Every tenth demand is for one line: what many ask about at once. */
const HOT_EVERY = 10;

export const BUDGET_LINES = CENTERS * ACCOUNTS;
/** Events of one demand from its requisition to the posting of its invoice. */
const EVENTS_A_DEMAND = 7;

export const costCenter = (n: number): string => `CC${n % CENTERS}`;
export const accountOf = (n: number): string => `${6_000 + (Math.floor(n / CENTERS) % ACCOUNTS)}`;

/** Budgets, and then demands one after the other: requisition, order and invoice, each with its steps. */
export class BudgetHistory {
  private index = 0;

  *events(count: number): Generator<ProjectedEvent> {
    for (let n = 0; n < BUDGET_LINES && this.index < count; n += 1) yield this.budget(n);
    for (let n = 0; this.index < count; n += 1) yield* this.demand(n);
  }

  private budget(n: number): ProjectedEvent {
    const dimensions = { costCenter: costCenter(n), account: accountOf(n), period: '2026' };
    return this.event(`budget-E_DE.B${n}`, 'released', {
      ...{ revision: 0, amount: '100000000.00', dimensions },
    });
  }

  private *demand(n: number): Generator<ProjectedEvent> {
    const at = n % HOT_EVERY === 0 ? 0 : n * 7;
    const dimensions = { costCenter: costCenter(at), account: accountOf(at), period: '2026-03' };
    const amount = `${100 + (n % 900)}.00`;
    const [requisition, order, invoice] = ['requisition', 'purchase_order', 'invoice'].map(
      (category) => `${category}-E_DE.${n}`,
    ) as [string, string, string];
    const from = (type: string, role: string) => [{ type, id: String(n), role }];
    yield this.event(requisition, 'submitted', { revision: 0, amount, dimensions });
    yield this.event(requisition, 'approved', { revision: 1 });
    const ordered = { amount, dimensions, related: from('requisition', 'requisition') };
    yield this.event(order, 'approved', { revision: 0, ...ordered });
    yield this.event(order, 'issued', { revision: 1 });
    const billed = { amount, dimensions, related: from('purchase-order', 'order') };
    yield this.event(invoice, 'received', { revision: 0, ...billed });
    yield this.event(invoice, 'approved', { revision: 1 });
    yield this.event(invoice, 'posted', { revision: 2 });
  }

  private event(
    stream: string,
    action: string,
    of: {
      readonly revision: number;
      readonly amount?: string;
      readonly dimensions?: JsonObject;
      readonly related?: readonly JsonObject[];
    },
  ): ProjectedEvent {
    const index = this.index++;
    const { revision, amount, dimensions, related } = of;
    const type = `${stream.slice(0, stream.indexOf('-')).replace('_', '-')}.${action}`;
    const at = new Date(Date.UTC(2026, 2, 1) + index * 1_000).toISOString();
    const entry: Entry = {
      ...{ v: 1, stream, revision, type, contract: 1, occurredAt: at, recordedAt: at },
      id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
      actor: { id: 'per-000000000001', kind: 'person' },
      source: { system: 'erp' },
      data: {
        transition: { action, to: action },
        ...(amount === undefined ? {} : { amount: { amount, currency: 'EUR' } }),
        ...(dimensions === undefined ? {} : { dimensions }),
        ...(related === undefined ? {} : { related }),
      },
    };
    const place = { position: `s.${index + 1}`, index, stream, revision, type };
    return { ...place, leaf: new Uint8Array(32), entry, entryBytes: 0 };
  }
}

export const demandsIn = (events: number): number =>
  Math.floor((events - BUDGET_LINES) / EVENTS_A_DEMAND);
