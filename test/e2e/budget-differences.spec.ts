import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const HEADER = 'costCenter,account,project,period,currency,planned,committed,actual';

describe('budgets against the figures of another system', () => {
  let app: TestApp;
  let erp: Agent;
  let preparer: Agent;
  let controller: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    preparer = await app.as('preparer', ['recon.work', 'ledger.read']);
    controller = await app.as('controller', ['ledger.read']);
    erp = await app.as('erp-connector', ['events.append']);
    await admin
      .put('/v1/sources/erp')
      .set('If-None-Match', '*')
      .send({ uri: 'https://erp.example/' })
      .expect(201);
    const budget = (id: string, amount: string, costCenter: string) =>
      act('budget', id, 'released', { amount, dimensions: { costCenter, period: '2026-03' } });
    await budget('B1', '10000.00', 'CC1');
    await budget('B2', '40.00', 'CC2');
    await budget('B3', '60.00', 'CC3');
    await budget('B4', '5.00', 'CC4');
    await budget('B5', '10.00', 'CC5');
    const dimensions = { costCenter: 'CC1', account: '6000', period: '2026-03' };
    await act('purchase-order', 'PO-1', 'approved', { amount: '900.00', dimensions });
    const order = [{ type: 'purchase-order', id: 'PO-1', role: 'order' }];
    await act('invoice', 'INV-1', 'posted', { amount: '400.00', dimensions, related: order });
    // Posted after the date of the report, into its period.
    const late = { amount: '100.00', dimensions, related: order };
    await act('invoice', 'INV-2', 'posted', late, '2026-04-02T09:00:00.000Z');
    await act('invoice', 'INV-3', 'posted', {
      ...{ amount: '50.00', dimensions: { costCenter: 'CC2', period: '2026-03' } },
    });
    await app.settle();
  });
  afterAll(() => app.stop());

  async function act(
    type: string,
    id: string,
    action: string,
    { amount, ...more }: { readonly amount: string } & Readonly<Record<string, unknown>>,
    time = '2026-03-10T09:00:00.000Z',
  ): Promise<void> {
    const event = transitionEvent({
      ...{ id: `${id}-${action}`, source: 'https://erp.example/', time },
      type: `tieout.${type}.${action}`,
      data: {
        ...transitionData({
          ...{ object: { type, id }, transition: { action, to: action } },
          amount: { amount, currency: 'EUR' },
        }),
        ...more,
      } as never,
    });
    await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event))
      .expect(201);
  }

  const file = (...lines: readonly string[]) => [HEADER, ...lines, ''].join('\n');
  const report = (text: string, query = 'asOf=2026-03-31') =>
    preparer
      .post(`/v1/budgets/E_DE/reported/erp?${query}`)
      .set('Content-Type', 'text/csv')
      .set('Idempotency-Key', `key-${(keys += 1)}`)
      .send(text);
  const differences = (query = '') =>
    controller.get(`/v1/budgets/E_DE/differences?system=erp${query}`);

  it('lists every difference of a line with its kind and reason, and adds them up', async () => {
    await controller.get('/v1/budgets/E_DE/differences?system=erp').expect(404);
    // The ERP keeps CC1 by account: both of its lines belong to the one budget of the ledger.
    const text = file(
      'CC1,6000,,2026-03,EUR,9000.00,500.00,400.00',
      'CC1,7000,,2026-03,EUR,1000.00,,',
      'CC2,,,2026-03,EUR,40.00,0.00,0.00',
      'CC3,,,2026-03,EUR,60.00,0.00,50.00',
      'CC5,,,2026-03,EUR,11.00,0.00,0.00',
      'CC9,,,2026-03,EUR,7.00,,',
    );
    const dry = await report(text, 'asOf=2026-03-31&dryRun=yes');
    expect(dry.body).toMatchObject({ dryRun: true, lines: 6 });
    await report(text).expect(201);
    await app.settle();
    const { body } = await differences().expect(200);
    expect(body.report).toMatchObject({
      ...{ system: 'erp', asOf: '2026-03-31', ageDays: 216, isStale: true },
    });
    const found = body.items.map((item: Record<string, never>) => [
      ...[item['dimensions']!['costCenter'], item['figure'], item['type']],
      ...[item['ours'], item['theirs'], item['difference'], item['because']],
    ]);
    const [cc2] = (await controller.get('/v1/budgets/position?costCenter=CC2')).body.items;
    const [cc3] = (await controller.get('/v1/budgets/position?costCenter=CC3')).body.items;
    expect(found).toEqual([
      ['CC1', 'committed', 'CUTOFF', '400.00', '500.00', '-100.00', ['invoice-E_DE.INV-2']],
      ['CC1', 'actual', 'CUTOFF', '500.00', '400.00', '100.00', ['invoice-E_DE.INV-2']],
      ['CC2', 'actual', 'MISCODING', '50.00', '0.00', '50.00', [cc3.id]],
      ['CC2', 'available', 'OVER_ALLOCATED', '-10.00', undefined, undefined, []],
      ['CC3', 'actual', 'MISCODING', '0.00', '50.00', '-50.00', [cc2.id]],
      ['CC4', 'planned', 'UNMATCHED_A', '5.00', '0.00', '5.00', []],
      ['CC5', 'planned', 'AMOUNT_DIFFERENCE', '10.00', '11.00', '-1.00', []],
      ['CC9', 'planned', 'UNMATCHED_B', '0.00', '7.00', '-7.00', []],
    ]);
    expect(body.totals).toEqual([
      ...[
        { figure: 'planned', ours: '10115.00', theirs: '10118.00', difference: '-3.00' },
        { figure: 'committed', ours: '400.00', theirs: '500.00', difference: '-100.00' },
        { figure: 'actual', ours: '550.00', theirs: '450.00', difference: '100.00' },
      ].map((total) => ({ currency: 'EUR', ...total })),
    ]);
    expect(body.items[1].explanation).toBe(
      '100.00 EUR is of a document after 2026-03-31, the date of the figures of erp.',
    );
  });

  it('gives them page by page, by kind, and as a file', async () => {
    const first = await differences('&limit=3').expect(200);
    const second = await differences(`&limit=3&cursor=${first.body.next}`).expect(200);
    expect(first.body.items).toHaveLength(3);
    expect(second.body.items[0]).toMatchObject({ figure: 'available' });
    const cutoff = await differences('&type=CUTOFF').expect(200);
    expect(cutoff.body.items).toHaveLength(2);
    const csv = await differences().set('Accept', 'text/csv').expect(200);
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(9);
    expect(csv.text).toContain('CC5,,,2026-03,EUR,planned,10.00,11.00,-1.00,');
  });

  it('compares with the figures of the date that is asked for', async () => {
    await report(file('CC1,,,2026-03,EUR,10000.00,400.00,500.00'), 'asOf=2026-04-30').expect(201);
    await app.settle();
    const latest = await differences('&type=CUTOFF').expect(200);
    expect(latest.body.report).toMatchObject({ asOf: '2026-04-30' });
    expect(latest.body.items).toEqual([]);
    const march = await differences('&asOf=2026-03-31&type=CUTOFF').expect(200);
    expect(march.body.items).toHaveLength(2);
    const { body } = await controller.get('/v1/budgets/E_DE/reported').expect(200);
    expect(body.items.map((item: { asOf: string }) => item.asOf)).toEqual([
      '2026-04-30',
      '2026-03-31',
    ]);
  });

  it('refuses figures of a date to come and files it cannot read whole', async () => {
    await report(file('CC1,,,2026-03,EUR,1.00,,'), 'asOf=2027-01-01').expect(422);
    await report(file('CC1,,,2026-03,EUR,,,')).expect(422);
    await report('costCenter\nCC1\n').expect(422);
  });
});
