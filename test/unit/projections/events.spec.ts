import { type EventFilter, type LogEntries } from '../../../projections/events';
import { countEvents, listEvents } from '../../../projections/events/events.view';
import { events } from '../../../projections/events';
import { checkAnswers } from '../../../projections/check-answers';
import { maskOfFlag, workflowState } from '../../../projections/workflow-state';
import { type Snapshot } from '../../../projections/read-model';
import { type EventInput, ProjectionHarness } from '../../support/projection-harness';
import { transition } from '../../support/transitions';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('the list of events', () => {
  let harness: ProjectionHarness;
  let stored: Uint8Array[];
  beforeEach(() => {
    harness = new ProjectionHarness([checkAnswers, workflowState, events]);
    stored = [];
  });
  afterEach(() => harness.close());

  const feed = (...inputs: EventInput[]) => {
    for (const { entry } of harness.feed(...inputs))
      stored.push(Buffer.from(JSON.stringify(entry)));
  };
  const log: LogEntries = { entryBytes: (index) => stored[index]! };
  const snapshot = (): Snapshot => ({
    position: 's.9',
    all: (sql, params) => harness.db.all(sql, params),
    get: (sql, params) => harness.db.get(sql, params),
  });
  const reading = { log, origin: 'tieout.example/acme' };
  const found = (filter: EventFilter) =>
    listEvents(snapshot(), { filter, order: 'asc', limit: 100 }, reading).items.map((event) =>
      Number(event['logindex']),
    );

  function history(): void {
    feed(
      transition('invoice-E_DE.INV-1', 'received', {
        at: '2026-01-02',
        amount: eur('10.00'),
        entry: { correlation: 'p2p-1', source: { system: 'ap', id: 'a-1', document: 'D-100' } },
      }),
      transition('invoice-E_FR.INV-2', 'received', {
        at: '2026-01-03',
        amount: eur('20.00'),
        initiatedBy: 'per-c',
        entry: { correlation: 'p2p-2', source: { system: 'erp', id: 'a-1', document: 'D-200' } },
      }),
      transition('payment-E_DE.PAY-1', 'paid', {
        at: '2026-01-04',
        entry: {
          causation: '00000000-0000-5000-8000-000000000000',
          actor: { id: 'per-b', kind: 'person', onBehalfOf: 'per-a' },
        },
      }),
      { stream: 'account-_.per-a', type: 'account.mapped', data: { person: 'P-7' } },
      { stream: 'account-_.per-c', type: 'account.mapped', data: { person: 'P-7' } },
    );
  }

  it.each<[string, EventFilter, number[]]>([
    ['type', { type: 'invoice.received' }, [0, 1]],
    ['object type', { object: 'payment' }, [2]],
    ['entity', { entity: 'E_DE' }, [0, 2]],
    ['stream', { stream: 'invoice-E_FR.INV-2' }, [1]],
    ['source and its own id', { source: 'erp', sourceId: 'a-1' }, [1]],
    ['ids that were looked up', { indexes: [2, 0] }, [0, 2]],
    ['ids that nobody has', { indexes: [] }, []],
    ['actor, also on behalf of', { actor: 'per-a' }, [2]],
    ['account behind a service', { actor: 'per-c' }, [1]],
    ['person, by accounts', { person: 'P-7' }, [1, 2]],
    ['correlation', { correlation: 'p2p-1' }, [0]],
    ['causation', { causation: '00000000-0000-5000-8000-000000000000' }, [2]],
    ['flag', { flag: maskOfFlag('unauthorised') }, [2]],
    [
      'time of occurrence, half open',
      {
        occurred: { from: '2026-01-03T08:00:00.000Z', to: '2026-01-04T08:00:00.000Z' },
      },
      [1],
    ],
    ['amount', { amount: { currency: 'EUR', from: 1001n } }, [1]],
    ['beginning of a document number', { text: 'D-2' }, [1]],
    ['beginning of an object key', { text: 'INV' }, [0, 1]],
    ['beginning of a correlation', { text: 'p2p' }, [0, 1]],
  ])('is narrowed by %s', (_, filter, expected) => {
    history();
    expect(found(filter)).toEqual(expected);
    expect(countEvents(snapshot(), filter)).toBe(expected.length);
  });

  it('goes on after its last item in either direction', () => {
    history();
    const page = (order: 'asc' | 'desc', after?: string) =>
      listEvents(
        snapshot(),
        { filter: {}, order, limit: 2, ...(after && { after: [after] }) },
        reading,
      );
    const first = page('desc');
    expect(first.items.map((event) => event['logindex'])).toEqual(['4', '3']);
    expect(first.next).toEqual(['3']);
    expect(page('desc', '3').items.map((event) => event['logindex'])).toEqual(['2', '1']);
    expect(page('asc', '3').next).toBeUndefined();
  });

  it('gives events back in the form in which they are sent', () => {
    feed(
      transition('purchase_order-E_DE.PO%2F1', 'approved', {
        at: '2026-01-05',
        from: 'submitted',
        version: '2',
        initiatedBy: 'per-x',
        amount: eur('10.00'),
        sourceDocument: { system: 'erp' },
        related: [{ type: 'requisition', id: 'R1', role: 'requisition' }],
        entry: {
          actor: { id: 'svc-1', kind: 'service', role: 'bot', onBehalfOf: 'per-y' },
          source: { system: 'procure', id: 'e-1', document: 'DOC-1' },
          rules: [{ id: 'LIMIT', version: 3, outcome: 'fail' }],
          overrides: [{ rule: 'LIMIT', reason: 'urgent', approver: 'per-z' }],
          attempt: 2,
        },
      }),
    );
    const [event] = listEvents(snapshot(), { filter: {}, order: 'asc', limit: 1 }, reading).items;
    expect(event).toEqual({
      specversion: '1.0',
      id: '00000000-0000-5000-8000-000000000000',
      source: 'https://tieout.example/acme',
      type: 'tieout.purchase-order.approved',
      subject: 'purchase-order/E_DE/PO%2F1',
      time: '2026-01-05T08:00:00.000Z',
      datacontenttype: 'application/json',
      recordedtime: '2026-01-05T08:00:00.000Z',
      sourcesystem: 'procure',
      sourceid: 'e-1',
      sequence: 's.1',
      stream: 'purchase_order-E_DE.PO%2F1',
      revision: '0',
      logindex: '0',
      leaf: expect.stringMatching(/^[0-9a-f]{64}$/),
      flags: 'out-of-sequence,conflicting',
      data: {
        entity: 'E_DE',
        object: { type: 'purchase-order', id: 'PO/1', version: '2' },
        transition: { action: 'approved', from: 'submitted', to: 'approved' },
        actor: { account: 'svc-1', kind: 'service', role: 'bot', onBehalfOf: { account: 'per-y' } },
        initiatedBy: { account: 'per-x' },
        sourceDocument: { id: 'DOC-1', system: 'erp' },
        amount: eur('10.00'),
        related: [{ type: 'requisition', id: 'R1', role: 'requisition' }],
        controls: [{ rule: 'LIMIT', version: 3, outcome: 'fail' }],
        overrides: [{ rule: 'LIMIT', reason: 'urgent', approver: { account: 'per-z' } }],
        attempt: 2,
      },
    });
  });
});
