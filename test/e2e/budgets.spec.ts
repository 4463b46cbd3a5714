import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const MARCH = { costCenter: 'CC1', account: '6000', period: '2026-03' };

describe('budgets over the API', () => {
  let app: TestApp;
  let erp: Agent;
  let controller: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    controller = await app.as('controller', ['ledger.read']);
    erp = await app.as('erp-connector', ['events.append']);
    await admin
      .put('/v1/sources/erp')
      .set('If-None-Match', '*')
      .send({ uri: 'https://erp.example/' })
      .expect(201);
    await act('budget', 'B1', 'released', { amount: '10000.00', dimensions: MARCH });
    await act('budget', 'B2', 'released', {
      ...{ amount: '500.00', dimensions: { costCenter: 'CC2', period: '2026' } },
    });
    await act('purchase-order', 'PO-1', 'approved', { amount: '900.00', dimensions: MARCH });
    await act('invoice', 'INV-1', 'posted', {
      amount: '600.00',
      related: [{ type: 'purchase-order', id: 'PO-1', role: 'order' }],
    });
    await act('requisition', 'R-1', 'submitted', {
      ...{ amount: '700.00', dimensions: { costCenter: 'CC2' } },
    });
    await app.settle();
  });
  afterAll(() => app.stop());

  async function act(
    type: string,
    id: string,
    action: string,
    { amount, ...more }: { readonly amount: string } & Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const event = transitionEvent({
      ...{ id: `${id}-${action}`, source: 'https://erp.example/' },
      ...{ type: `tieout.${type}.${action}`, time: '2026-03-10T09:00:00.000Z' },
      data: {
        ...transitionData({
          ...{ object: { type, id }, transition: { action, to: action } },
          amount: { amount, currency: 'EUR' },
        }),
        ...more,
      } as never,
    });
    const reply = await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
    expect(reply.body).toMatchObject({ result: 'recorded' });
  }

  it('lists every line with its figures, page by page, and sums', async () => {
    const first = await controller
      .get('/v1/budgets/position?entity=E_DE&limit=1&count=exact&totals=yes')
      .expect(200);
    expect(first.body).toMatchObject({
      items: [
        {
          entity: 'E_DE',
          dimensions: MARCH,
          currency: 'EUR',
          original: '10000.00',
          planned: '10000.00',
          precommitted: '0.00',
          committed: '300.00',
          actual: '600.00',
          available: '9100.00',
          arithmetic: '10000.00 - 0.00 - 300.00 - 600.00 - 0.00 = 9100.00 EUR',
          states: [],
        },
      ],
      count: 2,
      totals: [
        {
          currency: 'EUR',
          lines: 2,
          planned: '10500.00',
          precommitted: '700.00',
          available: '8900.00',
        },
      ],
    });
    const second = await controller
      .get(`/v1/budgets/position?entity=E_DE&limit=1&cursor=${first.body.next}`)
      .expect(200);
    expect(second.body.items).toMatchObject([
      { dimensions: { costCenter: 'CC2', period: '2026' }, available: '-200.00', states: ['over'] },
    ]);
    expect(second.body.next).toBeUndefined();
  });

  it('narrows by dimension and by state, and refuses a filter it does not know', async () => {
    const over = await controller.get('/v1/budgets/position?state=over').expect(200);
    expect(over.body.items).toHaveLength(1);
    const byCenter = await controller.get('/v1/budgets/position?costCenter=CC1').expect(200);
    expect(byCenter.body.items).toHaveLength(1);
    const unknown = await controller.get('/v1/budgets/position?costcenter=CC1').expect(400);
    expect(unknown.body).toMatchObject({ code: 'parameter-unknown' });
  });

  it('shows the documents and events behind a line, with the arithmetic of each', async () => {
    const { body } = await controller.get('/v1/budgets/position?costCenter=CC1').expect(200);
    const { id } = body.items[0];
    const { body: moved } = await controller.get(`/v1/budgets/E_DE/${id}/movements`).expect(200);
    expect(moved.line).toMatchObject({ id, available: '9100.00' });
    expect(moved.items).toMatchObject([
      {
        object: { type: 'budget', id: 'B1' },
        figure: 'planned',
        amount: '10000.00',
        steps: [{ action: 'released', effect: 'sets', after: '10000.00' }],
      },
      {
        object: { type: 'invoice', id: 'INV-1' },
        figure: 'actual',
        amount: '600.00',
        dimensions: MARCH,
        arithmetic: '600.00 = 600.00 EUR',
      },
      {
        object: { type: 'purchase-order', id: 'PO-1' },
        figure: 'committed',
        amount: '300.00',
        taken: [{ document: 'invoice-E_DE.INV-1', amount: '600.00' }],
        arithmetic: '900.00 - 600.00 = 300.00 EUR',
      },
    ]);
    const [event] = moved.items[1].events;
    const { body: found } = await controller.get(`/v1/events/${event}`).expect(200);
    expect(found).toMatchObject({ type: 'tieout.invoice.posted' });
    const { body: line } = await controller.get(`/v1/budgets/E_DE/${id}`).expect(200);
    expect(line).toMatchObject({ id, documents: 2, budgets: 1 });
  });

  it('knows no line of another entity', async () => {
    const { body } = await controller.get('/v1/budgets/position?costCenter=CC1').expect(200);
    await controller.get(`/v1/budgets/E_FR/${body.items[0].id}/movements`).expect(404);
    await controller.get('/v1/budgets/E_DE/nonsense').expect(404);
  });
});
