import { type Agent, TestApp } from '../support/test-app';

const LIMIT = {
  person: 'P-BOB',
  duty: 'PO-APPROVE',
  limit: { amount: '10000.00', currency: 'EUR' },
};
const delegation = (more: object = {}) => ({
  ...{ principal: 'P-CAROL', delegate: 'P-BOB', duties: ['PO-APPROVE'] },
  ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
  ...more,
});

describe('the registers of the controls over HTTP', () => {
  let app: TestApp;
  let admin: Agent;
  let approver: Agent;
  let worker: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'ledger.read']);
    approver = await app.as('controller', ['approve', 'ledger.read']);
    worker = await app.as('accountant', ['findings.work', 'ledger.read']);
  });
  afterAll(() => app.stop());

  const key = () => `key-${(keys += 1)}`;
  const post = (who: Agent, path: string, body?: object) =>
    who.post(`/v1/controls/${path}`).set('Idempotency-Key', key()).send(body);

  it('take a limit in two steps by two persons, and show every version', async () => {
    const path = '/v1/controls/authority-limits/bob-po';
    const proposed = await admin.put(path).send(LIMIT).expect(201);
    expect(proposed.body).toEqual({
      id: 'bob-po',
      pending: { version: 1, entry: LIMIT, by: 'admin' },
    });
    await admin.put(path).send(LIMIT).expect(201);
    const own = await app.as('admin', ['approve']);
    expect((await post(own, 'authority-limits/bob-po/approve').expect(403)).body.code).toBe(
      'same-person',
    );
    await post(approver, 'authority-limits/bob-po/approve').expect(200);

    const raised = { ...LIMIT, limit: { amount: '20000.00', currency: 'EUR' } };
    await admin.put(path).send(raised).expect(428);
    const { headers } = await admin.get(path).expect(200);
    await admin.put(path).set('If-Match', headers['etag']!).send(raised).expect(200);
    await app.settle();
    const read = await admin.get(path).expect(200);
    expect(read.body).toMatchObject({
      inForce: { version: 1 },
      pending: { version: 2, entry: raised },
      versions: [
        { version: 1, state: 'approved' },
        { version: 2, state: 'proposed' },
      ],
    });
    const waiting = await admin.get(
      '/v1/controls/authority-limits?state=proposed&person=P-BOB&count=exact',
    );
    expect(waiting.body).toMatchObject({ count: 1, items: [{ id: 'bob-po', version: 2 }] });
  });

  it('refuse a delegation that goes in a circle or outlasts the authority it lends', async () => {
    const opened = await post(admin, 'delegations', delegation()).expect(201);
    await post(approver, `delegations/${opened.body.id}/approve`).expect(200);
    await app.settle();
    const back = delegation({ principal: 'P-BOB', delegate: 'P-CAROL' });
    const circle = await post(admin, 'delegations', back).expect(409);
    expect(circle.body).toMatchObject({
      code: 'state-conflict',
      detail: expect.stringContaining('circle'),
    });
    await admin
      .put('/v1/controls/authority-limits/dave-je')
      .send({ ...LIMIT, person: 'P-DAVE', duty: 'JE-APPROVE', to: '2026-11-15' })
      .expect(201);
    await post(approver, 'authority-limits/dave-je/approve').expect(200);
    await app.settle();
    const long = delegation({ principal: 'P-DAVE', duties: ['JE-APPROVE'] });
    expect((await post(admin, 'delegations', long).expect(409)).body.detail).toContain(
      '2026-11-15',
    );
  });

  it('take an exception with its evidence, and a session with its review', async () => {
    const opened = await post(worker, 'exceptions', {
      ...{ rule: 'P2P-05', person: 'P-ALICE', reason: 'two-person site' },
      ...{ compensatingControl: 'Independent receipt confirmation' },
      ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
    }).expect(201);
    const path = `exceptions/${opened.body.id}`;
    await post(worker, `${path}/evidence`, { note: 'checked' }).expect(409);
    await post(approver, `${path}/approve`).expect(200);
    await post(worker, `${path}/evidence`, { note: 'checked' }).expect(200);
    await app.settle();
    const list = await worker.get('/v1/controls/exceptions?rule=P2P-05').expect(200);
    expect(list.body.items).toMatchObject([
      {
        state: 'approved',
        decisions: [
          { decision: 'approved', by: 'controller' },
          { decision: 'evidenced', by: 'accountant', note: 'checked' },
        ],
      },
    ]);
    const none = await post(worker, 'exceptions', { ...list.body.items[0].entry, rule: 'P2P-04' });
    expect(none.body).toMatchObject({
      code: 'contract-violation',
      detail: expect.stringContaining('allows no exception'),
    });
  });

  it('refuse merges and managers that go in a circle', async () => {
    await admin
      .put('/v1/controls/persons/P-A')
      .send({ mergedInto: 'P-B', manager: 'P-M' })
      .expect(201);
    await post(approver, 'persons/P-A/approve').expect(200);
    await app.settle();
    expect(
      (await admin.put('/v1/controls/persons/P-B').send({ mergedInto: 'P-A' }).expect(409)).body
        .detail,
    ).toContain('circle');
    expect(
      (await admin.put('/v1/controls/persons/P-M').send({ manager: 'P-A' }).expect(409)).body
        .detail,
    ).toContain('manages oneself');
  });

  it('keep rates under their own names', async () => {
    const rate = { from: 'USD', to: 'EUR', date: '2026-11-02', rate: '0.9250', source: 'ECB' };
    await admin.put('/v1/controls/exchange-rates/USD-EUR-2026-11-01').send(rate).expect(409);
    await admin.put('/v1/controls/exchange-rates/USD-EUR-2026-11-02').send(rate).expect(201);
  });

  it('take what a system grants as a list, and end what the next one does not repeat', async () => {
    const path = '/v1/controls/entitlement-lists/erp';
    const may = (person: string, duty: string) => ({ person, duty });
    const january = {
      asOf: '2026-01-01T00:00:00.000Z',
      rows: [
        may('P-A', 'VEND-MAINT'),
        { ...may('P-A', 'PAY-RELEASE'), entity: 'E_DE', from: '2026-01-15T00:00:00.000Z' },
        { account: 'jdoe', duty: 'PAY-PROPOSE', evidence: 'ROLE-7' },
      ],
    };
    await admin.put(path).send(january).expect(201);
    await post(approver, 'entitlement-lists/erp/approve').expect(200);
    const { headers } = await admin.get(path).expect(200);
    const march = { asOf: '2026-03-01T00:00:00.000Z', rows: [may('P-A', 'VEND-MAINT')] };
    await admin.put(path).set('If-Match', headers['etag']!).send(march).expect(200);
    await post(approver, 'entitlement-lists/erp/approve').expect(200);
    await app.settle();
    const held = async (query: string) => {
      const list = await admin.get(`/v1/controls/entitlements?${query}`).expect(200);
      return list.body.items.map((i: { duty: string; from: string; to?: string }) => [
        ...[i.duty, i.from.slice(0, 10), i.to?.slice(0, 10)],
      ]);
    };
    expect(await held('person=P-A')).toEqual([
      ['VEND-MAINT', '2026-01-01', '2026-03-01'],
      ['PAY-RELEASE', '2026-01-15', '2026-03-01'],
      ['VEND-MAINT', '2026-03-01', undefined],
    ]);
    expect(await held('system=erp&at=2026-02-01T00:00:00.000Z')).toHaveLength(3);
    const [account] = (await admin.get('/v1/controls/entitlements?duty=PAY-PROPOSE')).body.items;
    // The account of the source is under its opaque name, as in every event.
    expect(account).toMatchObject({ account: expect.stringMatching(/^per-/), evidence: 'ROLE-7' });
    const list = await admin.get('/v1/controls/entitlement-lists').expect(200);
    expect(list.body.items[0].entry).toEqual({ asOf: march.asOf });
    const both = { ...march, rows: [{ ...may('P-A', 'VEND-MAINT'), account: 'jdoe' }] };
    expect((await admin.put('/v1/controls/entitlement-lists/crm').send(both)).body).toMatchObject({
      code: 'contract-violation',
      pointer: '/rows/0',
    });
  });

  it('take vendors that are paid as one', async () => {
    const vendors = ['V1', 'V2'].map((id) => ({ entity: 'E_DE', id }));
    await admin
      .put('/v1/controls/payee-groups/acme')
      .send({ vendors, basis: 'bank-account' })
      .expect(201);
    await post(approver, 'payee-groups/acme/approve').expect(200);
    const twice = { vendors: [vendors[0], vendors[0]], basis: 'group' };
    expect(
      (await admin.put('/v1/controls/payee-groups/other').send(twice).expect(422)).body.pointer,
    ).toBe('/vendors');
  });

  it('refuse what has the wrong form, and who has not the scope', async () => {
    const bad = await admin
      .put('/v1/controls/authority-limits/x')
      .send({ ...LIMIT, limit: { amount: '1,5', currency: 'EUR' } })
      .expect(422);
    expect(bad.body.errors[0].pointer).toBe('/limit/amount');
    await worker.put('/v1/controls/authority-limits/x').send(LIMIT).expect(403);
    await post(admin, 'exceptions', {}).expect(403);
    await admin.get('/v1/controls/delegations/none').expect(404);
  });
});
