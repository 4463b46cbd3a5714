import { Recorder } from '../support/inline-read-model';
import { type Agent, TestApp } from '../support/test-app';
import { transition } from '../support/transitions';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const ORDER = 'purchase_order-E_DE.PO%2F1';
const INVOICE = 'invoice-E_DE.INV-1';
const INVOICE_PATH = '/v1/objects/invoice/E_DE/INV-1';

describe('objects over HTTP', () => {
  let app: TestApp;
  let reader: Agent;
  let token: string;

  beforeAll(async () => {
    app = await TestApp.start();
    reader = await app.as('auditor', ['ledger.read']);
    const recorder = new Recorder(app.runtime.store);
    token = await recorder.record(
      transition(ORDER, 'approved', { at: '2026-01-02', system: 'procure', amount: eur('10.00') }),
      transition(INVOICE, 'received', { at: '2026-01-03', system: 'ap', amount: eur('10.00') }),
      transition(INVOICE, 'approved', {
        at: '2026-01-04',
        system: 'ap',
        related: [{ type: 'purchase-order', id: 'PO/1', role: 'order' }],
      }),
      transition(INVOICE, 'paid', { at: '2026-01-06', system: 'bank', amount: eur('10.50') }),
      transition('invoice-E_FR.INV-2', 'received', { at: '2026-01-05', amount: eur('7.00') }),
    );
    await app.settle();
  });
  afterAll(() => app.stop());

  it('lists objects with count and totals', async () => {
    const reply = await reader.get('/v1/objects?type=invoice&count=exact&totals=yes').expect(200);
    expect(reply.body).toMatchObject({
      items: [
        {
          type: 'invoice',
          entity: 'E_DE',
          id: 'INV-1',
          state: 'paid',
          revision: 2,
          amount: eur('10.50'),
          disagreements: ['amount', 'behind'],
          systems: ['ap', 'bank'],
        },
        { entity: 'E_FR', id: 'INV-2', state: 'received' },
      ],
      count: 2,
      totals: [{ measure: 'amount', currency: 'EUR', count: 2, sum: '17.50', rounded: '17.50' }],
      asOfPosition: token,
    });
    expect(reply.headers['consistency-token']).toBe(token);
  });

  it('answers who was paid without a posting', async () => {
    const query = 'type=invoice&step=paid&missingStep=posted&count=exact';
    const reply = await reader.get(`/v1/objects?${query}`).expect(200);
    expect(reply.body).toMatchObject({ count: 1, items: [{ id: 'INV-1' }] });
  });

  it('gives pages that fit together, each with a link to the next', async () => {
    const first = await reader.get('/v1/objects?limit=2').expect(200);
    expect(first.headers['link']).toMatch(/^<\/v1\/objects\?limit=2&cursor=[^>]+>; rel="next"$/);
    const next = /<([^>]+)>/.exec(first.headers['link'] as string)?.[1] ?? '';
    const second = await reader.get(next).expect(200);
    const streams = [...first.body.items, ...second.body.items].map((item) => item.stream);
    expect(streams).toEqual([INVOICE, 'invoice-E_FR.INV-2', ORDER]);
    expect(second.body.next).toBeUndefined();
  });

  it('refuses a cursor of another filter, a misspelt parameter and an amount without currency', async () => {
    const { body } = await reader.get('/v1/objects?limit=1').expect(200);
    const moved = await reader.get(`/v1/objects?type=invoice&cursor=${body.next}`).expect(400);
    expect(moved.body.code).toBe('cursor-invalid');
    const misspelt = await reader.get('/v1/objects?sate=paid').expect(400);
    expect(misspelt.body).toMatchObject({ code: 'parameter-unknown', parameter: 'sate' });
    const amount = await reader.get('/v1/objects?amountFrom=1.00').expect(400);
    expect(amount.body).toMatchObject({ code: 'malformed', parameter: 'currency' });
  });

  it('shows one object with each side, what differs, what is missing and what may follow', async () => {
    const reply = await reader.get(INVOICE_PATH).expect(200);
    expect(reply.headers['etag']).toBe('"rev-2"');
    expect(reply.body).toMatchObject({
      state: 'paid',
      revision: 2,
      sides: [
        { system: 'ap', state: 'approved', amount: eur('10.00') },
        { system: 'bank', state: 'paid', amount: eur('10.50') },
      ],
      disagreements: [{ on: 'behind' }, { on: 'amount' }],
      missingSteps: [{ step: 'posted', neededBy: 'paid' }],
      nextSteps: [
        { action: 'reversed', to: 'reversed' },
        { action: 'archived', to: 'archived' },
      ],
      related: [{ type: 'purchase-order', id: 'PO/1', role: 'order', way: 'up', named: true }],
      asOfPosition: token,
    });
    await reader.get(INVOICE_PATH).set('If-None-Match', '"rev-2"').expect(304);
  });

  it('finds an object whose key has a slash', async () => {
    const reply = await reader.get('/v1/objects/purchase-order/E_DE/PO%2F1').expect(200);
    expect(reply.body).toMatchObject({ id: 'PO/1', related: [{ id: 'INV-1', named: false }] });
  });

  it('answers as of an earlier position or instant', async () => {
    const position = await reader.get(`${INVOICE_PATH}/revisions`).expect(200);
    const [first] = position.body.items as { position: string }[];
    const then = await reader.get(`${INVOICE_PATH}?asOfPosition=${first?.position}`).expect(200);
    expect(then.body).toMatchObject({ state: 'received', revision: 0, missingSteps: [] });
    const instant = '2026-01-04T23:59:59.000Z';
    const later = await reader.get(`${INVOICE_PATH}?asOf=${instant}`).expect(200);
    expect(later.body).toMatchObject({ state: 'approved', revision: 1 });
    await reader.get(`${INVOICE_PATH}?asOf=2026-01-01T00:00:00Z`).expect(404);
  });

  it('shows revisions with what each gave anew', async () => {
    const { body } = await reader.get(`${INVOICE_PATH}/revisions`).expect(200);
    expect(body.items).toMatchObject([
      { revision: 0, state: 'received', changes: ['/data/amount'] },
      { revision: 1, state: 'approved', changes: ['/data/related'] },
      { revision: 2, state: 'paid', changes: ['/data/amount/amount'] },
    ]);
    expect(body.items[2].prev).toBe(body.items[1].leaf);
    await reader.get(body.items[0].links.event).expect(200);
  });

  it('tells the history in sentences, with the missing step before the one that needed it', async () => {
    const { body } = await reader.get(`${INVOICE_PATH}/timeline`).expect(200);
    const items = body.items as { kind: string; sentence: string }[];
    const history = items.filter(({ kind }) => kind !== 'finding');
    expect(history.map(({ sentence }) => sentence)).toEqual([
      'Received by per-000000000001, now received, 10.00 EUR; reported by ap.',
      'Approved by per-000000000001, now approved; reported by ap.',
      'No step posted before paid: paid on 2026-01-06, and no system has reported posted.',
      'Paid by per-000000000001, now paid, 10.50 EUR; reported by bank.',
    ]);
  });

  it('draws the lineage with what is missing', async () => {
    const { body } = await reader.get(`${INVOICE_PATH}/lineage`).expect(200);
    expect(body).toMatchObject({
      root: INVOICE,
      direction: 'both',
      depth: 6,
      frontier: [],
      asOfPosition: token,
    });
    expect(
      body.nodes.map((node: { status: string; type: string }) => [node.status, node.type]),
    ).toEqual([
      ['recorded', 'invoice'],
      ['missing', 'goods-receipt'],
      ['recorded', 'purchase-order'],
      ['missing', 'requisition'],
    ]);
    await reader.get(`${INVOICE_PATH}/lineage?depth=13`).expect(400);
  });

  it('says when an object is not known', async () => {
    for (const suffix of ['', '/timeline', '/revisions', '/lineage']) {
      const { body } = await reader.get(`/v1/objects/invoice/E_DE/NO${suffix}`).expect(404);
      expect(body.code).toBe('not-found');
    }
  });

  it('waits for a token and refuses one it cannot know', async () => {
    await reader.get('/v1/objects').set('Consistency-Token', token).expect(200);
    const strange = await reader.get('/v1/objects').set('Consistency-Token', 'k.1.2').expect(400);
    expect(strange.body.code).toBe('token-invalid');
  });
});

