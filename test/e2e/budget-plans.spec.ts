import { type Agent, TestApp } from '../support/test-app';

const HEADER = 'costCenter,account,project,period,currency,amount';

describe('budgets decided by two persons', () => {
  let app: TestApp;
  let admin: Agent;
  let approver: Agent;
  let controller: Agent;
  let keys = 0;

  beforeEach(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage']);
    approver = await app.as('approver', ['approve']);
    controller = await app.as('controller', ['ledger.read']);
  });
  afterEach(() => app.stop());

  const key = () => `key-${(keys += 1)}`;
  const file = (...lines: readonly string[]) => [HEADER, ...lines, ''].join('\r\n');
  const put = (text: string, query = 'entity=E_DE&name=original') =>
    admin
      .put(`/v1/controls/budget-versions/E_DE-2026?${query}`)
      .set('Content-Type', 'text/csv')
      .send(text);
  const approve = (path: string) =>
    approver.post(`/v1/controls/${path}/approve`).set('Idempotency-Key', key());
  async function approved(text: string): Promise<void> {
    const { headers } = await put(text).expect(201);
    expect(headers['etag']).toBe('"rev-0"');
    await approve('budget-versions/E_DE-2026').expect(200);
    await app.settle();
  }
  async function lines(): Promise<Record<string, object>> {
    await app.settle();
    const { body } = await controller.get('/v1/budgets/position').expect(200);
    return Object.fromEntries(
      body.items.map((item: Record<string, never>) => [
        Object.values(item['dimensions']!).join(' '),
        { original: item['original'], planned: item['planned'], id: item['id'] },
      ]),
    );
  }

  it('takes a file of lines, in force once another person approves it', async () => {
    const text = file('CC1,6000,,2026-03,EUR,10000.00', 'CC2,,,2026,EUR,5000.00');
    const dry = await put(text, 'entity=E_DE&name=original&dryRun=yes').expect(200);
    expect(dry.body).toEqual({
      ...{ dryRun: true, entity: 'E_DE', lines: 2 },
      totals: [{ amount: '15000.00', currency: 'EUR' }],
    });
    await put(text).expect(201);
    expect(await lines()).toEqual({});
    await approve('budget-versions/E_DE-2026').expect(200);
    expect(await lines()).toMatchObject({
      'CC1 6000 2026-03': { original: '10000.00', planned: '10000.00' },
      'CC2 2026': { original: '5000.00', planned: '5000.00' },
    });
  });

  it('keeps the original beside what is revised, and drops both when that is revoked', async () => {
    await approved(file('CC1,,,2026,EUR,100.00', 'CC2,,,2026,EUR,50.00'));
    const revised = file('CC1,,,2026,EUR,120.00', 'CC3,,,2026,EUR,7.00');
    await put(revised).expect(428);
    await put(revised).set('If-Match', '"rev-1"').expect(200);
    await approve('budget-versions/E_DE-2026').expect(200);
    const after = await lines();
    expect(after).toMatchObject({
      'CC1 2026': { original: '100.00', planned: '120.00' },
      'CC2 2026': { original: '50.00', planned: '0.00' },
      'CC3 2026': { original: '0.00', planned: '7.00' },
    });
    const { id } = after['CC1 2026'] as { readonly id: string };
    const { body } = await controller.get(`/v1/budgets/E_DE/${id}/plans`).expect(200);
    expect(body.items).toEqual([
      {
        ...{ type: 'budget-version', id: 'E_DE-2026', original: '100.00', planned: '120.00' },
        link: '/v1/controls/budget-versions/E_DE-2026',
      },
    ]);
    await admin
      .post('/v1/controls/budget-versions/E_DE-2026/revoke')
      .set('Idempotency-Key', key())
      .send({ note: 'wrong year' })
      .expect(200);
    expect(await lines()).toEqual({});
  });

  it('moves planned money between lines and over to the next period', async () => {
    await approved(file('CC1,,,2026-03,EUR,100.00'));
    const transfer = {
      ...{ entity: 'E_DE', reason: 'carry-over', amount: { amount: '30.00', currency: 'EUR' } },
      from: { costCenter: 'CC1', period: '2026-03' },
      to: { costCenter: 'CC1', period: '2026-04' },
    };
    const post = (body: object) =>
      admin.post('/v1/controls/budget-transfers').set('Idempotency-Key', key()).send(body);
    const { headers } = await post(transfer).expect(201);
    expect(await lines()).toMatchObject({ 'CC1 2026-03': { planned: '100.00' } });
    const id = headers['location']!.split('/').at(-1)!;
    await approve(`budget-transfers/${id}`).expect(200);
    expect(await lines()).toMatchObject({
      'CC1 2026-03': { original: '100.00', planned: '70.00' },
      'CC1 2026-04': { original: '0.00', planned: '30.00' },
    });
    await post({ ...transfer, to: transfer.from }).expect(422);
    await post({ ...transfer, amount: { amount: '0.00', currency: 'EUR' } }).expect(422);
  });

  it('sends the whole list as CSV and as NDJSON', async () => {
    await approved(file('CC1,6000,,2026-03,EUR,10000.00', '=CC2,,,2026,EUR,5000.00'));
    const csv = await controller.get('/v1/budgets/position').set('Accept', 'text/csv').expect(200);
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    const [head, first, second] = csv.text.replace('\ufeff', '').split('\r\n');
    expect(head).toBe(
      'id,entity,costCenter,account,project,period,currency,original,planned,precommitted,committed,actual,reserved,available,states,escaped',
    );
    expect(first).toMatch(/^[0-9a-f]{32},E_DE,'=CC2,,,2026,EUR,5000.00,5000.00,0.00,.*,1$/);
    expect(second).toMatch(/^[0-9a-f]{32},E_DE,CC1,6000,,2026-03,EUR,10000.00,.*,0$/);
    const lines = await controller
      .get('/v1/budgets/position?costCenter=CC1')
      .set('Accept', 'application/x-ndjson')
      .expect(200);
    expect(lines.text.trimEnd().split('\n')).toHaveLength(1);
    await controller.get('/v1/budgets/position').set('Accept', 'image/png').expect(406);
  });

  it.each([
    ['costCenter,account,project,period,currency\r\nCC1,,,2026,EUR\r\n', 'contract-violation'],
    [`${HEADER},note\r\nCC1,,,2026,EUR,1.00,x\r\n`, 'contract-violation'],
    [file('CC1,,,2026,EUR,1.00', 'CC1,,,2026,EUR,2.00'), 'contract-violation'],
    [file('CC1,,,March,EUR,1.00'), 'contract-violation'],
    [file('CC1,,,2026,EURO,1.00'), 'contract-violation'],
    [file('CC1,,,2026,EUR,1.0'), 'money-form'],
    [file('CC1,,,2026,EUR,'), 'contract-violation'],
    [file(' CC1,,,2026,EUR,1.00'), 'contract-violation'],
    [file('"CC1,,,2026,EUR,1.00'), 'contract-violation'],
    [file(), 'contract-violation'],
    ['', 'contract-violation'],
  ])('refuses the file %j and says where', async (text, code) => {
    const { body } = await put(text).expect(422);
    expect(body).toMatchObject({ code });
  });
});
