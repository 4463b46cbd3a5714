import fc from 'fast-check';
import { checkAnswers } from '../../projections/check-answers';
import { type ProjectedEvent } from '../../projections/read-model';
import { events } from '../../projections/events';
import { lineage } from '../../projections/lineage';
import { quarantine } from '../../projections/quarantine';
import { workflowState } from '../../projections/workflow-state';
import { type EventInput, EventSequence } from './projection-harness';
import { transition } from './transitions';

/** The projections that every event of a finance object passes. */
export const READ_SIDE = [events, checkAnswers, workflowState, lineage, quarantine];

const STREAMS = [
  'invoice-E.1',
  'invoice-E.2',
  'purchase_order-E.1',
  'payment-E.1',
  'requisition-E.1',
];
const ACTIONS = ['received', 'approved', 'posted', 'paid', 'changed', 'rejected'];

/** Any history, legal or not: any object, action, system, time and link in any order. */
const anyEvent: fc.Arbitrary<EventInput> = fc
  .record({
    stream: fc.constantFrom(...STREAMS),
    action: fc.constantFrom(...ACTIONS),
    system: fc.constantFrom('ap', 'erp', 'bank'),
    day: fc.integer({ min: 1, max: 28 }),
    cents: fc.option(fc.integer({ min: -500, max: 500 }), { nil: undefined }),
    link: fc.option(fc.constantFrom('purchase-order', 'payment', 'supplier'), { nil: undefined }),
  })
  .map(({ stream, action, system, day, cents, link }) =>
    transition(stream, action, {
      system,
      at: `2026-01-${String(day).padStart(2, '0')}`,
      ...(cents === undefined ? {} : { amount: { amount: String(cents), currency: 'JPY' } }),
      ...(link === undefined ? {} : { related: [{ type: link, id: '1', role: 'order' as const }] }),
    }),
  )
  .filter(({ data }) => !JSON.stringify(data).includes('"-0"'));

export const anyHistory: fc.Arbitrary<readonly ProjectedEvent[]> = fc
  .array(anyEvent, { minLength: 1, maxLength: 60 })
  .map((inputs) => {
    const sequence = new EventSequence();
    return inputs.map((input) => sequence.next(input));
  });

/** Lengths of batches, used in turn. */
export const anyBorders = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
