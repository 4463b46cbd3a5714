import { fullEvent, transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const SOURCE = 'https://ap-hub.example/';

describe('POST /v1/events', () => {
  let app: TestApp;
  let ap: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage', 'ledger.read']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: SOURCE })
      .expect(201);
    await admin
      .put('/v1/sources/treasury-eu')
      .set('If-None-Match', '*')
      .send({ uri: 'https://treasury.example/eu' })
      .expect(201);
    ap = await app.as('ap-connector', ['events.append', 'ledger.read']);
  });

  afterAll(() => app.stop());

  const structured = (event: object, agent = ap) =>
    agent
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));

  it('records an event and answers with a receipt that carries its proof', async () => {
    const reply = await structured(
      transitionEvent({
        id: 'first',
        data: transitionData({ object: { type: 'invoice', id: 'INV-1' } }),
      }),
    );
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      result: 'recorded',
      receipt: 1,
      ledger: 'tieout.example/acme',
      stream: 'invoice-E_DE.INV-1',
      revision: 0,
      type: 'invoice.received',
      state: 'sealed',
      objectState: 'received',
      flags: [],
    });
    expect(reply.body.proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    expect(reply.headers['etag']).toBe('"rev-0"');
    expect(reply.headers['location']).toBe(`/v1/events/${reply.body.id}`);
    expect(reply.headers['consistency-token']).toBe(reply.body.position);
    const entry = JSON.parse(reply.body.entry);
    expect(entry.actor.id).toMatch(/^per-[0-9a-f]{12}$/);
    expect(entry.source).toEqual({ system: 'ap-hub', id: 'first' });
  });
});
