import { join } from 'node:path';
import { openSqlite } from '../../src/event-store/sqlite';
import { decodeEntry } from '../../src/kernel/entry';
import { IBAN, PrivacyDesk, REASON } from '../support/privacy-desk';
import { transitionData, transitionEvent } from '../support/transition-events';

const VALUE = { path: '/data/personal/payeeIban', value: IBAN };

describe('erasure of personal values', () => {
  let desk: PrivacyDesk;
  beforeAll(async () => {
    desk = await PrivacyDesk.start();
  });
  afterAll(() => desk.stop());

  /** Entries of the log under a type, by their data. */
  const recorded = async (type: string) => {
    const found: Record<string, unknown>[] = [];
    for await (const { entry } of desk.app.runtime.store.readAll()) {
      const read = decodeEntry(entry);
      if (read.type === type) found.push({ id: read.id, stream: read.stream, ...read.data });
    }
    return found;
  };

  it('shows values with salt and purpose, and records who read them', async () => {
    const { id } = await desk.record('INV-1');
    const { status, body } = await desk.personal(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      event: id,
      stream: 'invoice-E_DE.INV-1',
      revision: 0,
      values: [VALUE, { path: '/data/reason', value: REASON }],
      erased: [],
    });
    const reads = (await recorded('personal-access.read')).filter((read) => read['event'] === id);
    expect(reads).toMatchObject([
      { purpose: 'audit of May', by: 'asker', paths: [VALUE.path, '/data/reason'] },
    ]);
    expect(JSON.stringify(reads)).not.toContain(IBAN);
  });

  it.each([
    ['without a purpose', '', 400],
    ['with an empty purpose', '?purpose=', 400],
    ['with an unknown parameter', '?purpose=x&reason=y', 400],
  ])('does not show values %s', async (_what, query, status) => {
    const { id } = await desk.record(`INV-2-${query.length}`);
    expect((await desk.get(`/v1/events/${id}/personal${query}`)).status).toBe(status);
  });

  it('does not show values to who lacks the scope, and knows no event that is not there', async () => {
    const { id } = await desk.record('INV-3');
    const refused = await desk.as('connector').get(`/v1/events/${id}/personal?purpose=x`);
    expect(refused.status).toBe(403);
    const unknown = await desk.personal('3297ea7d-4782-562a-a307-1c9a67802467');
    expect(unknown.status).toBe(404);
  });

  it('names a value that is gone without an event, and takes it for no erasure', async () => {
    const { id } = await desk.record('INV-4');
    const file = openSqlite(join(desk.app.dataDir, 'ledgers', 'acme', 'privacy.db'));
    file.run('DELETE FROM personal_value WHERE event_id = :id AND path = :path', {
      id,
      path: VALUE.path,
    });
    file.close();
    expect(await desk.personal(id)).toMatchObject({
      status: 200,
      body: { values: [{ path: '/data/reason' }], erased: [], missing: [VALUE.path] },
    });
    const request = { values: [{ event: id, path: VALUE.path }], legalBasis: 'x' };
    expect(await desk.post('asker', 'erasures', request)).toMatchObject({
      status: 409,
      body: { code: 'state-conflict' },
    });
  });

  it('erases one value of an event: the other stays, the proof holds, the event says who', async () => {
    const { id } = await desk.record('INV-10');
    const proof = (await desk.get(`/v1/events/${id}/proof`)).body;
    const erasure = await desk.ask({ values: [{ event: id, path: VALUE.path }] });
    expect((await desk.personal(id)).body['values']).toHaveLength(2);

    const approved = await desk.approve(erasure);
    expect(approved.status).toBe(200);
    expect(approved.body).toMatchObject({ id: erasure, state: 'erased', erased: 1, kept: 0 });
    expect(approved.body).not.toHaveProperty('tracesLeft');

    const [event] = (await recorded('privacy.erased')).filter((e) => e['erasure'] === erasure);
    expect(event).toMatchObject({
      stream: `privacy-_.${id}`,
      subject: id,
      values: [{ stream: 'invoice-E_DE.INV-10', revision: 0, path: VALUE.path }],
      whole: false,
      legalBasis: 'GDPR Art. 17(1)(b)',
      requestedBy: 'asker',
      approvedBy: 'approver',
    });
    expect(event!['kek']).toMatch(/^[0-9a-f]{16}$/);

    const left = await desk.personal(id);
    expect(left.body).toMatchObject({
      values: [{ path: '/data/reason', value: REASON }],
      erased: [{ path: VALUE.path, erasedBy: event!['id'], erasure }],
    });
    expect((await desk.get(`/v1/events/${id}/proof`)).status).toBe(200);
    expect(proof).toBeDefined();
    const shown = await desk.get(`/v1/privacy/erasures/${erasure}`);
    expect(shown.body).toMatchObject({ state: 'erased', erased: 1, events: [event!['id']] });
  });

  it('answers 410 with the erasure event once nothing of an event is left', async () => {
    const { id, actor } = await desk.record('INV-11', 'employee-11');
    await desk.approve(await desk.ask({ subject: actor }));
    await desk.approve(await desk.ask({ subject: id }));
    const gone = await desk.personal(id);
    expect(gone.status).toBe(410);
    expect(gone.body).toMatchObject({ code: 'value-erased', retryable: 'n' });
    const events = (await recorded('privacy.erased')).map((e) => e['id']);
    expect(events).toContain(gone.body['erasedBy']);
    const again = await desk.post('asker', 'erasures', {
      values: [{ event: id, path: VALUE.path }],
      legalBasis: 'again',
    });
    expect(again.status).toBe(410);
  });

  it('erases a person across events, with key and pseudonym, and nothing of others', async () => {
    const first = await desk.record('INV-20', 'employee-20');
    const second = await desk.record('INV-21', 'employee-20');
    const other = await desk.record('INV-22', 'employee-22');
    expect(second.actor).toBe(first.actor);
    const { body } = await desk.approve(await desk.ask({ subject: first.actor }));
    expect(body).toMatchObject({ state: 'erased', erased: 2 });
    const { pseudonyms, sideStore } = desk.app.runtime.privacy;
    expect(pseudonyms.accountOf(first.actor)).toBeUndefined();
    expect(pseudonyms.knownAs('ap-hub', 'employee-20')).toBeUndefined();
    expect(sideStore.knows(first.actor)).toBe(false);
    for (const { id } of [first, second])
      expect((await desk.personal(id)).body['values']).toMatchObject([VALUE]);
    expect((await desk.personal(other.id)).body['values']).toHaveLength(2);
  });

  it('answers a repeat of an erased event with the first receipt and stores nothing again', async () => {
    const event = PrivacyDesk.event('INV-30', 'employee-30');
    const first = await desk.append(event);
    const { id, actor } = JSON.parse(first.body['entry'] as string) as {
      id: string;
      actor: { id: string };
    };
    await desk.approve(await desk.ask({ subject: actor.id }));
    await desk.approve(await desk.ask({ subject: id }));
    const again = await desk.append(event);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      result: 'duplicate',
      id,
      leaf: first.body['leaf'],
      entry: first.body['entry'],
    });
    const { pseudonyms, personalValues, sideStore } = desk.app.runtime.privacy;
    expect(pseudonyms.knownAs('ap-hub', 'employee-30')).toBeUndefined();
    expect(personalValues.open(id)).toEqual([]);
    expect(sideStore.knows(actor.id)).toBe(false);
    expect(sideStore.knows(id)).toBe(false);
  });

  it('answers a repeat without personal values whose actor was erased', async () => {
    const event = transitionEvent({
      id: 'INV-33',
      data: transitionData({
        object: { type: 'invoice', id: 'INV-33' },
        actor: { account: 'employee-33', kind: 'person' },
      }),
    });
    const first = await desk.append(event);
    const entry = JSON.parse(first.body['entry'] as string) as { actor: { id: string } };
    await desk.approve(await desk.ask({ subject: entry.actor.id }));
    expect(await desk.append(event)).toMatchObject({
      status: 200,
      body: { result: 'duplicate', entry: first.body['entry'] },
    });
    expect(desk.app.runtime.privacy.pseudonyms.knownAs('ap-hub', 'employee-33')).toBeUndefined();
  });

  it('finds the subject of an account, until it is erased', async () => {
    const { actor } = await desk.record('INV-34', 'employee-34');
    await desk.record('INV-35', 'employee-34');
    const path = '/v1/privacy/subjects/ap-hub/employee-34';
    expect(await desk.get(path)).toMatchObject({
      status: 200,
      body: { subject: actor, values: 2 },
    });
    await desk.approve(await desk.ask({ subject: actor }));
    expect((await desk.get(path)).status).toBe(404);
    expect((await desk.as('connector').get(path)).status).toBe(403);
  });

  it('gives a person who acts again a new pseudonym, and still knows old events', async () => {
    const event = PrivacyDesk.event('INV-31', 'employee-31');
    const before = JSON.parse((await desk.append(event)).body['entry'] as string) as {
      actor: { id: string };
    };
    await desk.approve(await desk.ask({ subject: before.actor.id }));
    const after = await desk.record('INV-32', 'employee-31');
    expect(after.actor).not.toBe(before.actor.id);
    expect((await desk.append(event)).status).toBe(200);
    const changed = PrivacyDesk.event('INV-31', 'employee-31') as { time: string };
    changed.time = '2026-01-06T00:00:00.000Z';
    expect(await desk.append(changed)).toMatchObject({ status: 409 });
  });

  it('is approved by another person, once, and can be rejected before', async () => {
    const { id, actor } = await desk.record('INV-40', 'employee-40');
    const erasure = await desk.ask({ subject: actor });
    const own = await desk.post('asker', `erasures/${erasure}/approve`);
    expect(own).toMatchObject({ status: 403, body: { code: 'same-person' } });
    const rejected = await desk.post('approver', `erasures/${erasure}/reject`, {
      reason: 'tax audit',
    });
    expect(rejected).toMatchObject({ status: 200, body: { state: 'rejected' } });
    expect(await desk.approve(erasure)).toMatchObject({
      status: 409,
      body: { code: 'state-conflict' },
    });
    expect((await desk.personal(id)).body['values']).toHaveLength(2);
  });

  it('gives the first answer to a repeat, and refuses the key for another request', async () => {
    const { actor } = await desk.record('INV-41', 'employee-41');
    const body = { subject: actor, legalBasis: 'consent withdrawn' };
    const first = await desk.post('asker', 'erasures', body, 'ask-41');
    const approved = await desk.approve(first.body['id'] as string, 'approve-41');
    expect(approved.body['erased']).toBe(1);
    expect(await desk.post('asker', 'erasures', body, 'ask-41')).toMatchObject({
      status: 202,
      body: { id: first.body['id'] },
    });
    expect(await desk.approve(first.body['id'] as string, 'approve-41')).toMatchObject({
      status: 200,
      body: { state: 'erased', erased: 1 },
    });
    const other = await desk.post('asker', 'erasures', { ...body, legalBasis: 'x' }, 'ask-41');
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-key-reused' } });
  });

  it.each<[string, object, number, string]>([
    ['an unknown subject', { subject: 'per-000000000000' }, 404, 'not-found'],
    ['neither subject nor values', {}, 422, 'contract-violation'],
    ['an empty list', { values: [] }, 422, 'contract-violation'],
    [
      'an event that is not there',
      { values: [{ event: '3297ea7d-4782-562a-a307-1c9a67802467', path: '/data/reason' }] },
      422,
      'contract-violation',
    ],
    ['an unknown member', { subject: 'per-000000000000', why: 'x' }, 422, 'unknown-field'],
  ])('refuses a request with %s', async (_what, wish, status, code) => {
    const reply = await desk.post('asker', 'erasures', { legalBasis: 'x', ...wish });
    expect(reply).toMatchObject({ status, body: { code } });
  });

  it('refuses values of two subjects in one request, and a path that is no personal value', async () => {
    const { id } = await desk.record('INV-50');
    const both = [VALUE.path, '/data/reason'].map((path) => ({ event: id, path }));
    for (const values of [both, [{ event: id, path: '/data/amount' }]]) {
      const reply = await desk.post('asker', 'erasures', { values, legalBasis: 'x' });
      expect(reply).toMatchObject({ status: 422, body: { code: 'contract-violation' } });
    }
  });

  it('lists erasures by state, page by page', async () => {
    const page = await desk.get('/v1/privacy/erasures?state=erased&limit=2&count=exact');
    expect(page.status).toBe(200);
    expect(page.body['items']).toHaveLength(2);
    expect(page.body['count']).toBeGreaterThan(4);
    const next = encodeURIComponent(page.body['next'] as string);
    const second = await desk.get(`/v1/privacy/erasures?state=erased&limit=2&cursor=${next}`);
    const ids = [page, second].flatMap(({ body }) =>
      (body['items'] as { id: string; state: string }[]).map((item) => item.id),
    );
    expect(new Set(ids).size).toBe(4);
    expect((await desk.get('/v1/privacy/erasures?status=erased')).status).toBe(400);
    expect((await desk.get('/v1/privacy/erasures/nobody')).status).toBe(404);
  });
});
