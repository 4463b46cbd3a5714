import { fullEvent, transitionData, transitionEvent } from '../support/transition-events';
import { sendLines } from '../support/send-lines';
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

  it('makes one event of the same content sent in all four forms', async () => {
    const event = {
      ...fullEvent(),
      id: 'four-forms',
      data: { ...(fullEvent()['data'] as object), object: { type: 'invoice', id: 'INV-4' } },
      subject: 'invoice/E_DE/INV-4',
    };
    delete (event as Record<string, unknown>)['expectedrevision'];
    const first = await structured(event).expect(201);
    const { data, ...attributes } = event as Record<string, unknown>;
    const binary = ap.post('/v1/events').set('Content-Type', 'application/json');
    for (const [name, value] of Object.entries(attributes)) {
      if (name !== 'datacontenttype')
        void binary.set(`ce-${name}`, encodeURIComponent(String(value)));
    }
    const second = await binary.send(JSON.stringify(data)).expect(200);
    const batch = await ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify([event]))
      .expect(200);
    const lines = await sendLines(ap, [event]);
    expect(second.body).toMatchObject({
      result: 'duplicate',
      id: first.body.id,
      proof: first.body.proof,
    });
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(batch.body[0]).toMatchObject({
      result: 'duplicate',
      id: first.body.id,
      proof: first.body.proof,
    });
    expect(lines[0]).toMatchObject({
      line: 1,
      result: 'duplicate',
      id: first.body.id,
      leaf: first.body.leaf,
    });
  });

  it('keeps personal values out of the entry and names their commitments by place', async () => {
    const event = transitionEvent({
      id: 'personal',
      data: transitionData({
        object: { type: 'invoice', id: 'INV-5' },
        reason: 'call from Ms Meier',
        personal: { payeeIban: 'DE75512108001245126199' },
      }),
    });
    const reply = await structured(event).expect(201);
    const entry = JSON.parse(reply.body.entry);
    expect(Object.keys(entry.commitments)).toEqual(['/data/personal/payeeIban', '/data/reason']);
    expect(reply.body.entry).not.toMatch(/Meier|kmeier|DE755/);
    await structured(event).expect(200);
    const other = { ...event, data: { ...(event['data'] as object), reason: 'another reason' } };
    const conflict = await structured(other).expect(409);
    expect(conflict.body).toMatchObject({
      code: 'event-id-conflict',
      leaf: reply.body.leaf,
      pointers: ['/data/reason'],
    });
  });

  it('names where an event with a recorded id differs, and records nothing', async () => {
    const event = transitionEvent({
      id: 'clash',
      data: transitionData({ object: { type: 'invoice', id: 'INV-6' } }),
    });
    const first = await structured(event).expect(201);
    const other = {
      ...event,
      time: '2026-01-06T09:12:00.000Z',
      data: transitionData({
        object: { type: 'invoice', id: 'INV-6' },
        amount: { amount: '1191.00', currency: 'EUR' },
      }),
    };
    const reply = await structured(other).expect(409);
    expect(reply.body).toMatchObject({
      code: 'event-id-conflict',
      leaf: first.body.leaf,
      pointers: ['/data/amount/amount', '/occurredAt'],
    });
    expect(JSON.stringify(reply.body)).not.toContain('1191');
  });

  it('appends only at the revision that is asked for', async () => {
    const object = { type: 'invoice', id: 'INV-7' };
    const event = (id: string, more: object = {}) =>
      transitionEvent({ id, data: transitionData({ object }), ...more });
    await structured(event('r0')).set('If-Match', '"rev-4"').expect(412);
    await structured(event('r0')).set('If-None-Match', '*').expect(201);
    const late = await structured(event('r1', { expectedrevision: 'none' })).expect(412);
    expect(late.body).toMatchObject({ code: 'revision-conflict', actual: '0', retryable: 'r' });
    const next = await structured(event('r1', { expectedrevision: '0' })).expect(201);
    expect(next.body.revision).toBe(1);
    // Looked up before its pin: a repeat is no conflict.
    await structured(event('r0')).set('If-None-Match', '*').expect(200);
  });

  it('records what is out of sequence and says so', async () => {
    const paid = transitionEvent({
      id: 'paid-only',
      type: 'tieout.invoice.paid',
      data: transitionData({
        object: { type: 'invoice', id: 'INV-8' },
        transition: { action: 'paid', to: 'paid' },
      }),
    });
    const reply = await structured(paid).expect(201);
    expect(reply.body).toMatchObject({
      objectState: 'paid',
      flags: ['out-of-sequence', 'unauthorised'],
    });
  });

  it('takes a cause by its id at the source or by its id in the ledger', async () => {
    const cause = await structured(
      transitionEvent({
        id: 'cause',
        data: transitionData({ object: { type: 'invoice', id: 'INV-9' } }),
      }),
    ).expect(201);
    const caused = (id: string, causationid: string) =>
      structured(
        transitionEvent({
          id,
          causationid,
          data: transitionData({ object: { type: 'invoice', id } }),
        }),
      ).expect(201);
    const bySource = await caused('by-source', 'cause');
    const byLedger = await caused('by-ledger', cause.body.id);
    expect(JSON.parse(bySource.body.entry).causation).toBe(cause.body.id);
    expect(JSON.parse(byLedger.body.entry).causation).toBe(cause.body.id);
  });

  it('delivers only for the sources of the key', async () => {
    const other = await app.as('treasury-connector', ['events.append'], {
      sources: ['treasury-eu'],
    });
    const reply = await structured(transitionEvent({ id: 'not-mine' }), other).expect(403);
    expect(reply.body).toMatchObject({ code: 'source-not-allowed', pointer: '/source' });
  });

  it('maps the status codes of a source, and quarantines a code that nobody registered', async () => {
    const admin = await app.as('admin', ['config.manage', 'ledger.read']);
    await admin
      .put('/v1/sources/legacy')
      .set('If-None-Match', '*')
      .send({
        uri: 'urn:legacy',
        fineTime: 'cut',
        stateCodes: { invoice: [{ code: '01', state: 'received' }] },
        agreedStart: '2026-01-06T00:00:00Z',
      })
      .expect(201);
    const event = (id: string, to: string) =>
      transitionEvent({
        id,
        source: 'urn:legacy',
        time: '2026-01-05T10:12:00.1239+01:00',
        data: transitionData({
          object: { type: 'invoice', id },
          transition: { action: 'received', to },
        }),
      });
    const reply = await structured(event('legacy-1', '01')).expect(201);
    const entry = JSON.parse(reply.body.entry);
    expect(entry.data.transition).toEqual({ action: 'received', to: 'received' });
    expect(entry.occurredAt).toBe('2026-01-05T09:12:00.123Z');
    expect(reply.body.flags).toEqual(['backfill']);
    const unmapped = await structured(event('legacy-2', '99')).expect(422);
    expect(unmapped.body).toMatchObject({ code: 'state-unmapped', pointer: '/data/transition/to' });
    expect(unmapped.body.quarantine).toMatch(/^[0-9a-f-]{36}$/);
  });
});
