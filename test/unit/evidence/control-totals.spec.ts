import {
  assertSameStreams,
  assertSameTotals,
  projectedTotals,
} from '../../../evidence/pack/control-totals';
import {
  type Figure,
  type LineageFacts,
  type ProjectedStep,
} from '../../../evidence/pack/pack-input';
import { replayLog } from '../../../evidence/pack/replay';
import { isTieoutError } from '../../../src/kernel/errors';
import { SampleLog, type SampleEvent } from '../../support/sample-log';

const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const money = (amount: string, currency = 'EUR') => ({ amount, currency });

function event(stream: string, day: number, data: object = {}): SampleEvent {
  const transition = { action: 'changed', to: 'open' };
  return { stream, type: 'invoice.changed', occurredAt: at(day), data: { transition, ...data } };
}

const figure = (value: string, currency = 'EUR', measure = 'amount'): Figure => ({
  measure,
  value,
  currency,
});
const node = (stream: string, type: string, ...figures: readonly Figure[]) => ({
  stream,
  object: { type, entity: 'E_DE', id: stream },
  distance: 0,
  state: 'open',
  figures,
});
const step = (stream: string, revision: number, day: number): ProjectedStep => ({
  stream,
  revision,
  index: 0,
  occurredAt: at(day),
  flags: [],
  persons: [],
});
const facts = (nodes: LineageFacts['nodes'], steps: LineageFacts['steps']): LineageFacts => ({
  nodes,
  steps,
  edges: [],
  missing: [],
  excluded: [],
});

