import { type Agent, TestApp } from '../support/test-app';

const RATES = [
  'id,from,to,date,rate,source',
  'USD-EUR-2026-11-02,USD,EUR,2026-11-02,0.9250,ECB',
  'USD-EUR-2026-11-03,USD,EUR,2026-11-03,0.9300,ECB',
].join('\n');

describe('files of register entries', () => {
  let app: TestApp;
  let admin: Agent;
  let approver: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'ledger.read']);
    approver = await app.as('controller', ['approve', 'ledger.read']);
  });
  afterAll(() => app.stop());

  const send = (path: string, body: string, type = 'text/csv') =>
    admin
      .post(`/v1/controls/${path}`)
      .set('Idempotency-Key', `key-${(keys += 1)}`)
      .set('Content-Type', type)
      .send(body);
  const counts = ({ proposed, unchanged, rejected }: Record<string, number>) => [
    ...[proposed, unchanged, rejected],
  ];

  it('say what would become of each row, and record nothing of a dry run', async () => {
    const { body } = await send('exchange-rates/imports?dryRun=yes', RATES).expect(200);
    expect(counts(body)).toEqual([2, 0, 0]);
    await app.settle();
    expect((await admin.get('/v1/controls/exchange-rates')).body.items).toEqual([]);
  });

  it('propose each row once, however often they are sent, and what is new in them', async () => {
    expect(counts((await send('exchange-rates/imports', RATES).expect(200)).body)).toEqual([
      2, 0, 0,
    ]);
    expect(counts((await send('exchange-rates/imports', RATES)).body)).toEqual([0, 2, 0]);
    const corrected = RATES.replace('0.9300', '0.9310');
    expect(counts((await send('exchange-rates/imports', corrected)).body)).toEqual([1, 1, 0]);
    await app.settle();
    const { body } = await admin.get('/v1/controls/exchange-rates/USD-EUR-2026-11-03');
    expect(body.pending).toMatchObject({ version: 2, entry: { rate: '0.9310' } });
  });

  it('reject rows one by one, with line and reason, and take the others', async () => {
    const rows = [
      'from,to,date,rate,source,id',
      'GBP,EUR,2026-11-02,1.15,ECB,GBP-EUR-2026-11-02',
      'GBP,EUR,2026-11-03,1.15,ECB,GBP-EUR-2026-11-02',
      'GBP,EUR,2026-11-04,-1,ECB,GBP-EUR-2026-11-04',
      'GBP,EUR,2026-11-05,1.15,ECB,OTHER',
    ].join('\n');
    const { body } = await send('exchange-rates/imports', rows).expect(207);
    expect(counts(body)).toEqual([1, 0, 3]);
    const rejected = body.results.filter((r: { result: string }) => r.result === 'rejected');
    expect(rejected).toMatchObject([
      { line: 3, code: 'contract-violation', detail: expect.stringContaining('on line 2') },
      { line: 4, code: 'contract-violation', detail: expect.stringContaining('/rate') },
      { line: 5, code: 'state-conflict', detail: expect.stringContaining('GBP-EUR-2026-11-05') },
    ]);
  });

  it('take nested members and lists, as CSV, NDJSON or JSON', async () => {
    const limit = 'id,person,duty,limit.amount,limit.currency\nbob,P-BOB,PO-APPROVE,1000.00,EUR';
    expect(counts((await send('authority-limits/imports', limit).expect(200)).body)).toEqual([
      ...[1, 0, 0],
    ]);
    const delegation = [
      'principal,delegate,duties,from,to',
      'P-C,P-D,PO-APPROVE;JE-APPROVE,2026-11-01T00:00:00.000Z,2026-12-01T00:00:00.000Z',
    ].join('\n');
    const first = await send('delegations/imports', delegation).expect(200);
    expect(counts((await send('delegations/imports', delegation)).body)).toEqual([0, 1, 0]);
    const { id } = first.body.results[0];
    expect((await admin.get(`/v1/controls/delegations/${id}`)).body.pending.entry.duties).toEqual([
      ...['PO-APPROVE', 'JE-APPROVE'],
    ]);
    const lines = '{"id":"P-1","manager":"P-2"}\n\n{"id":"P-2"\n{"id":"P-3","boss":"P-1"}\n';
    const persons = await send('persons/imports', lines, 'application/x-ndjson').expect(207);
    expect(
      persons.body.results.map((r: { line: number; result: string }) => [r.line, r.result]),
    ).toEqual([
      [1, 'proposed'],
      [3, 'rejected'],
      [4, 'rejected'],
    ]);
    const groups = 'id,vendors,basis\nacme,E_DE/V1;E_DE/V/2,group';
    await send('payee-groups/imports', groups).expect(200);
    const list = JSON.stringify([{ id: 'P-9' }]);
    await send('persons/imports', list, 'application/json').expect(200);
    expect((await send('persons/imports', list, 'text/plain').expect(415)).body.code).toBe(
      'media-type-unknown',
    );
    expect((await send('persons/imports', '{}', 'application/json').expect(422)).body.code).toBe(
      'contract-violation',
    );
  });

  it('map accounts, with a row for each period', async () => {
    const rows = [
      'system,account,kind,person,validFrom,validTo',
      'erp,buyer1,human,P-A,2026-01-01T00:00:00.000Z,2026-03-01T00:00:00.000Z',
      'erp,job,human,,2026-01-01T00:00:00.000Z,',
      'erp,batch,service,,2026-01-01T00:00:00.000Z,',
    ].join('\n');
    const dry = await send('accounts/imports?dryRun=yes', rows).expect(207);
    expect(counts(dry.body)).toEqual([2, 0, 1]);
    expect(counts((await send('accounts/imports', rows).expect(207)).body)).toEqual([2, 0, 1]);
    expect(counts((await send('accounts/imports', rows)).body)).toEqual([0, 2, 1]);
  });

  it('replace the list of a system whole, or not at all', async () => {
    const query = 'system=erp&asOf=2026-11-01T00:00:00.000Z';
    const rows = 'person,account,duty,entity\nP-A,,VEND-MAINT,\n,jdoe,PAY-RELEASE,E_DE';
    const dry = await send(`entitlements?${query}&dryRun=yes`, rows).expect(200);
    expect(dry.body).toMatchObject({ dryRun: true, rows: 2, rejected: 0, result: 'proposed' });
    expect((await send(`entitlements?${query}`, rows).expect(200)).body.result).toBe('proposed');
    expect((await send(`entitlements?${query}`, rows)).body.result).toBe('unchanged');
    const bad = await send(`entitlements?${query}`, `${rows}\nP-B,,not a duty,`).expect(422);
    expect(bad.body.errors[0]).toMatchObject({ pointer: '/rows/4' });
  });

  it('are put in force many at a time, each with its own answer', async () => {
    const approve = (who: Agent, ids: string[]) =>
      who
        .post('/v1/controls/exchange-rates/approve')
        .set('Idempotency-Key', `key-${(keys += 1)}`)
        .send({ ids });
    const own = await app.as('admin', ['approve']);
    const ids = ['USD-EUR-2026-11-02', 'USD-EUR-2026-11-03'];
    const refused = await approve(own, ids).expect(207);
    expect(refused.body.results).toMatchObject(ids.map((id) => ({ id, code: 'same-person' })));
    expect((await approve(approver, ids).expect(200)).body.results).toEqual(
      ids.map((id) => ({ id, result: 'approved' })),
    );
    expect((await approve(approver, ['none']).expect(207)).body.results[0].code).toBe(
      'state-conflict',
    );
  });
});
