import fc from 'fast-check';
import { BudgetLedger, moved, rated } from '../support/budget-ledger';
import { type EventInput } from '../support/projection-harness';
import { eventId } from '../support/sod-ledger';

const STATES: Readonly<Record<string, readonly string[]>> = {
  'budget-E.B1': ['draft', 'released', 'closed'],
  'budget-E.B2': ['released', 'rejected'],
  'requisition-E.R1': ['draft', 'submitted', 'approved', 'rejected', 'closed'],
  'requisition-E.R2': ['submitted', 'ordered', 'cancelled'],
  'purchase_order-E.O1': ['created', 'approved', 'issued', 'closed', 'cancelled'],
  'purchase_order-E.O2': ['approved', 'received', 'rejected'],
  'invoice-E.I1': ['received', 'posted', 'paid', 'reversed', 'archived'],
  'invoice-E.I2': ['received', 'blocked', 'posted'],
  'credit_note-E.C1': ['received', 'posted', 'reversed'],
  'journal_entry-E.J1': ['prepared', 'posted'],
};
const OBJECTS = Object.keys(STATES);
const SPENDING = OBJECTS.filter((object) => !object.startsWith('budget'));

const events = fc.array(
  fc.record({
    object: fc.constantFrom(...OBJECTS),
    state: fc.nat(4),
    // Few days, so that ties happen.
    day: fc.integer({ min: 10, max: 14 }),
    cents: fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined, freq: 3 }),
    currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
    costCenter: fc.option(fc.constantFrom('CC1', 'CC2'), { nil: undefined, freq: 2 }),
    project: fc.option(fc.constantFrom('P1'), { nil: undefined, freq: 1 }),
    period: fc.option(fc.constantFrom('2026', '2026-03', '2026-04'), { nil: undefined, freq: 1 }),
    from: fc.option(fc.constantFrom(...SPENDING), { nil: undefined, freq: 2 }),
    check: fc.option(fc.constantFrom('check-1', 'check-2'), { nil: undefined, freq: 1 }),
  }),
  { minLength: 10, maxLength: 40 },
);

type Given = typeof events extends fc.Arbitrary<infer T> ? T : never;

function history(given: Given): EventInput[] {
  return given.map((one, n) => {
    const { object, day, cents, currency, costCenter, project, period, from, check } = one;
    const states = STATES[object]!;
    const to = states[one.state % states.length]!;
    const amount = cents === undefined ? {} : { amount: `${(cents / 100).toFixed(2)} ${currency}` };
    const dimensions = {
      ...(costCenter === undefined ? {} : { costCenter }),
      ...(project === undefined ? {} : { project }),
      ...(period === undefined ? {} : { period }),
    };
    const action = object.startsWith('budget') && to === 'closed' ? 'transferred' : to;
    return moved({
      ...{ object, action, to, on: `2026-03-${day}`, id: eventId(n), dimensions, ...amount },
      ...(from === undefined || from === object ? {} : { from: [from] }),
      ...(check === undefined ? {} : { checks: [check] }),
    });
  });
}

/** Rows but for how many events of an object had come when. */
function figures(ledger: BudgetLedger): unknown {
  const {
    budget_line: lines,
    budget_document: documents,
    budget_link,
    budget_citation,
  } = ledger.dump();
  return {
    ...{ lines, budget_link, budget_citation },
    documents: documents!.map((row) => ({ ...row, revision: null })),
  };
}

function afterFeeding(batches: readonly (readonly EventInput[])[]): unknown {
  const ledger = new BudgetLedger();
  try {
    for (const batch of batches) ledger.feed(...batch);
    return figures(ledger);
  } finally {
    ledger.close();
  }
}

describe('budgets, whatever arrives when', () => {
  it('are the same after any order and any batches as after one batch', () => {
    fc.assert(
      fc.property(
        events,
        fc.array(fc.nat(), { minLength: 45, maxLength: 45 }),
        fc.integer({ min: 1, max: 9 }),
        (given, order, size) => {
          const all = history(given);
          const rates = rated('USD-EUR-2026-03-11', '0.9');
          const once = afterFeeding([[...rates, ...all]]);
          const units = [...all.map((event) => [event]), rates];
          const shuffled = units
            .map((unit, i) => ({ unit, key: order[i] ?? 0, i }))
            .sort((a, b) => a.key - b.key || a.i - b.i)
            .map(({ unit }) => unit);
          const batches: EventInput[][] = [];
          for (let i = 0; i < shuffled.length; i += size)
            batches.push(shuffled.slice(i, i + size).flat());
          expect(afterFeeding(batches)).toEqual(once);
        },
      ),
      { numRuns: 150 },
    );
  });
});