describe('control totals by two paths', () => {
  it('count each object with its last amount, signed and absolute, by type and currency', () => {
    const totals = projectedTotals(
      facts(
        [
          node('invoice-E_DE.1', 'invoice', figure('12.50')),
          node('invoice-E_DE.2', 'invoice', figure('-2.25')),
          node('payment-E_DE.1', 'payment'),
        ],
        [
          step('invoice-E_DE.1', 0, 3),
          step('invoice-E_DE.1', 1, 2),
          step('invoice-E_DE.2', 0, 5),
          step('payment-E_DE.1', 0, 9),
        ],
      ),
    );
    expect(totals).toEqual([
      {
        type: 'invoice',
        measure: 'amount',
        currency: 'EUR',
        objects: 2,
        entries: 3,
        sum: '10.25',
        absolute: '14.75',
        positive: '12.50',
        negative: '-2.25',
        first: at(2),
        last: at(5),
      },
      {
        type: 'payment',
        measure: '-',
        currency: '-',
        objects: 1,
        entries: 1,
        sum: '0',
        absolute: '0',
        positive: '0',
        negative: '0',
        first: at(9),
        last: at(9),
      },
    ]);
  });

  it('come out the same from the sealed entries alone, with currencies of other digits', async () => {
    const log = new SampleLog();
    log.add(event('invoice-E_DE.1', 3, { amount: money('10.00') }));
    log.add(event('invoice-E_DE.1', 2, { amount: money('12.50') }));
    log.add(
      event('payment-E_DE.1', 4, {
        amount: money('7', 'JPY'),
        related: [{ type: 'invoice', id: '1', role: 'settles' }],
      }),
    );
    log.add(
      event('credit_note-E_DE.1', 5, {
        amount: money('-1.500', 'KWD'),
        related: [{ type: 'invoice', id: '1', role: 'invoice' }],
      }),
    );
    const replay = await replayLog(log, { subject: 'invoice-E_DE.1', depth: 6, size: log.size() });
    expect(replay.streams).toEqual(['credit_note-E_DE.1', 'invoice-E_DE.1', 'payment-E_DE.1']);
    const nodes = [
      node('invoice-E_DE.1', 'invoice', figure('10.00')),
      node('payment-E_DE.1', 'payment', figure('7', 'JPY')),
      node('credit_note-E_DE.1', 'credit-note', figure('-1.500', 'KWD')),
    ];
    const steps = [
      step('invoice-E_DE.1', 0, 3),
      step('invoice-E_DE.1', 1, 2),
      step('payment-E_DE.1', 0, 4),
      step('credit_note-E_DE.1', 0, 5),
    ];
    expect(replay.totals).toEqual(projectedTotals(facts(nodes, steps)));
  });

  it('add decimals of a contract exactly, with the digits of the finest', async () => {
    const log = new SampleLog();
    const claim = (id: string, requestedAmount: string, related: object[] = []): SampleEvent =>
      event(`expense_claim-UNI.${id}`, 1, {
        custom: { requestedAmount, requestedCurrency: 'EUR' },
        related,
      });
    log.add(claim('1', '33.30710787109593'));
    log.add(claim('2', '0.1', [{ type: 'expense-claim', id: '1', role: 'part-of' }]));
    const replay = await replayLog(log, {
      subject: 'expense_claim-UNI.2',
      depth: 1,
      size: log.size(),
    });
    expect(replay.totals).toMatchObject([
      { measure: 'requestedAmount', currency: 'EUR', objects: 2, sum: '33.40710787109593' },
    ]);
    const requested = (value: string): Figure => figure(value, 'EUR', 'requestedAmount');
    const nodes = [
      node('expense_claim-UNI.1', 'expense-claim', requested('33.30710787109593')),
      node('expense_claim-UNI.2', 'expense-claim', requested('0.1')),
    ];
    const steps = [step('expense_claim-UNI.1', 0, 1), step('expense_claim-UNI.2', 0, 1)];
    expect(replay.totals).toEqual(projectedTotals(facts(nodes, steps)));
  });

  it('go up to where the subject came from and then down from all of that, not up again', async () => {
    const log = new SampleLog();
    const link = (type: string, id: string, role: string) => ({ related: [{ type, id, role }] });
    log.add(event('purchase_order-E_DE.1', 1));
    log.add(event('invoice-E_DE.1', 2, link('purchase-order', '1', 'order')));
    log.add(event('invoice-E_DE.2', 2, link('purchase-order', '1', 'order')));
    log.add(
      event('payment-E_DE.run', 3, {
        related: [
          { type: 'invoice', id: '1', role: 'settles' },
          { type: 'invoice', id: '99', role: 'settles' },
        ],
      }),
    );
    log.add(event('invoice-E_DE.99', 2, link('supplier', 'V-1', 'supplier')));
    const { streams } = await replayLog(log, {
      subject: 'invoice-E_DE.1',
      depth: 6,
      size: log.size(),
    });
    expect(streams).toEqual([
      'invoice-E_DE.1',
      'invoice-E_DE.2',
      'payment-E_DE.run',
      'purchase_order-E_DE.1',
    ]);
  });

  it('read nothing at or beyond the size, and give other work its turns', async () => {
    const log = new SampleLog();
    for (let i = 0; i < 500; i += 1)
      log.add(event('invoice-E_DE.1', 1, { amount: money(`${i}.00`) }));
    let turns = 0;
    const breathe = async () => void (turns += 1);
    const { totals, scanned } = await replayLog(log, {
      subject: 'invoice-E_DE.1',
      depth: 1,
      size: 401,
      breathe,
    });
    expect({ scanned, entries: totals[0]?.entries, sum: totals[0]?.sum }).toEqual({
      scanned: 401,
      entries: 400,
      sum: '399.00',
    });
    expect(turns).toBe(4);
  });

  it('refuse a pack when they disagree, and name the first difference', () => {
    const nodes = [node('invoice-E_DE.1', 'invoice', figure('10.00'))];
    const [a] = projectedTotals(facts(nodes, [step('invoice-E_DE.1', 0, 1)]));
    const failure = caught(() => assertSameTotals([a!], [{ ...a!, sum: '10.01' }]));
    expect(failure).toMatchObject({
      code: 'internal',
      members: {
        reason: 'totals-disagree',
        at: 'invoice amount EUR, sum',
        projection: '10.00',
        replay: '10.01',
      },
    });
    expect(caught(() => assertSameTotals([a!], []))).toMatchObject({
      members: { at: 'invoice amount EUR' },
    });
    expect(caught(() => assertSameTotals([], [a!]))).toMatchObject({
      members: { at: 'invoice amount EUR' },
    });
    expect(caught(() => assertSameStreams(['a', 'b'], ['a']))).toMatchObject({
      members: { at: 'b' },
    });
    expect(caught(() => assertSameStreams(['a'], ['a', 'c']))).toMatchObject({
      members: { at: 'c' },
    });
    expect(() => assertSameTotals([a!], [a!])).not.toThrow();
  });
});

function caught(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    if (isTieoutError(error)) return error;
    throw error;
  }
  return undefined;
}
