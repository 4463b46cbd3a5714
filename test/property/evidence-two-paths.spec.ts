import * as fc from 'fast-check';

import {
  assertSameStreams,
  assertSameTotals,
  projectedTotals,
} from '../../evidence/pack/control-totals';
import { replayLog } from '../../evidence/pack/replay';
import { lineageFacts } from '../../projections/evidence-packs';
import { events } from '../../projections/events';
import { lineage } from '../../projections/lineage';
import { workflowState } from '../../projections/workflow-state';
import { canonicalBytes } from '../../src/kernel/canonical-json';
import { type JsonObject } from '../../src/kernel/json';
import { type EventInput, ProjectionHarness } from '../support/projection-harness';

const TYPES = [
  'requisition',
  'purchase-order',
  'goods-receipt',
  'invoice',
  'credit-note',
  'payment',
  'supplier',
  'sales-order',
  'customer-invoice',
  'receipt',
  'journal-entry',
  'expense-claim',
] as const;
const ROLES = [
  'requisition',
  'order',
  'receipt',
  'invoice',
  'settles',
  'posts',
  'part-of',
  'supplier',
] as const;

const objects = fc.record({
  type: fc.constantFrom(...TYPES),
  id: fc.constantFrom('1', '2', 'a/b', 'Ü'),
});
const amounts = fc.record({
  minor: fc.integer({ min: -99_999, max: 99_999 }),
  currency: fc.constantFrom('EUR', 'USD'),
});

const steps = fc.record({
  object: objects,
  related: fc.array(fc.record({ object: objects, role: fc.constantFrom(...ROLES) }), {
    maxLength: 3,
  }),
  amount: fc.option(amounts, { nil: undefined }),
  requested: fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined }),
  day: fc.integer({ min: 1, max: 28 }),
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const streamOf = ({ type, id }: Step['object']): string =>
  `${type.replaceAll('-', '_')}-E_DE.${encodeURIComponent(id)}`;

function inputOf({ object, related, amount, requested, day }: Step): EventInput {
  const money =
    amount === undefined
      ? {}
      : { amount: { amount: inMajor(amount.minor), currency: amount.currency } };
  const isClaim = object.type === 'expense-claim' && requested !== undefined;
  return {
    stream: streamOf(object),
    type: `${object.type}.changed`,
    occurredAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    data: {
      transition: { action: 'changed', to: 'open' },
      related: related.map((link) => ({ ...link.object, role: link.role })),
      ...money,
      ...(isClaim
        ? { custom: { requestedAmount: `${requested}.125`, requestedCurrency: 'EUR' } }
        : {}),
    } as JsonObject,
  };
}

const inMajor = (minor: number): string => {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

describe('the two readings of a ledger', () => {
  it('find the same objects and the same totals around any object, at any size, in any history', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { minLength: 1, maxLength: 25 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        async (history, atStep, cut, depth) => {
          const harness = new ProjectionHarness([events, workflowState, lineage]);
          try {
            const recorded = harness.feed(...history.map(inputOf));
            const log = {
              entryBytes: (index: number) =>
                canonicalBytes(recorded[index]!.entry as unknown as JsonObject),
            };
            const subject = streamOf(history[atStep % history.length]!.object);
            const size = 1 + (cut % recorded.length);
            const facts = lineageFacts(harness.db, log, subject, { depth, size });
            const replay = await replayLog(log, { subject, depth, size });
            if (facts === undefined) {
              expect(recorded.findIndex(({ stream }) => stream === subject)).toBeGreaterThanOrEqual(
                size,
              );
              return;
            }
            compared += 1;
            assertSameStreams(
              facts.nodes.map(({ stream }) => stream),
              replay.streams,
            );
            assertSameTotals(projectedTotals(facts), replay.totals);
          } finally {
            harness.close();
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(50);
  }, 120_000);
});
