import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const SINCE = '2026-01-01T00:00:00.000Z';
const FINDING = /^[0-9a-f]{64}$/;

describe('findings over HTTP', () => {
  let app: TestApp;
  let erp: Agent;
  let admin: Agent;
  let approver: Agent;
  let auditor: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage']);
    approver = await app.as('controller', ['approve', 'config.manage']);
    auditor = await app.as('auditor', ['ledger.read']);
    erp = await app.as('erp-connector', ['events.append']);
    await admin
      .put('/v1/sources/erp')
      .set('If-None-Match', '*')
      .send({ uri: 'https://erp.example/' })
      .expect(201);
    await map('buyer', { kind: 'human', person: 'P-1', validFrom: SINCE });
    await map('MM0042', { kind: 'human', person: 'P-1', validFrom: SINCE });
    for (const [n, order] of ['PO-1', 'PO-2', 'PO-3'].entries()) {
      await act(order, 'created', 'buyer', n, {
        amount: { amount: `${n + 1}00.00`, currency: 'EUR' },
      });
      await act(order, 'approved', order === 'PO-3' ? 'new-hire' : 'MM0042', n + 10);
    }
    await app.settle();
  });
  afterAll(() => app.stop());

  const path = (account: string) => `/v1/controls/accounts/erp/${account}`;
  const approve = (account: string, who = approver) =>
    who.post(`${path(account)}/approve`).set('Idempotency-Key', `approve-${account}`);

  async function map(account: string, mapping: object): Promise<void> {
    await admin.put(path(account)).send(mapping).expect(201);
    await approve(account).expect(200);
  }

  async function act(
    id: string,
    action: string,
    account: string,
    day: number,
    more = {},
  ): Promise<void> {
    const event = transitionEvent({
      id: `${id}-${action}`,
      source: 'https://erp.example/',
      type: `tieout.purchase-order.${action}`,
      time: `2026-03-${String(day + 1).padStart(2, '0')}T09:00:00.000Z`,
      data: {
        ...transitionData({
          object: { type: 'purchase-order', id },
          transition: { action, to: action },
          actor: { account, kind: 'person' },
          amount: { amount: '900.00', currency: 'EUR' },
        }),
        ...more,
      },
    });
    await erp
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event))
      .expect(201);
  }

  it('lists who acted on both sides, the latest first, and what cannot be told', async () => {
    const reply = await auditor.get('/v1/findings?count=exact').expect(200);
    expect(reply.body).toMatchObject({
      items: [
        {
          id: expect.stringMatching(FINDING),
          rule: 'P2P-04',
          severity: 'critical',
          status: 'inconclusive',
          person: null,
          scope: {
            kind: 'lineage',
            object: { type: 'purchase-order', entity: 'E_DE', id: 'PO-3' },
          },
          reasons: ['unresolved_actor'],
          missing: [{ account: { system: 'erp', account: 'new-hire' }, reason: 'unknown_account' }],
        },
        { status: 'violation', person: 'P-1', scope: { object: { id: 'PO-2' } }, eventCount: 2 },
        { status: 'violation', person: 'P-1', scope: { object: { id: 'PO-1' } } },
      ],
      count: 3,
    });
    expect(reply.body).not.toHaveProperty('next');
  });

  it.each([
    ['status=violation', 2],
    ['status=mitigated', 0],
    ['rule=P2P-04&severity=critical', 3],
    ['severity=low', 0],
    ['person=P-1', 2],
    ['kind=lineage', 3],
    ['asOf=2999-01-01T00:00:00.000Z', 3],
    ['kind=object', 0],
    ['lastFrom=2999-01-01', 0],
    ['raisedBefore=2000-01-01', 0],
    ['object=purchase-order/E_DE/PO-2', 1],
    ['object=purchase-order/E_DE/PO-9', 0],
    ['amountFrom=900.00&currency=EUR', 3],
    ['amountFrom=900.01&currency=EUR', 0],
    ['amountTo=900.00&currency=USD', 0],
  ])('counts those of ?%s', async (query, count) => {
    const reply = await auditor.get(`/v1/findings?count=exact&${query}`).expect(200);
    expect(reply.body).toMatchObject({ count });
    expect(reply.body.items).toHaveLength(count);
  });

  it.each([
    ['severty=high', 'parameter-unknown'],
    ['severity=urgent', 'malformed'],
    ['object=PO-1', 'malformed'],
    ['asOf=yesterday', 'malformed'],
    ['amountFrom=1.00', 'malformed'],
    ['amountFrom=1&currency=EUR', 'money-form'],
  ])('refuses ?%s', async (query, code) => {
    const reply = await auditor.get(`/v1/findings?${query}`);
    expect(reply.body).toMatchObject({ code });
  });

  it('sends all of them as CSV and NDJSON where the caller accepts that', async () => {
    const csv = await auditor.get('/v1/findings').set('Accept', 'text/csv').expect(200);
    const [header, ...rows] = csv.text.trim().split('\r\n');
    expect(header).toMatch(/^id,rule,title,severity,status,person,kind,scope,reasons,/);
    expect(rows).toHaveLength(3);
    expect(rows[2]).toContain(',P2P-04,');
    const ndjson = await auditor.get('/v1/findings').set('Accept', 'application/x-ndjson').buffer();
    const lines = (ndjson.text ?? String(ndjson.body)).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { rule: string }).rule)).toEqual([
      ...['P2P-04', 'P2P-04', 'P2P-04'],
    ]);
  });

  it('gives every finding once, page by page', async () => {
    const seen: string[] = [];
    for (let url = '/v1/findings?limit=1'; ;) {
      const { body } = await auditor.get(url).expect(200);
      seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
      if (body.next === undefined) break;
      url = `/v1/findings?limit=1&cursor=${body.next as string}`;
    }
    expect(new Set(seen).size).toBe(3);
    expect(seen).toHaveLength(3);
  });

  it('shows one finding with every event that proves it', async () => {
    const list = await auditor.get('/v1/findings?object=purchase-order/E_DE/PO-1');
    const { id } = list.body.items[0] as { id: string };
    const reply = await auditor.get(`/v1/findings/${id}`).expect(200);
    expect(reply.body).toMatchObject({
      id,
      explanation: [
        'P-1 did "Create/Change Purchase Order" (purchase-order PO-1 of E_DE, 2026-03-01) and "Release (Approve) Purchase Order" (purchase-order PO-1 of E_DE, 2026-03-11) on the document chain of purchase-order PO-1 of E_DE.',
        'Rule P2P-04, Create/Change PO vs Approve PO: Self-approved spend defeats purchasing approval.',
      ],
      events: [
        {
          type: 'purchase-order.created',
          side: 'left',
          duties: ['PO-CREATE'],
          occurredAt: '2026-03-01T09:00:00.000Z',
          account: { system: 'erp', account: 'buyer' },
          persons: ['P-1'],
        },
        {
          type: 'purchase-order.approved',
          side: 'right',
          account: { account: 'MM0042' },
          persons: ['P-1'],
        },
      ],
      pins: { ruleSet: { id: 'ledger-default-sod', version: '1.0.0' } },
    });
    const [first] = reply.body.events as { id: string; index: number }[];
    const event = await auditor.get(`/v1/events/${first!.id}`).expect(200);
    expect(event.body).toMatchObject({ type: 'tieout.purchase-order.created' });
  });

  it('knows no finding under another id', async () => {
    const reply = await auditor.get(`/v1/findings/${'0'.repeat(64)}`);
    expect(reply.body).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('judges a finding again once the account is mapped', async () => {
    await map('new-hire', { kind: 'human', person: 'P-2', validFrom: SINCE });
    await app.settle();
    const reply = await auditor.get('/v1/findings?status=inconclusive&count=exact');
    expect(reply.body).toMatchObject({ count: 0 });
  });
});

