import { eventWithData, HOSTILE_EVENTS } from '../support/hostile-events';
import { type Agent, TestApp } from '../support/test-app';

describe('events that cannot be accepted', () => {
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
    ap = await app.as('ap-connector', ['events.append', 'ledger.read', 'quarantine.work']);
  });

  afterAll(() => app.stop());

  const send = (body: string | Buffer) =>
    ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .serialize((sent) => sent as unknown as string)
      .send(body);

  it.each(HOSTILE_EVENTS)(
    'names code and place of %s',
    async (_name, body, status, code, pointer) => {
      const reply = await send(body);
      expect({
        status: reply.status,
        code: reply.body.code,
        pointer: reply.body.pointer ?? '',
      }).toEqual({ status, code, pointer });
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    },
  );

  it('names every field that is wrong at once, and no value', async () => {
    const reply = await send(
      eventWithData({
        actor: { account: ' secret ', kind: 'robot' },
        amount: { amount: 'secret', currency: 'EUR' },
        entity: '',
      }),
    );
    expect(reply.body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual([
      '/data/actor/account',
      '/data/actor/kind',
      '/data/amount/amount',
      '/data/entity',
    ]);
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  it.each([
    ['text/plain', 415, 'media-type-unknown'],
    ['application/cloudevents+avro', 415, 'media-type-unknown'],
    ['application/cloudevents+json; charset=utf-16', 415, 'media-type-unknown'],
    ['application/json', 400, 'malformed'],
  ])('answers %s with what is accepted', async (type, status, code) => {
    const reply = await ap.post('/v1/events').set('Content-Type', type).send('{}');
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({
      code,
      accepted: expect.arrayContaining(['application/cloudevents+json']),
    });
  });
});
