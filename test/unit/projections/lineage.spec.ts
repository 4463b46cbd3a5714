import { lineage, type LineageBounds, lineageOf } from '../../../projections/lineage';
import { checkAnswers } from '../../../projections/check-answers';
import { workflowState } from '../../../projections/workflow-state';
import { ProjectionHarness } from '../../support/projection-harness';
import { transition } from '../../support/transitions';

const REQUISITION = 'requisition-E.R1';
const ORDER = 'purchase_order-E.PO1';
const GOODS = 'goods_receipt-E.GR1';
const INVOICE = 'invoice-E.I1';
const PAYMENT = 'payment-E.P1';
const POSTING = 'journal_entry-E.J1';

describe('lineage', () => {
  let harness: ProjectionHarness;
  beforeEach(() => (harness = new ProjectionHarness([checkAnswers, workflowState, lineage])));
  afterEach(() => harness.close());

  const graph = (stream: string, bounds: Partial<LineageBounds> = {}) =>
    lineageOf(harness.db, stream, { direction: 'both', depth: 6, ...bounds });
  const keys = (stream: string, bounds: Partial<LineageBounds> = {}) =>
    graph(stream, bounds).nodes.map((node) => node.key);

  /** A purchase from its requisition to its payment; every other link is reported from the other end. */
  function purchase(): void {
    harness.feed(
      transition(REQUISITION, 'approved'),
      transition(ORDER, 'approved', {
        related: [{ type: 'requisition', id: 'R1', role: 'requisition' }],
      }),
      transition(GOODS, 'posted', {
        related: [
          { type: 'purchase-order', id: 'PO1', role: 'order' },
          { type: 'supplier', id: 'S1', role: 'supplier' },
        ],
      }),
      transition(INVOICE, 'approved', {
        related: [
          { type: 'purchase-order', id: 'PO1', role: 'order' },
          { type: 'supplier', id: 'S1', role: 'supplier' },
        ],
      }),
      transition(INVOICE, 'paid', { related: [{ type: 'payment', id: 'P1', role: 'settles' }] }),
      transition(POSTING, 'posted', { related: [{ type: 'invoice', id: 'I1', role: 'posts' }] }),
      transition(PAYMENT, 'approved'),
    );
  }

  it('runs from the requisition to the payment, whichever document is asked', () => {
    purchase();
    const whole = [REQUISITION, ORDER, GOODS, INVOICE, PAYMENT, POSTING, 'supplier-E.S1'].sort();
    for (const stream of [REQUISITION, ORDER, INVOICE, PAYMENT]) {
      expect(keys(stream).sort()).toEqual(whole);
    }
  });

  it('tells where an object came from apart from what came of it', () => {
    purchase();
    expect(keys(ORDER, { direction: 'up' })).toEqual([ORDER, REQUISITION]);
    expect(keys(ORDER, { direction: 'down' })).toEqual(
      expect.arrayContaining([ORDER, GOODS, INVOICE, PAYMENT, POSTING]),
    );
    expect(keys(ORDER, { direction: 'down' })).not.toContain(REQUISITION);
  });

  it('leads neither through master data nor back through a payment run', () => {
    purchase();
    harness.feed(
      transition('invoice-E.OTHER', 'received', {
        related: [
          { type: 'supplier', id: 'S1', role: 'supplier' },
          { type: 'payment', id: 'P1', role: 'settles' },
        ],
      }),
    );
    expect(keys(INVOICE)).not.toContain('invoice-E.OTHER');
    expect(keys(PAYMENT)).toContain('invoice-E.OTHER');
  });

  it('shows expected documents that nobody named', () => {
    harness.feed(
      transition(INVOICE, 'received', { at: '2026-01-05' }),
      transition(INVOICE, 'approved', {
        at: '2026-01-06',
        related: [{ type: 'purchase-order', id: 'PO1', role: 'order' }],
      }),
    );
    const { nodes, edges } = graph(INVOICE);
    expect(nodes.map(({ status, type }) => [status, type])).toEqual([
      ['recorded', 'invoice'],
      ['missing', 'goods-receipt'],
      ['referenced', 'purchase-order'],
    ]);
    expect(nodes.map(({ sentence }) => sentence)).toEqual([
      undefined,
      'No goods receipt: invoice I1 was approved on 2026-01-06 and no goods receipt is linked to it.',
      'No system has reported purchase order PO1. It is named by invoice I1.',
    ]);
    expect(edges).toContainEqual({
      from: INVOICE,
      to: `missing:goods-receipt:${INVOICE}`,
      role: 'receipt',
      way: 'up',
      missing: true,
    });
  });

  it('takes a receipt that names the order for the receipt of its invoice', () => {
    purchase();
    const missing = graph(INVOICE).nodes.filter(({ status }) => status === 'missing');
    expect(missing).toEqual([]);
  });

  it('expects nothing before the step that needs it', () => {
    harness.feed(transition(INVOICE, 'received'));
    expect(graph(INVOICE).nodes).toHaveLength(1);
  });

  it('says where it goes on beyond its depth and its number of nodes', () => {
    purchase();
    expect(graph(REQUISITION, { depth: 1 })).toMatchObject({
      nodes: [{ key: REQUISITION }, { key: ORDER }],
      frontier: [{ key: ORDER, reason: 'depth' }],
    });
    const few = graph(REQUISITION, { nodesMax: 3 });
    expect(few.nodes).toHaveLength(3);
    expect(few.frontier).toContainEqual(expect.objectContaining({ key: ORDER, reason: 'nodes' }));
  });

  it('ends in a circle of documents', () => {
    harness.feed(
      transition('invoice-E.A', 'received', {
        related: [{ type: 'invoice', id: 'B', role: 'replaces' }],
      }),
      transition('invoice-E.B', 'received', {
        related: [{ type: 'invoice', id: 'A', role: 'replaces' }],
      }),
    );
    expect(keys('invoice-E.A')).toEqual(['invoice-E.A', 'invoice-E.B']);
  });

  it('keeps an event whose related object can have no stream', () => {
    harness.feed(
      transition(INVOICE, 'received', {
        related: [{ type: 'purchase-order', id: '\u{1F4A1}'.repeat(100), role: 'order' }],
      }),
    );
    expect(keys(INVOICE)).toEqual([INVOICE]);
  });
});
