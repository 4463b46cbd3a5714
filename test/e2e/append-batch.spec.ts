import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

describe('POST /v1/events with a batch', () => {
  let app: TestApp;
  let ap: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    ap = await app.as('ap-connector', ['events.append', 'ledger.read']);
  });

  afterAll(() => app.stop());

  it('answers each event of a batch, keeps a bad one, and records its neighbours', async () => {
    const good = (id: string) =>
      JSON.stringify(
        transitionEvent({ id, data: transitionData({ object: { type: 'invoice', id } }) }),
      );
    const bad = transitionEvent({
      id: 'b-bad',
      data: transitionData({ amount: { amount: '10.0', currency: 'EUR' } }),
    });
    const twice = '{"specversion":"1.0","specversion":"1.0"}';
    const foreign = JSON.stringify(transitionEvent({ source: 'https://nobody.example/' }));
    const body = `[${[good('b-1'), JSON.stringify(bad), twice, good('b-2'), good('b-1'), foreign].join(' , ')}]`;
    const reply = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(body)
      .expect(207);
    expect(reply.body.map((item: { result: string }) => item.result)).toEqual([
      'recorded',
      'quarantined',
      'quarantined',
      'recorded',
      'duplicate',
      'refused',
    ]);
    expect(reply.body[1].problem).toMatchObject({
      code: 'money-form',
      errors: [{ pointer: '/data/amount/amount' }],
    });
    expect(reply.body[2].problem).toMatchObject({
      code: 'json-duplicate-name',
      pointer: '/specversion',
    });
    expect(reply.body[4].proof).toBe(reply.body[0].proof);
    expect(reply.body[5].problem).toMatchObject({ code: 'source-not-allowed', status: 403 });
  });

  it('appends the events of one object in one batch in their order', async () => {
    const object = { type: 'payment', id: 'PAY-1' };
    const step = (id: string, action: string, to: string, minute: number) =>
      transitionEvent({
        id,
        type: `tieout.payment.${action}`,
        time: `2026-01-05T09:${minute}:00.000Z`,
        data: transitionData({ object, transition: { action, to } }),
      });
    const events = [
      step('p1', 'proposed', 'proposed', 10),
      step('p2', 'approved', 'approved', 20),
      step('p3', 'transmitted', 'transmitted', 30),
    ];
    const reply = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify(events))
      .expect(200);
    expect(
      reply.body.map((i: { revision: number; flags: string[] }) => [i.revision, i.flags]),
    ).toEqual([
      [0, []],
      [1, []],
      [2, []],
    ]);
    expect(reply.headers['consistency-token']).toBe(reply.body[2].position);
  });

  it('refuses a batch over its limit whole', async () => {
    const events = Array.from({ length: 1_001 }, (_, i) => transitionEvent({ id: `many-${i}` }));
    const reply = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify(events))
      .expect(413);
    expect(reply.body).toMatchObject({ code: 'too-large', limit: 1_000, unit: 'events' });
  });

  it('keeps a batch whose frame is broken, whole', async () => {
    const body = `[${JSON.stringify(transitionEvent({ id: 'cut-1' }))}, {"id":`;
    const reply = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(body)
      .expect(400);
    expect(reply.body).toMatchObject({ code: 'json-syntax', offset: body.length });
    const kept = await ap
      .get(`/v1/quarantine/${reply.body.quarantine}/bytes`)
      .buffer(true)
      .expect(200);
    expect((kept.body as Buffer).toString()).toBe(body);
  });
});
