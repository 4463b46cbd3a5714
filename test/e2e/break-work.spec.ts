import { createHash } from 'node:crypto';
import { People } from '../support/people';
import { ReconDesk, statementOf } from '../support/recon-desk';
import { type Agent } from '../support/test-app';

interface FoundBreak {
  readonly id: string;
  readonly status: string;
}

describe('work on breaks', () => {
  let desk: ReconDesk;
  let reviewer: Agent;
  let keys = 0;

  beforeAll(async () => {
    desk = await ReconDesk.open({ TIEOUT_ATTACHMENT_BYTES_MAX: '4096' });
    reviewer = await desk.app.as('reviewer', ['recon.review', 'ledger.read']);
    await desk.pay('PAY-1', '70.00');
    await desk.upload(statementOf('S-1', { amount: '3.20', remittance: 'Account fee' }));
    expect((await desk.run('commit', '2026-11-30')).status).toBe(202);
  });
  afterAll(() => desk.close());

  const breakOf = async (type: string): Promise<FoundBreak> => {
    const { items } = await desk.get(`/v1/recon/breaks?type=${type}`);
    return (items as FoundBreak[])[0]!;
  };
  /** Decides on what was read last. */
  const decide = async (id: string, what: string, body: object = {}, agent?: Agent) => {
    await desk.app.settle();
    const { headers } = await desk.preparer.get(`/v1/recon/breaks/${id}`);
    keys += 1;
    const request = (agent ?? desk.preparer)
      .post(`/v1/recon/breaks/${id}/${what}`)
      .set('Idempotency-Key', `work-${keys}`);
    if (typeof headers['etag'] === 'string') void request.set('If-Match', headers['etag']);
    return request.send(body);
  };

  it('goes from owner to cause to the next period, and comes back when that is reached', async () => {
    const { id } = await breakOf('UNMATCHED_A');
    expect((await decide(id, 'assign', { owner: 'anna', due: '2026-12-05' })).status).toBe(200);
    expect((await decide(id, 'investigate')).status).toBe(200);
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({ status: 'investigating' });

    const tooEarly = await decide(id, 'resolve', { resolution: 'carried', period: '2026-11' });
    expect([tooEarly.status, tooEarly.body]).toMatchObject([
      409,
      { code: 'state-conflict', state: 'UNEXPLAINED', legal: ['TIMING'] },
    ]);
    expect((await decide(id, 'classify', { class: 'TIMING' })).status).toBe(200);
    const unexplained = await decide(id, 'resolve', { resolution: 'carried', period: '2026-11' });
    expect(unexplained.body).toMatchObject({ code: 'state-conflict', state: 'unexplained' });

    const cause = { period: '2026-11', cause: 'in-transit', explanation: 'Sent on the 30th.' };
    expect((await decide(id, 'explain', cause)).status).toBe(200);
    const carried = await decide(id, 'resolve', { resolution: 'carried', period: '2026-11' });
    expect(carried.status).toBe(200);
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
      status: 'resolved',
      resolution: 'carried',
      resolvedPeriod: '2026-11',
      class: 'TIMING',
      causes: [cause],
    });

    await desk.run('commit', '2026-11-30');
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({ resolution: 'carried' });
    await desk.run('commit', '2026-12-15');
    const back = await desk.get(`/v1/recon/breaks/${id}`);
    expect(back).toMatchObject({ status: 'assigned', owner: 'anna', causes: [cause] });
    expect(back).not.toHaveProperty('resolution');
  });

  it('is accepted by somebody who did not work on it', async () => {
    const { id } = await breakOf('UNMATCHED_B');
    const both = await desk.app.as('anna-laptop', ['recon.work', 'recon.review', 'ledger.read']);
    await decide(id, 'classify', { class: 'TIMING' }, both);
    await decide(id, 'explain', { period: '2026-12', cause: 'bank-charges' }, both);
    await decide(id, 'resolve', { resolution: 'carried', period: '2026-12' }, both);
    const own = await decide(id, 'close', {}, both);
    expect([own.status, own.body]).toMatchObject([403, { code: 'same-person' }]);
    expect((await decide(id, 'close', {}, reviewer)).status).toBe(200);
    const { items } = await desk.get('/v1/recon/breaks?status=closed');
    expect((items as FoundBreak[]).map((item) => item.id)).toContain(id);

    const again = await decide(id, 'reopen', { reason: 'The bank says otherwise.' });
    expect(again.status).toBe(200);
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({ status: 'open' });
  });

  it('is not accepted by the delegate of whoever worked on it', async () => {
    const { id } = await breakOf('UNMATCHED_B');
    const people = await People.of(desk.app);
    await people.account('worker', 'P-worker');
    await people.account('deputy', 'P-deputy');
    await people.delegate('P-worker', 'P-deputy');
    const worker = await desk.app.as('worker', ['recon.work', 'ledger.read']);
    const deputy = await desk.app.as('deputy', ['recon.review', 'ledger.read']);
    await decide(id, 'classify', { class: 'TIMING' }, worker);
    await decide(id, 'explain', { period: '2026-12', cause: 'bank-charges' }, worker);
    await decide(id, 'resolve', { resolution: 'carried', period: '2026-12' }, worker);
    const reply = await decide(id, 'close', {}, deputy);
    expect([reply.status, reply.body]).toMatchObject([
      403,
      { code: 'same-person', rule: 'break-review' },
    ]);
  });

  it('keeps comments, and waits for another party only once somebody looks into it', async () => {
    const { id } = await breakOf('UNMATCHED_A');
    const early = await decide(id, 'await-counterparty', {
      counterparty: 'Bank',
      due: '2026-12-20',
    });
    expect([early.status, early.body]).toMatchObject([409, { code: 'state-conflict' }]);
    await decide(id, 'investigate');
    await decide(id, 'await-counterparty', { counterparty: 'Bank', due: '2026-12-20' });
    const said = await desk.post(`breaks/${id}/comment`, { text: 'Asked the bank.' });
    expect(said.status).toBe(200);
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
      status: 'pending-counterparty',
      counterparty: 'Bank',
      due: '2026-12-20',
      commentCount: 1,
      comments: [{ text: 'Asked the bank.', by: 'preparer' }],
    });
  });

  it('keeps files by their hash, gives the same bytes back, and stops at the limit', async () => {
    const { id } = await breakOf('UNMATCHED_A');
    const path = `/v1/recon/breaks/${id}/attachments`;
    const bytes = Buffer.from('%PDF-1.7 a letter of the bank');
    const attach = (body: Buffer, key: string, type = 'application/pdf') =>
      desk.preparer.post(path).set('Idempotency-Key', key).set('Content-Type', type).send(body);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const filed = await attach(bytes, 'letter');
    expect([filed.status, filed.body]).toMatchObject([
      201,
      { sha256, bytes: bytes.length, mediaType: 'application/pdf' },
    ]);
    expect((await attach(bytes, 'letter')).headers['idempotency-replayed']).toBe('true');
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
      attachments: [{ sha256, mediaType: 'application/pdf', by: 'preparer' }],
    });
    const back = await desk.preparer.get(`${path}/${sha256}`).buffer(true);
    expect(back.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${sha256}"`,
    });
    expect(Buffer.compare(back.body as Buffer, bytes)).toBe(0);
    const large = await attach(Buffer.alloc(4_097), 'large');
    expect([large.status, large.body]).toMatchObject([413, { code: 'too-large' }]);
    const odd = await attach(bytes, 'odd', 'not a type');
    expect([odd.status, odd.body]).toMatchObject([415, { code: 'media-type-unknown' }]);
    const { status } = await desk.preparer.get(`${path}/${'0'.repeat(64)}`);
    expect(status).toBe(404);
  });

  it('is given out in bulk, each break for itself, at most 500 in one request', async () => {
    const { id } = await breakOf('UNMATCHED_A');
    const unknown = 'f'.repeat(64);
    const reply = await desk.post('breaks/assign', { ids: [id, unknown], owner: 'ben' }, 'bulk');
    expect([reply.status, reply.body]).toMatchObject([
      207,
      {
        assigned: 0,
        refused: 2,
        items: [
          { id, result: 'refused', error: { code: 'precondition-required' } },
          { id: unknown, result: 'refused', error: { code: 'not-found' } },
        ],
      },
    ]);
    const fresh = await desk.pay('PAY-9', '9.00').then(() => desk.run('commit', '2026-12-16'));
    expect(fresh.status).toBe(202);
    const { items } = await desk.get('/v1/recon/breaks?type=UNMATCHED_A&status=open');
    const ids = (items as FoundBreak[]).map((item) => item.id);
    expect(ids).toHaveLength(1);
    const body = { ids, owner: 'ben', due: '2026-12-24' };
    const done = await desk.post('breaks/assign', body, 'bulk-2');
    expect([done.status, done.body]).toMatchObject([200, { assigned: 1, refused: 0 }]);
    expect((await desk.post('breaks/assign', body, 'bulk-2')).body).toEqual(done.body);
    const many = Array.from({ length: 501 }, (_, n) => n.toString(16).padStart(64, '0'));
    const tooMany = await desk.post('breaks/assign', { ids: many, owner: 'ben' });
    expect([tooMany.status, tooMany.body]).toMatchObject([422, { code: 'contract-violation' }]);
  });

  it.each([
    ['explain', { period: '2026-14', cause: 'x' }, '/period'],
    ['explain', { period: '2026-11', cause: 'Not a code' }, '/cause'],
    ['classify', { class: 'MAYBE' }, '/class'],
    ['resolve', { resolution: 'matched', period: '2026-11' }, '/resolution'],
    ['await-counterparty', { counterparty: 'Bank', due: 'soon' }, '/due'],
    ['comment', { text: '' }, '/text'],
  ])('refuses to %s with %j, naming the field', async (what, body, pointer) => {
    const { id } = await breakOf('UNMATCHED_A');
    const reply = await decide(id, what, body);
    expect([reply.status, reply.body]).toMatchObject([422, { pointer }]);
  });
});