describe('events over HTTP', () => {
  let app: TestApp;
  let reader: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    reader = await app.as('auditor', ['ledger.read']);
    await new Recorder(app.runtime.store).record(
      transition(INVOICE, 'received', { at: '2026-01-03', amount: eur('10.00') }),
      transition(INVOICE, 'paid', { at: '2026-01-06', amount: eur('10.50') }),
    );
    await app.settle();
  });
  afterAll(() => app.stop());

  it('lists the events of one object as CloudEvents', async () => {
    const { body } = await reader
      .get('/v1/events?object=invoice/E_DE/INV-1&count=exact')
      .expect(200);
    expect(body.count).toBe(2);
    expect(body.items).toMatchObject([
      {
        specversion: '1.0',
        type: 'tieout.invoice.received',
        revision: '0',
        source: 'https://tieout.example/acme',
      },
      { type: 'tieout.invoice.paid', revision: '1', flags: 'out-of-sequence,unauthorised' },
    ]);
  });

  it('narrows by flag, amount and time, newest first', async () => {
    const one = await reader.get('/v1/events?flag=unauthorised').expect(200);
    expect(one.body.items).toHaveLength(1);
    const amounts = 'currency=EUR&amountFrom=10.00&amountTo=10.50&order=desc';
    const two = await reader.get(`/v1/events?${amounts}`).expect(200);
    expect(two.body.items.map((event: { revision: string }) => event.revision)).toEqual(['1', '0']);
    const time = 'occurredFrom=2026-01-06T09:00:00%2B01:00&occurredTo=2026-01-07T00:00:00Z';
    const three = await reader.get(`/v1/events?object=invoice&${time}`).expect(200);
    expect(three.body.items).toHaveLength(1);
  });

  it('gives one event, with its entry when asked', async () => {
    const { body } = await reader.get('/v1/events?object=invoice&limit=1').expect(200);
    const [{ id, leaf }] = body.items as { id: string; leaf: string }[] as [
      { id: string; leaf: string },
    ];
    const event = await reader.get(`/v1/events/${id}`).expect(200);
    expect(event.headers['content-type']).toMatch(/^application\/cloudevents\+json/);
    expect(event.body).toMatchObject({ id, leaf, type: 'tieout.invoice.received' });
    expect(event.body.entry).toBeUndefined();
    const whole = await reader.get(`/v1/events/${id}`).set('Prefer', 'return=representation');
    expect(JSON.parse(whole.body.entry as string)).toMatchObject({ id, v: 1, stream: INVOICE });
    const found = await reader.get(`/v1/events?q=${id}`).expect(200);
    expect(found.body.items).toHaveLength(1);
    await reader.get('/v1/events/00000000-0000-5000-8000-00000000ffff').expect(404);
  });

  it('needs a credential with its scope', async () => {
    await app.http.get('/v1/events').expect(401);
    const other = await app.as('bank', ['events.append']);
    const { body } = await other.get('/v1/events').expect(403);
    expect(body.code).toBe('scope-missing');
  });
});

