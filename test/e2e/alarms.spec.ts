import { type Agent, TestApp } from '../support/test-app';

const NOWHERE = '8d3f4b1e-0000-5000-8000-000000000001';
const REASON = 'The time server was replaced.';

describe('alarms of the ledger', () => {
  let app: TestApp;
  let ann: Agent;
  let bob: Agent;
  let keys = 0;
  beforeEach(async () => {
    app = await TestApp.start();
    ann = await app.as('ann', ['log.manage', 'approve'], { kind: 'person' });
    bob = await app.as('bob', ['approve'], { kind: 'person' });
  });
  afterEach(() => app.stop());

  const stepBack = async (): Promise<void> => {
    app.clock.advance(-5_000);
    await app.issueKey(`client-${keys++}`, ['ledger.read']);
  };
  const list = async (query = '') => (await ann.get(`/v1/log/alarms${query}`).expect(200)).body;
  const idOfOnly = async (): Promise<string> => {
    const { items } = (await list()) as { items: { id: string }[] };
    expect(items).toHaveLength(1);
    return items[0]!.id;
  };
  const post = (who: Agent, id: string, act: string, body?: object) =>
    who.post(`/v1/log/alarms/${id}/${act}`).set('Idempotency-Key', `alarm-${keys++}`).send(body);
  const warnings = async (): Promise<string[]> =>
    ((await app.http.get('/health/ready').expect(200)).body as { warnings: string[] }).warnings;

  it('are open until one person says what was done and another approves', async () => {
    expect(await list()).toEqual({ items: [], open: 0 });
    expect(await warnings()).toEqual([]);
    await stepBack();
    const id = await idOfOnly();
    expect(await warnings()).toEqual([expect.stringContaining('clock-regressed')]);
    expect(await list('?state=open')).toMatchObject({
      items: [{ id, alarm: 'clock-regressed', about: 'clock', state: 'open' }],
      open: 1,
    });

    await post(ann, id, 'resolve', { reason: REASON }).expect(202);
    expect(await list('?state=open')).toMatchObject({
      items: [{ state: 'resolution-requested', reason: REASON, requestedBy: 'ann' }],
    });
    expect((await post(ann, id, 'approve')).body).toMatchObject({ code: 'same-person' });
    const approved = await post(bob, id, 'approve').expect(200);
    expect(approved.body).toMatchObject({ state: 'resolved', approvedBy: 'bob' });
    expect(await list('?state=open')).toEqual({ items: [], open: 0 });
    expect(await warnings()).toEqual([]);
    const { log } = app.runtime;
    const last = JSON.parse(Buffer.from(log.entryBytes(log.size() - 1)).toString()) as object;
    expect(last).toMatchObject({
      stream: 'ledger-_.alarms',
      type: 'ledger.alarm-resolved',
      data: { id, reason: REASON, requestedBy: 'ann', approvedBy: 'bob' },
    });
  });

  it('are resolved once, and raised again when the same happens later', async () => {
    await stepBack();
    const id = await idOfOnly();
    await post(ann, id, 'resolve', { reason: REASON }).expect(202);
    const again = await post(ann, id, 'resolve', { reason: 'Another.' });
    expect([again.status, again.body]).toMatchObject([409, { code: 'state-conflict' }]);
    await post(bob, id, 'approve').expect(200);
    const size = app.runtime.log.size();
    await post(bob, id, 'approve').expect(200);
    expect(app.runtime.log.size()).toBe(size);
    await stepBack();
    expect(await list('?state=open')).toMatchObject({ open: 1, items: [{ state: 'open' }] });
    expect(await list('?state=resolved')).toMatchObject({ items: [{ id }] });
  });

  it('are the same after a restart', async () => {
    await stepBack();
    const before = await list();
    const { dataDir } = app;
    const key = await app.issueKey('auditor', ['log.read']);
    await app.stop('keep');
    app = await TestApp.start({}, dataDir);
    expect((await app.withKey(key).get('/v1/log/alarms')).body).toEqual(before);
  });

  it('refuse who may not, what is not there, and an end without a reason', async () => {
    await stepBack();
    const id = await idOfOnly();
    const other = await app.as('other', ['ledger.read']);
    expect((await other.get('/v1/log/alarms')).status).toBe(403);
    expect((await post(bob, id, 'resolve', { reason: REASON })).status).toBe(403);
    expect((await post(bob, id, 'approve')).status).toBe(404);
    expect((await post(ann, NOWHERE, 'resolve', { reason: REASON })).status).toBe(404);
    expect((await ann.get(`/v1/log/alarms/${NOWHERE}`)).status).toBe(404);
    expect((await post(ann, id, 'resolve', { reason: '' })).status).toBe(422);
    expect((await ann.get('/v1/log/alarms?before=-1')).status).toBe(400);
    expect((await ann.get(`/v1/log/alarms/${id}`)).body).toMatchObject({ id, state: 'open' });
  });
});
