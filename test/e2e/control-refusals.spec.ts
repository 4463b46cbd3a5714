import shipped from '../../src/controls/default-rule-set.json';
import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const SINCE = '2026-01-01T00:00:00.000Z';
const SOURCE = 'https://erp.example/';

/** What must never pass for clear: refused with the reason, or inconclusive. */
describe('bad input to the controls', () => {
  let app: TestApp;
  let admin: Agent;
  let approver: Agent;
  let worker: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'ledger.read']);
    approver = await app.as('controller', ['approve', 'ledger.read']);
    worker = await app.as('accountant', ['findings.work', 'controls.check']);
    await admin.put('/v1/sources/erp').set('If-None-Match', '*').send({ uri: SOURCE }).expect(201);
    for (const [system, name, person] of [
      ['tieout', 'alice-desk', 'P-ALICE'],
      ['tieout', 'admin', 'P-ADMIN'],
      ['tieout', 'stand-in', 'P-STANDIN'],
      ['erp', 'alice', 'P-ALICE'],
      ['erp', 'bob', 'P-BOB'],
    ] as const)
      await approved(`accounts/${system}/${name}`, { kind: 'human', person, validFrom: SINCE });
  });
  afterAll(() => app.stop());

  const post = (who: Agent, path: string, body?: object) =>
    who
      .post(`/v1/controls/${path}`)
      .set('Idempotency-Key', `key-${(keys += 1)}`)
      .send(body);
  async function approved(path: string, entry: object): Promise<void> {
    await admin.put(`/v1/controls/${path}`).send(entry).expect(201);
    await post(approver, `${path}/approve`).expect(200);
    await app.settle();
  }

  it('refuses a rule that names an unknown duty', async () => {
    const rules = [{ ...shipped.rules[0], left: ['VENDOR-MAINT'] }];
    const entry = {
      effectiveFrom: '2026-12-01',
      baseCurrency: 'EUR',
      duties: shipped.duties,
      rules,
    };
    const { body } = await admin
      .put('/v1/controls/rule-sets/bad/versions/1')
      .send(entry)
      .expect(422);
    expect(body).toMatchObject({
      pointer: '/rules/0/left',
      detail: expect.stringContaining('VENDOR-MAINT'),
    });
  });

  it('refuses periods of one account that overlap', async () => {
    const path = '/v1/controls/accounts/erp/bob';
    const { headers } = await admin.get(path).expect(200);
    const other = { kind: 'human', person: 'P-DAVE', validFrom: '2026-06-01T00:00:00.000Z' };
    const { body } = await admin
      .put(path)
      .set('If-Match', headers['etag']!)
      .send(other)
      .expect(409);
    expect(body).toMatchObject({ code: 'state-conflict', validFrom: SINCE });
  });

  it('refuses an exception that its own beneficiary approves, under any client', async () => {
    const opened = await post(worker, 'exceptions', {
      ...{ rule: 'P2P-05', person: 'P-ALICE', reason: 'two-person site' },
      ...{ compensatingControl: 'Independent receipt confirmation' },
      ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
    }).expect(201);
    const alice = await app.as('alice-desk', ['approve']);
    const { body } = await post(alice, `exceptions/${opened.body.id}/approve`).expect(403);
    expect(body.code).toBe('same-person');
    await post(approver, `exceptions/${opened.body.id}/approve`).expect(200);
  });

  it('refuses an approval by whom the proposer has lent authority to', async () => {
    const lent = await post(admin, 'delegations', {
      ...{ principal: 'P-ADMIN', delegate: 'P-STANDIN', duties: ['PO-APPROVE'] },
      ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
    }).expect(201);
    await post(approver, `delegations/${lent.body.id}/approve`).expect(200);
    await app.settle();
    const rate = { from: 'GBP', to: 'EUR', date: '2026-11-02', rate: '1.15', source: 'ECB' };
    await admin.put('/v1/controls/exchange-rates/GBP-EUR-2026-11-02').send(rate).expect(201);
    const standIn = await app.as('stand-in', ['approve']);
    const path = 'exchange-rates/GBP-EUR-2026-11-02/approve';
    expect((await post(standIn, path).expect(403)).body.code).toBe('same-person');
    await post(approver, path).expect(200);
  });

  it('refuses a limit in another currency, and escalates an amount without a rate', async () => {
    const limit = {
      person: 'P-BOB',
      duty: 'PO-APPROVE',
      limit: { amount: '1000.00', currency: 'EUR' },
    };
    const dollars = { ...limit, limit: { amount: '1000.00', currency: 'USD' } };
    const refused = await admin.put('/v1/controls/authority-limits/bob').send(dollars).expect(422);
    expect(refused.body.pointer).toBe('/limit/currency');
    await approved('authority-limits/bob', limit);
    const erp = await app.as('erp-connector', ['events.append']);
    const event = transitionEvent({
      ...{ id: 'PO-1', source: SOURCE, time: '2026-11-02T07:00:00.000Z' },
      type: 'tieout.purchase-order.created',
      data: transitionData({
        object: { type: 'purchase-order', id: 'PO-1' },
        transition: { action: 'created', to: 'created' },
        actor: { account: 'alice', kind: 'person' },
        amount: { amount: '900.00', currency: 'USD' },
      }),
    });
    await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event))
      .expect(201);
    await app.settle();
    const step = {
      ...{ system: 'erp', entity: 'E_DE', object: { type: 'purchase-order', id: 'PO-1' } },
      ...{ action: 'approved', actor: { account: 'bob' } },
    };
    const ask = async () => (await worker.post('/v1/checks/duty').send(step).expect(200)).body;
    expect(await ask()).toMatchObject({
      decision: 'escalate',
      findings: [{ rule: 'DOA-01', status: 'inconclusive', reasons: ['missing_rate'] }],
    });
    await approved('exchange-rates/USD-EUR-2026-11-02', {
      ...{ from: 'USD', to: 'EUR', date: '2026-11-02', rate: '0.9250', source: 'ECB' },
    });
    expect(await ask()).toMatchObject({ decision: 'allow', findings: [] });
  });
});