describe('an object that somebody must look at', () => {
  it('shows who did two duties on it, and puts that after the second in its history', async () => {
    const app = await TestApp.start();
    const reader = await app.as('auditor', ['ledger.read']);
    const order = 'purchase_order-E_DE.PO-7';
    await new Recorder(app.runtime.store).record(
      transition(order, 'created', { at: '2026-01-02', actor: 'per-00000000000a' }),
      transition(order, 'approved', { at: '2026-01-03', actor: 'per-00000000000a' }),
    );
    await app.settle();
    const path = '/v1/objects/purchase-order/E_DE/PO-7';
    const { body } = await reader.get(path).expect(200);
    expect(body.breaks).toEqual([]);
    expect(body.findings.length).toBeGreaterThan(0);
    expect(body.findings[0].sentence).toContain('PO-7');
    const { body: timeline } = await reader.get(`${path}/timeline`).expect(200);
    const kinds = timeline.items.map(({ kind }: { kind: string }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['event', 'event', 'finding']);
    const then = await reader.get(`${path}?asOf=2026-01-02T23:00:00Z`).expect(200);
    expect(then.body.findings).toEqual([]);
    await app.stop();
  });
});

describe('the read model over HTTP', () => {
  it('says how far it is and builds itself anew while it serves', async () => {
    const app = await TestApp.start();
    const operator = await app.as('ops', ['ops.read', 'ops.manage', 'ledger.read']);
    await new Recorder(app.runtime.store).record(transition(INVOICE, 'received'));
    await app.settle();
    const before = await operator.get('/v1/ops/read-models').expect(200);
    expect(before.body.items).toMatchObject([{ id: 'main', state: 'current', lagEvents: 0 }]);
    await operator.post('/v1/ops/read-models/main/rebuild').set('Idempotency-Key', 'a').expect(202);
    await operator.get(INVOICE_PATH).expect(200);
    await app.runtime.readModel.rebuild();
    const after = await operator.get('/v1/ops/read-models').expect(200);
    expect(after.body.items[0].generation).not.toBe(before.body.items[0].generation);
    await operator.get(INVOICE_PATH).expect(200);
    await app.stop();
  });
});