describe('the register of accounts over HTTP', () => {
  let app: TestApp;
  let admin: Agent;
  let other: Agent;
  const PATH = '/v1/controls/accounts/erp/jdoe';
  const human = { kind: 'human', person: 'P-1', validFrom: SINCE };

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'approve']);
    other = await app.as('controller', ['approve', 'ledger.read']);
  });
  afterAll(() => app.stop());

  const approve = (who: Agent, key: string) =>
    who.post(`${PATH}/approve`).set('Idempotency-Key', key);

  it('knows nothing of an account that nobody mapped', async () => {
    await other.get(PATH).expect(404);
    await approve(other, 'nothing').expect(404);
  });

  it('takes a mapping as a proposal, once', async () => {
    const first = await admin.put(PATH).send(human).expect(201);
    expect(first.body).toMatchObject({
      system: 'erp',
      account: 'jdoe',
      inForce: [],
      pending: { ...human, by: 'admin' },
    });
    const again = await admin.put(PATH).send(human);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['etag']).toBe('"rev-0"');
  });

  it('is not approved by who proposed it', async () => {
    const reply = await approve(admin, 'self');
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({ code: 'same-person' });
  });

  it('puts it in force when another person approves', async () => {
    const reply = await approve(other, 'first').expect(200);
    expect(reply.body).toMatchObject({ inForce: [human] });
    expect(reply.body).not.toHaveProperty('pending');
    const read = await other.get(PATH).expect(200);
    expect(read.headers['etag']).toBe('"rev-1"');
    expect(read.body).toEqual(reply.body);
  });

  it('changes only for somebody who read it', async () => {
    const ended = { ...human, validTo: '2026-06-01T00:00:00.000Z' };
    const blind = await admin.put(PATH).send(ended);
    expect(blind.status).toBe(428);
    const stale = await admin.put(PATH).set('If-Match', '"rev-0"').send(ended);
    expect(stale.status).toBe(412);
    await admin.put(PATH).set('If-Match', '"rev-1"').send(ended).expect(200);
  });

  it('names the field that does not fit', async () => {
    const reply = await admin
      .put(`${PATH}2`)
      .send({ kind: 'service', person: 'P-1', validFrom: SINCE });
    expect(reply.body).toMatchObject({
      status: 422,
      code: 'contract-violation',
      pointer: '/person',
    });
    const naive = await admin.put(`${PATH}2`).send({ ...human, validFrom: '2026-01-01 10:00' });
    expect(naive.body).toMatchObject({ status: 422, code: 'time-form', pointer: '/validFrom' });
    const name = await admin.put(`${PATH}2`).send({ ...human, person: 'Jane Doe' });
    expect(name.body).toMatchObject({
      status: 422,
      code: 'contract-violation',
      pointer: '/person',
    });
  });

  it('takes proposals from administrators and approvals from approvers only', async () => {
    expect((await other.put(PATH).send(human)).body).toMatchObject({ code: 'scope-missing' });
    const reader = await app.as('reader', ['ledger.read']);
    expect((await approve(reader, 'x')).body).toMatchObject({ code: 'scope-missing' });
  });
});
