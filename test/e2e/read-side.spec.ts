import { type Agent, TestApp } from '../support/test-app';
import { transitionData, transitionEvent } from '../support/transition-events';

const SOURCE = 'https://ap-hub.example/';

describe('what was sent can be read', () => {
  let app: TestApp;
  let sender: Agent;
  let reader: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: SOURCE, agreedStart: '2026-01-05T00:00:00.000Z' })
      .expect(201);
    sender = await app.as('ap-connector', ['events.append']);
    reader = await app.as('auditor', ['ledger.read']);
  });
  afterAll(() => app.stop());

  const send = (event: object) =>
    sender
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
  const invoice = (key: string, more: object = {}) => ({
    ...transitionData({ object: { type: 'invoice', id: key } }),
    ...more,
  });

  it('with the token of the reply, at once', async () => {
    const sent = await send(transitionEvent({ id: 'a-1', data: invoice('INV/1') })).expect(201);
    const token = sent.headers['consistency-token'] as string;
    const read = await reader
      .get('/v1/objects/invoice/E_DE/INV%2F1')
      .set('Consistency-Token', token)
      .expect(200);
    expect(read.body).toMatchObject({ state: 'received', revision: 0, flags: [] });
    expect(read.headers['etag']).toBe(sent.headers['etag']);
  });

  it('by the sender’s own id, with or without its source, and by the event id', async () => {
    const sent = await send(transitionEvent({ id: 'own-77', data: invoice('INV-2') })).expect(201);
    await app.settle();
    const { id } = sent.body as { id: string };
    for (const query of ['source=ap-hub&sourceId=own-77', 'q=own-77', `q=${id}`, 'q=INV-2']) {
      const { body } = await reader.get(`/v1/events?${query}`).expect(200);
      expect(body.items.map((event: { id: string }) => event.id)).toEqual([id]);
    }
    const none = await reader.get('/v1/events?source=ap-hub&sourceId=own-78').expect(200);
    expect(none.body.items).toEqual([]);
    const other = await reader.get(`/v1/events?source=ap-hub&sourceId=a-1&q=${id}`).expect(200);
    expect(other.body.items).toEqual([]);
  });

  it('with the same flags and state as in the reply', async () => {
    const early = transitionEvent({
      id: 'early',
      type: 'tieout.invoice.paid',
      time: '2026-01-04T10:00:00.000Z',
      data: invoice('INV-3', { transition: { action: 'paid', to: 'paid' } }),
    });
    const sent = await send(early).expect(201);
    await app.settle();
    const { flags, objectState } = sent.body as { flags: string[]; objectState: string };
    expect(flags).toEqual(['out-of-sequence', 'unauthorised', 'backfill']);
    const { body } = await reader.get('/v1/objects/invoice/E_DE/INV-3').expect(200);
    expect(body).toMatchObject({ flags, state: objectState });
    const listed = await reader.get('/v1/events?flag=backfill').expect(200);
    expect(listed.body.items).toMatchObject([{ flags: flags.join(',') }]);
  });

  it('also when it could not be accepted', async () => {
    const bad = transitionEvent({ id: 'bad', data: invoice('INV-4', { amount: { amount: '1' } }) });
    const refused = await send(bad);
    expect(refused.status).toBe(422);
    await app.settle();
    const { body } = await reader.get('/v1/quarantine?source=ap-hub&cause=business').expect(200);
    expect(body.items).toMatchObject([{ status: 'open', deliveries: 1, sourceId: 'bad' }]);
    const [item] = body.items as { id: string; errors: { pointer: string }[] }[];
    const one = await reader.get(`/v1/quarantine/${item?.id}`).expect(200);
    expect(one.headers['etag']).toBe('"rev-0"');
    expect(one.body.errors[0].pointer).toMatch(/^\/data\/amount/);
    const young = await reader.get('/v1/quarantine?age=PT1H').expect(200);
    expect(young.body.items).toEqual([]);
  });
});
