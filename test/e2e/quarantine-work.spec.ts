import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

describe('quarantine', () => {
  let app: TestApp;
  let ap: Agent;
  let admin: Agent;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.as('admin', ['config.manage', 'ledger.read', 'quarantine.work']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    ap = await app.as('ap-connector', ['events.append', 'ledger.read']);
  });

  afterAll(() => app.stop());

  const send = (event: object | string) =>
    ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(typeof event === 'string' ? event : JSON.stringify(event));

  const invoice = (id: string, to: string) =>
    transitionEvent({
      id,
      data: transitionData({
        object: { type: 'invoice', id },
        transition: { action: 'received', to },
      }),
    });

  const command = (path: string, revision?: number) => {
    keys += 1;
    const request = admin.post(path).set('Idempotency-Key', `work-${keys}`);
    return revision === undefined ? request : request.set('If-Match', `"rev-${revision}"`);
  };

  const item = async (id: string) => {
    await app.settle();
    return (await admin.get(`/v1/quarantine/${id}`).expect(200)).body;
  };

  async function learnCode(code: string, state: string) {
    const { body, headers } = await admin.get('/v1/sources/ap-hub').expect(200);
    const stateCodes = { invoice: [...(body.stateCodes.invoice ?? []), { code, state }] };
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-Match', String(headers['etag']))
      .send({ uri: body.uri, stateCodes })
      .expect(200);
  }

  it('keeps the bytes as they came and counts deliveries of the same bytes', async () => {
    const bytes = '{"specversion":"1.0", "id": 1.5 }';
    const first = await send(bytes).expect(400);
    const second = await send(bytes).expect(400);
    expect(second.body.quarantine).toBe(first.body.quarantine);
    expect(await item(first.body.quarantine)).toMatchObject({
      status: 'open',
      cause: 'technical',
      code: 'json-number',
      deliveries: 2,
      form: 'structured',
      client: 'ap-connector',
      errors: [{ pointer: '/id', code: 'json-number' }],
    });
    const kept = await admin
      .get(`/v1/quarantine/${first.body.quarantine}/bytes`)
      .buffer(true)
      .expect(200);
    expect(kept.headers['content-type']).toBe('application/octet-stream');
    expect((kept.body as Buffer).toString()).toBe(bytes);
  });

  it('keeps a binary event with its headers, and can try it again', async () => {
    const reply = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/json')
      .set({
        'ce-specversion': '1.0',
        'ce-id': 'bin-1',
        'ce-source': 'https://ap-hub.example/',
        'ce-type': 'tieout.invoice.received',
        'ce-time': '2026-01-05T09:12:00Z',
      })
      .send(
        JSON.stringify(
          transitionData({
            object: { type: 'invoice', id: 'BIN-1' },
            transition: { action: 'received', to: 'B1' },
          }),
        ),
      )
      .expect(422);
    const id = reply.body.quarantine as string;
    const again = await command(`/v1/quarantine/${id}/replay`, 0).expect(200);
    expect(again.body).toMatchObject({
      result: 'quarantined',
      problem: { code: 'state-unmapped' },
    });
    await learnCode('B1', 'received');
    const done = await command(`/v1/quarantine/${id}/replay`, 1).expect(200);
    expect(done.body).toMatchObject({
      result: 'recorded',
      stream: 'invoice-E_DE.BIN-1',
      objectState: 'received',
    });
    expect(await item(id)).toMatchObject({
      status: 'replayed',
      eventId: done.body.id,
      sourceId: 'bin-1',
      system: 'ap-hub',
    });
  });

  it('gives the first result again when a replay is sent again, and refuses one at an old revision', async () => {
    const reply = await send(invoice('again-1', 'A1')).expect(422);
    const path = `/v1/quarantine/${reply.body.quarantine}/replay`;
    await learnCode('A1', 'received');
    const request = () =>
      admin.post(path).set('Idempotency-Key', 'same-key').set('If-Match', '"rev-0"');
    const first = await request().expect(200);
    const second = await request().expect(200);
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    await command(path, 0).expect(412);
    const closed = await command(path, 1).expect(409);
    expect(closed.body).toMatchObject({ code: 'state-conflict', state: 'replayed' });
  });

  it('closes an item when the corrected event is recorded under the same id', async () => {
    const reply = await send(invoice('fixed-1', 'NO-SUCH-CODE')).expect(422);
    const recorded = await send(invoice('fixed-1', 'received')).expect(201);
    expect(await item(reply.body.quarantine)).toMatchObject({
      status: 'superseded',
      eventId: recorded.body.id,
    });
  });

  it('opens a closed item again for other bytes under its id, and not for the same', async () => {
    const { body } = await send(invoice('reopen-1', 'NO-1')).expect(422);
    await command(`/v1/quarantine/${body.quarantine}/discard`, 0)
      .send({ reason: 'test data' })
      .expect(200);
    await send(invoice('reopen-1', 'NO-1')).expect(422);
    expect(await item(body.quarantine)).toMatchObject({
      status: 'discarded',
      reason: 'test data',
      deliveries: 2,
    });
    await send(invoice('reopen-1', 'NO-2')).expect(422);
    expect(await item(body.quarantine)).toMatchObject({ status: 'open', deliveries: 3 });
  });

  it('needs a reason, a key and the revision to discard', async () => {
    const { body } = await send(invoice('discard-1', 'NO-3')).expect(422);
    const path = `/v1/quarantine/${body.quarantine}/discard`;
    await command(path, 0).send({}).expect(422);
    await command(path).send({ reason: 'x' }).expect(428);
    await admin.post(path).set('If-Match', '"rev-0"').send({ reason: 'x' }).expect(400);
    await command(path, 7).send({ reason: 'x' }).expect(412);
    await command(path, 0).send({ reason: 'x' }).expect(200);
    await ap
      .post(path)
      .set('Idempotency-Key', 'k')
      .set('If-Match', '"rev-1"')
      .send({ reason: 'x' })
      .expect(403);
  });

  it('gives an item to somebody', async () => {
    const { body } = await send(invoice('assign-1', 'NO-4')).expect(422);
    await command(`/v1/quarantine/${body.quarantine}/assign`, 0)
      .send({ owner: 'ap-team', due: '2026-11-30' })
      .expect(200);
    expect(await item(body.quarantine)).toMatchObject({
      status: 'open',
      owner: 'ap-team',
      due: '2026-11-30',
    });
  });

  it('previews and replays all that match a filter, if their number is the one previewed', async () => {
    await send(invoice('many-1', 'M1')).expect(422);
    await send(invoice('many-2', 'M1')).expect(422);
    await app.settle();
    const filter = { code: 'state-unmapped', source: 'ap-hub' };
    const before = await command('/v1/quarantine/replay')
      .send({ filter, dryRun: true })
      .expect(200);
    await learnCode('M1', 'received');
    const preview = await command('/v1/quarantine/replay')
      .send({ filter, dryRun: true })
      .expect(200);
    expect(preview.body.outcomes['would-record']).toBe(
      (before.body.outcomes['would-record'] ?? 0) + 2,
    );
    const moved = await command('/v1/quarantine/replay')
      .send({ filter, expectedCount: preview.body.count + 1 })
      .expect(409);
    expect(moved.body).toMatchObject({ code: 'filter-moved', count: preview.body.count });
    const done = await command('/v1/quarantine/replay')
      .send({ filter, expectedCount: preview.body.count })
      .expect(200);
    expect(done.body.outcomes.recorded).toBe(preview.body.outcomes['would-record']);
  });

  it('finds no item under an id that is none', async () => {
    await admin.get('/v1/quarantine/nothing/bytes').expect(404);
    await command('/v1/quarantine/00000000-0000-5000-8000-000000000000/replay', 0).expect(404);
  });

  it('supersedes an item that was opened before a restart', async () => {
    const { body } = await send(invoice('restart-1', 'NO-5')).expect(422);
    const key = await app.issueKey('ap-connector', ['events.append', 'ledger.read']);
    await app.stop('keep');
    app = await TestApp.start({}, app.dataDir);
    ap = app.withKey(key);
    await send(invoice('restart-1', 'received')).expect(201);
    await app.settle();
    expect((await ap.get(`/v1/quarantine/${body.quarantine}`)).body).toMatchObject({
      status: 'superseded',
    });
  });
});
