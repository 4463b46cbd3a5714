import { checkAnswers } from '../../../projections/check-answers';
import { type JsonObject } from '../../../src/kernel/json';
import { type Snapshot } from '../../../projections/read-model';
import {
  countObjects,
  findObject,
  listObjects,
  type ObjectFilter,
  objectJson,
  totalsOf,
  workflowState,
} from '../../../projections/workflow-state';
import { ProjectionHarness } from '../../support/projection-harness';
import { transition } from '../../support/transitions';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('workflow state', () => {
  let harness: ProjectionHarness;
  beforeEach(() => (harness = new ProjectionHarness([checkAnswers, workflowState])));
  afterEach(() => harness.close());

  const snapshot = (): Snapshot => ({
    position: 's.9',
    all: (sql, params) => harness.db.all(sql, params),
    get: (sql, params) => harness.db.get(sql, params),
  });
  const keys = (filter: ObjectFilter, limit = 100) =>
    listObjects(snapshot(), { filter, limit }).items.map((item) => item['id']);
  const detail = (stream: string): JsonObject => {
    const object = findObject(harness.db, stream);
    if (object === undefined) throw new Error(`${stream} is not there`);
    return objectJson(object);
  };

  it('shows the state after the act that occurred last, not the message that came last', () => {
    const invoice = 'invoice-E_DE.1';
    harness.feed(
      transition(invoice, 'received', { at: '2026-01-02' }),
      transition(invoice, 'approved', { at: '2026-01-05' }),
      transition(invoice, 'validated', { at: '2026-01-03' }),
    );
    expect(detail(invoice)).toMatchObject({
      state: 'approved',
      stateAt: '2026-01-05T08:00:00.000Z',
      revision: 2,
      flags: ['late'],
    });
  });

  it('keeps each system apart and marks one that cannot be where the object is', () => {
    const invoice = 'invoice-E_DE.1';
    harness.feed(
      transition(invoice, 'received', { at: '2026-01-02', system: 'ap', amount: eur('100.00') }),
      transition(invoice, 'rejected', { at: '2026-01-03', system: 'ap' }),
      transition(invoice, 'received', { at: '2026-01-03', system: 'scan' }),
      transition(invoice, 'posted', { at: '2026-01-04', system: 'erp', amount: eur('100.10') }),
    );
    const { sides, disagreements } = detail(invoice);
    expect(sides).toMatchObject([
      { system: 'ap', state: 'rejected', amount: eur('100.00') },
      { system: 'erp', state: 'posted' },
      { system: 'scan', state: 'received' },
    ]);
    expect(disagreements).toMatchObject([
      { on: 'state', sentence: 'ap says rejected, from where posted is not reached.' },
      { on: 'behind', sentence: 'scan still says received; the object is posted.' },
      { on: 'amount', systems: { ap: eur('100.00'), erp: eur('100.10') } },
    ]);
    expect(keys({ disagreement: 'any' })).toEqual(['1']);
    expect(keys({ disagreement: 'version' })).toEqual([]);
  });

  it('names the steps that are missing and those that may follow', () => {
    const invoice = 'invoice-E_DE.1';
    harness.feed(
      transition(invoice, 'received', { at: '2026-01-02' }),
      transition(invoice, 'posted', { at: '2026-01-04' }),
    );
    expect(detail(invoice)).toMatchObject({
      missingSteps: [{ step: 'approved', neededBy: 'posted', since: '2026-01-04T08:00:00.000Z' }],
      nextSteps: [
        { action: 'blocked', to: 'blocked' },
        { action: 'paid', to: 'paid' },
        { action: 'reversed', to: 'reversed' },
      ],
      flags: ['out-of-sequence', 'unauthorised'],
    });
  });

  it('flags what occurred before the agreed start of its source', () => {
    harness.feed(
      {
        stream: 'source-_.register',
        type: 'source.registered',
        data: { id: 'erp', agreedStart: '2026-01-03T00:00:00.000Z' },
      },
      transition('invoice-E_DE.1', 'received', { at: '2026-01-02' }),
      transition('invoice-E_DE.2', 'received', { at: '2026-01-03' }),
    );
    expect(keys({ flag: 'backfill' })).toEqual(['1']);
  });

  it('takes a type without a workflow as it comes', () => {
    harness.feed(transition('contract-E_DE.1', 'signed', { at: '2026-01-02' }));
    expect(detail('contract-E_DE.1')).toMatchObject({
      state: 'signed',
      workflow: null,
      nextSteps: [],
    });
  });

  describe('a list', () => {
    beforeEach(() => {
      harness.feed(
        transition('invoice-E_DE.1', 'received', { at: '2026-01-02', amount: eur('10.00') }),
        transition('invoice-E_DE.1', 'approved', { at: '2026-01-03' }),
        transition('invoice-E_DE.1', 'paid', { at: '2026-01-04', system: 'bank' }),
        transition('invoice-E_DE.2', 'received', { at: '2026-01-02', amount: eur('20.00') }),
        transition('invoice-E_DE.2', 'paid', { at: '2026-01-06', system: 'bank' }),
        transition('invoice-E_FR.3', 'received', { at: '2026-01-05', amount: eur('30.00') }),
        transition('invoice-E_DE2.4', 'received', { at: '2026-01-05' }),
        transition('payment-E_DE.1', 'approved', { at: '2026-01-05' }),
      );
    });

    it.each<[string, ObjectFilter, string[]]>([
      ['type', { type: 'payment' }, ['1']],
      ['type and entity', { type: 'invoice', entity: 'E_DE' }, ['1', '2']],
      ['entity alone', { entity: 'E_DE' }, ['1', '2', '1']],
      ['state', { state: 'received' }, ['4', '3']],
      ['system', { system: 'bank' }, ['1', '2']],
      ['a step that occurred', { step: 'paid' }, ['1', '2']],
      ['a step that never occurred', { type: 'invoice', missingStep: 'paid' }, ['4', '3']],
      ['both', { type: 'invoice', step: 'paid', missingStep: 'approved' }, ['2']],
      ['amounts', { amount: { currency: 'EUR', from: 1000n, to: 2000n } }, ['1', '2']],
      ['another currency', { amount: { currency: 'USD' } }, []],
      ['change', { changedSince: '2026-01-05T08:00:00.000Z' }, ['2', '4', '3', '1']],
      ['flag', { flag: 'unauthorised' }, ['2']],
    ])('is narrowed by %s', (_, filter, expected) => {
      expect(keys(filter)).toEqual(expected);
      expect(countObjects(snapshot(), filter)).toBe(expected.length);
    });

    it('continues right after its last item', () => {
      const first = listObjects(snapshot(), { filter: {}, limit: 2 });
      expect(first.next).toEqual(['invoice-E_DE.2']);
      const second = listObjects(snapshot(), { filter: {}, limit: 3, after: first.next! });
      expect(second.items.map((item) => item['stream'])).toEqual([
        'invoice-E_DE2.4',
        'invoice-E_FR.3',
        'payment-E_DE.1',
      ]);
      expect(second.next).toBeUndefined();
    });
  });

  describe('totals', () => {
    it('add amounts that pass 64 bits together', () => {
      const most = '9999999999999999.99';
      for (let i = 0; i < 20; i++) {
        harness.feed(transition(`invoice-E_DE.${i}`, 'received', { amount: eur(most) }));
      }
      const sum = '199999999999999999.80';
      expect(totalsOf(snapshot(), {})).toEqual([
        { measure: 'amount', currency: 'EUR', count: 20, sum, rounded: sum },
      ]);
    });

    it('add decimals exactly and round only the sum', () => {
      const claim = (id: string, requestedAmount: string) =>
        transition(`expense_claim-U.${id}`, 'submitted', {
          custom: { requestedAmount, requestedCurrency: 'EUR' },
        });
      harness.feed(claim('1', '0.005'), claim('2', '0.0049999999999999'), claim('3', '10'));
      expect(totalsOf(snapshot(), { type: 'expense-claim' })).toEqual([
        {
          measure: 'requestedAmount',
          currency: 'EUR',
          count: 3,
          sum: '10.0099999999999999',
          rounded: '10.01',
        },
      ]);
    });

    it('take the figure of the latest act of each object', () => {
      const claim = (at: string, requestedAmount: string) =>
        transition('expense_claim-U.1', 'submitted', {
          at,
          custom: { requestedAmount, requestedCurrency: 'EUR' },
        });
      harness.feed(
        claim('2026-01-05', '5.5'),
        claim('2026-01-06', '7.25'),
        claim('2026-01-04', '1'),
      );
      expect(totalsOf(snapshot(), {})).toMatchObject([{ count: 1, sum: '7.25' }]);
    });
  });
});
