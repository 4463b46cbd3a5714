import { TestApp } from '../support/test-app';

describe('API keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('refuses a request without a key, and says what to send', async () => {
    const reply = await app.http.get('/v1/access/me');
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Bearer');
    expect(reply.body).toMatchObject({
      code: 'unauthenticated',
      type: '/problems/unauthenticated',
    });
  });

  it('tells a mistyped key from an unknown one without a look-up', async () => {
    const reply = await app.withKey(`${app.bootstrapKey.slice(0, -1)}x`).get('/v1/access/me');
    expect(reply.body).toMatchObject({ code: 'unauthenticated' });
    expect((reply.body as { detail: string }).detail).toMatch(/checksum/);
  });

  it('gives the bootstrap key nothing but the right to issue keys', async () => {
    const reply = await app.withKey(app.bootstrapKey).get('/v1/access/me');
    expect(reply.body).toMatchObject({ client: 'bootstrap', scopes: ['access.manage'] });
    const log = await app.withKey(app.bootstrapKey).get('/v1/log/entries');
    expect(log.body).toMatchObject({ code: 'scope-missing', scope: 'log.read' });
  });

  it('issues a key once: the same request again shows the key without its secret', async () => {
    const issue = () =>
      app
        .withKey(app.bootstrapKey)
        .post('/v1/access/keys')
        .set('Idempotency-Key', 'erp-key')
        .send({ client: 'erp', kind: 'service', scopes: ['events.append'] });
    const first = await issue();
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ client: 'erp', status: 'live' });
    const again = await issue();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((again.body as { id: string }).id).toBe((first.body as { id: string }).id);
    expect(again.body).not.toHaveProperty('secret');
  });

  it('refuses another request under a used Idempotency-Key', async () => {
    const reply = await app
      .withKey(app.bootstrapKey)
      .post('/v1/access/keys')
      .set('Idempotency-Key', 'erp-key')
      .send({ client: 'other', kind: 'service', scopes: ['events.append'] });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('names every field of a body that does not fit', async () => {
    const reply = await app
      .withKey(app.bootstrapKey)
      .post('/v1/access/keys')
      .set('Idempotency-Key', 'bad')
      .send({ client: 'Has Spaces', kind: 'robot', scopes: [], extra: 1 });
    expect(reply.status).toBe(422);
    const pointers = (reply.body as { errors: { pointer: string }[] }).errors.map((e) => e.pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/client', '/kind', '/scopes', '/extra']));
  });

  it('lets a key with wider scopes wait for a second person', async () => {
    const manager = await app.as('manager', ['access.manage']);
    const wide = await manager
      .post('/v1/access/keys')
      .set('Idempotency-Key', 'wide')
      .send({ client: 'auditor', kind: 'person', scopes: ['ledger.read'] });
    expect(wide.body).toMatchObject({ status: 'pending' });
    const { id, secret } = wide.body as { id: string; secret: string };
    const early = await app.withKey(secret).get('/v1/access/me');
    expect(early.body).toMatchObject({ code: 'unauthenticated' });
    const own = await manager.post(`/v1/access/keys/${id}/approve`).set('Idempotency-Key', 'own');
    expect(own.body).toMatchObject({ code: 'scope-missing' });
    const approver = await app.as('approver', ['approve']);
    await approver
      .post(`/v1/access/keys/${id}/approve`)
      .set('Idempotency-Key', 'second')
      .expect(200);
    const now = await app.withKey(secret).get('/v1/access/me');
    expect(now.body).toMatchObject({ client: 'auditor' });
  });

  it('ends the bootstrap key once an administrator and an approver have keys', async () => {
    await app.settle();
    const reply = await app.withKey(app.bootstrapKey).get('/v1/access/me');
    expect(reply.body).toMatchObject({ code: 'credential-expired' });
  });
});
