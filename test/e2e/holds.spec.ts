import { decodeEntry } from '../../src/kernel/entry';
import { PrivacyDesk } from '../support/privacy-desk';

const HOLD = { reason: 'litigation 4 O 12/26', authority: 'LG Example' };
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('holds and retention', () => {
  let desk: PrivacyDesk;
  beforeAll(async () => {
    desk = await PrivacyDesk.start();
  });
  afterAll(() => desk.stop());
  let n = 0;
  /** A person of its own with one event; @returns the event, the pseudonym and the invoice */
  const someone = async () => {
    n += 1;
    const invoice = `INV-${n}`;
    return { invoice, ...(await desk.record(invoice, `employee-${n}`)) };
  };
  const place = async (scope: object): Promise<string> => {
    const { status, body } = await desk.post('asker', 'holds', { scope, ...HOLD });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body['id'] as string;
  };
  const release = async (hold: string) => {
    const asked = await desk.post('asker', `holds/${hold}/release`, { reason: 'settled' });
    expect(asked).toMatchObject({ status: 202, body: { state: 'releasing' } });
    const approved = await desk.post('approver', `holds/${hold}/approve`);
    expect(approved).toMatchObject({ status: 200, body: { state: 'released' } });
  };
  const valuesOf = async (id: string): Promise<number> =>
    ((await desk.personal(id)).body['values'] as unknown[]).length;

  const deferrals = async (erasure: string) => {
    const found: Record<string, unknown>[] = [];
    for await (const { entry } of desk.app.runtime.store.readAll()) {
      const { type, data } = decodeEntry(entry);
      if (type === 'privacy.erasure-deferred' && data['erasure'] === erasure) found.push(data);
    }
    return found;
  };

  it.each<[string, (who: { actor: string; invoice: string }) => object]>([
    ['the subject', ({ actor }) => ({ kind: 'subject', subject: actor })],
    [
      'an object',
      ({ invoice }) => ({
        kind: 'object',
        object: { type: 'invoice', entity: 'E_DE', id: invoice },
      }),
    ],
    ['a legal entity', () => ({ kind: 'entity', entity: 'E_DE' })],
    ['the whole ledger', () => ({ kind: 'ledger' })],
  ])('on %s keep what was asked for until two persons release them', async (_what, scopeOf) => {
    const who = await someone();
    const hold = await place(scopeOf(who));
    const erasure = await desk.ask({ subject: who.actor });
    const held = await desk.approve(erasure);
    expect(held).toMatchObject({
      status: 409,
      body: { code: 'held', hold, erasure, erased: 0 },
    });
    expect(await valuesOf(who.id)).toBe(2);
    expect(await deferrals(erasure)).toMatchObject([{ reason: 'hold', hold }]);
    expect((await desk.get(`/v1/privacy/erasures/${erasure}`)).body).toMatchObject({
      state: 'deferred',
      reason: 'hold',
      hold,
    });
    const asked = await desk.post('asker', `holds/${hold}/release`, { reason: 'settled' });
    expect(asked.status).toBe(202);
    expect(await desk.post('asker', `holds/${hold}/approve`)).toMatchObject({
      status: 403,
      body: { code: 'same-person' },
    });
    expect((await desk.approve(erasure)).status).toBe(409);
    expect((await desk.post('approver', `holds/${hold}/approve`)).status).toBe(200);
    expect(await desk.approve(erasure)).toMatchObject({
      status: 200,
      body: { state: 'erased', erased: 1, kept: 0 },
    });
    expect(await valuesOf(who.id)).toBe(1);
  });

  it('that come between request and approval are seen', async () => {
    const who = await someone();
    const erasure = await desk.ask({ subject: who.actor });
    const hold = await place({ kind: 'subject', subject: who.actor });
    expect(await desk.approve(erasure)).toMatchObject({ status: 409, body: { hold } });
    await release(hold);
  });

  it('on one object let go what is elsewhere, and keep the pseudonym', async () => {
    const who = await someone();
    const other = await desk.record(`INV-${(n += 1)}`, `employee-${n - 1}`);
    expect(other.actor).toBe(who.actor);
    const object = { type: 'invoice', entity: 'E_DE', id: who.invoice };
    const hold = await place({ kind: 'object', object });
    const erasure = await desk.ask({ subject: who.actor });
    expect(await desk.approve(erasure)).toMatchObject({
      status: 409,
      body: { code: 'held', erased: 1, kept: 2 },
    });
    expect(await valuesOf(who.id)).toBe(2);
    expect(await valuesOf(other.id)).toBe(1);
    expect(desk.app.runtime.privacy.pseudonyms.accountOf(who.actor)).toBeDefined();
    await release(hold);
    expect(await desk.approve(erasure)).toMatchObject({ status: 200, body: { erased: 1 } });
    expect(desk.app.runtime.privacy.pseudonyms.accountOf(who.actor)).toBeUndefined();
  });

  it('several may cover one subject, and each must be released', async () => {
    const who = await someone();
    const [one, two] = [
      await place({ kind: 'subject', subject: who.actor }),
      await place({ kind: 'ledger' }),
    ];
    const erasure = await desk.ask({ subject: who.actor });
    await release(one);
    expect(await desk.approve(erasure)).toMatchObject({ status: 409, body: { hold: two } });
    await release(two);
    expect(await desk.approve(erasure)).toMatchObject({ status: 200 });
  });

  it('never end by themselves', async () => {
    const who = await someone();
    const hold = await place({ kind: 'subject', subject: who.actor });
    const erasure = await desk.ask({ subject: who.actor });
    desk.app.clock.advance(30 * DAY_MS);
    expect(await desk.approve(erasure)).toMatchObject({ status: 409, body: { hold } });
    await release(hold);
  });

  it.each<[string, object, number]>([
    ['an unknown subject', { kind: 'subject', subject: 'per-000000000000' }, 404],
    ['no subject', { kind: 'subject' }, 422],
    ['an unknown kind', { kind: 'everything' }, 422],
    ['more than its kind has', { kind: 'entity', entity: 'E_DE', subject: 'per-1' }, 422],
  ])('are refused for %s', async (_what, scope, status) => {
    expect((await desk.post('asker', 'holds', { scope, ...HOLD })).status).toBe(status);
  });

  it('are listed by state', async () => {
    const all = await desk.get('/v1/privacy/holds?count=exact');
    expect(all.body['count']).toBe((all.body['items'] as unknown[]).length);
    const released = await desk.get('/v1/privacy/holds?state=active');
    expect(released.body['items']).toEqual([]);
    const [item] = all.body['items'] as Record<string, unknown>[];
    expect((await desk.get(`/v1/privacy/holds/${String(item?.['id'])}`)).body).toEqual(item);
  });

  it('retention defers until its end, with the date', async () => {
    const who = await someone();
    const put = await desk
      .as('asker')
      .put('/v1/privacy/policies')
      .set('Idempotency-Key', 'policies-1')
      .send({
        policies: [
          { class: 'reason', trigger: 'occurred', duration: 'P6M', authority: 'HGB 257' },
          { class: 'account', trigger: 'recorded', duration: 'P1M', authority: 'HGB 257' },
        ],
      });
    expect(put.status).toBe(200);
    expect((await desk.get('/v1/privacy/policies')).body).toEqual(put.body);
    const erasure = await desk.ask({ subject: who.actor });
    const deferred = await desk.approve(erasure);
    // The reason is of January 2026; the account acted today.
    expect(desk.app.clock.now().slice(0, 10)).toBe('2026-12-02');
    const until = '2027-01-02';
    expect(deferred).toMatchObject({
      status: 200,
      body: { state: 'deferred', erased: 1, kept: 1, reason: 'retention', until },
    });
    expect(await deferrals(erasure)).toMatchObject([{ reason: 'retention', until, kept: 1 }]);
    desk.app.clock.advance(30 * DAY_MS);
    const early = await desk.approve(erasure);
    expect(early.body).toMatchObject({ state: 'deferred', until });
    desk.app.clock.advance(1 * DAY_MS);
    expect((await desk.approve(erasure)).body).toMatchObject({ state: 'erased', kept: 0 });
    expect(desk.app.runtime.privacy.pseudonyms.accountOf(who.actor)).toBeUndefined();
  });

  it.each([
    ['no period', { duration: '10 years' }],
    ['an unknown class', { class: 'everything' }],
    ['no authority', { authority: '' }],
  ])('refuses a policy with %s', async (_what, change) => {
    const policy = { class: 'reason', trigger: 'recorded', duration: 'P1Y', authority: 'x' };
    const reply = await desk
      .as('asker')
      .put('/v1/privacy/policies')
      .set('Idempotency-Key', 'policies-2')
      .send({ policies: [{ ...policy, ...change }] });
    expect(reply.status).toBe(422);
  });
});
