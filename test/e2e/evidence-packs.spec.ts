import { createHash } from 'node:crypto';

import { evidenceIn, fileIn, PackService } from '../support/pack-service';
import { readPdf } from '../support/pdf-reader';
import { purchaseEvents, REASON } from '../support/sample-purchase';

const REQUEST = {
  kind: 'transaction',
  subject: { type: 'purchase-order', entity: 'E_DE', id: 'PO-7719' },
  purpose: 'Year-end test of purchase controls',
};
const NOWHERE = '8d3f4b1e-0000-5000-8000-000000000001';

jest.setTimeout(120_000);

describe('evidence packs over HTTP', () => {
  let service: PackService;
  /** the pack that most tests look at */
  let id: string;

  beforeAll(async () => {
    service = await PackService.start();
    id = (await ask('pack-1').expect(202)).body.id as string;
    await service.finished(id);
  });
  afterAll(() => service.stop());

  const ask = (
    key: string,
    changes: object = {},
    who: Parameters<PackService['as']>[0] = 'preparer',
  ) =>
    service
      .as(who)
      .post('/v1/evidence/packs')
      .set('Idempotency-Key', key)
      .send({ ...REQUEST, ...changes });
  const get = (path: string) => service.as('auditor').get(`/v1/evidence/packs${path}`);

  it('answers a request with a job, then with a pack that verifies', async () => {
    const asked = await ask('pack-new').expect(202);
    expect(asked.headers['location']).toBe(`/v1/jobs/${asked.body.id}`);
    expect(asked.headers['consistency-token']).toMatch(/^s\.\d+$/);
    expect(await service.finished(asked.body.id)).toMatchObject({
      id: asked.body.id,
      name: expect.stringMatching(/^EP-2026-[0-9A-F]{8}$/),
      state: 'built',
      status: 'complete',
      request: { ...REQUEST, depth: 6, disclose: [], allowPartial: false, requestedBy: 'preparer' },
      result: { objects: 4, entries: 13, missing: 2, status: 'complete' },
      seals: { signed: false, timestamped: false },
    });
    const job = await service.as('preparer').get(`/v1/jobs/${asked.body.id}`).expect(200);
    expect(job.body).toMatchObject({
      state: 'done',
      done: 3,
      total: 3,
      unit: 'phases',
      result: `/v1/evidence/packs/${asked.body.id}`,
    });
    const { body } = await service.download(asked.body.id);
    expect(service.verify(body)).toMatchObject({
      status: 0,
      report: { result: 'verified', findings: [] },
    });
    expect(service.verify(body, 'nothing').status).toBe(4);
  });

  it('holds only what was recorded below the size of the request', async () => {
    const { ledger, report } = evidenceIn((await service.download(id)).body);
    expect(report.request.event.index).toBe(ledger.asOf - 1);
    expect(report.timeline).toHaveLength(13);
    expect(report.timeline.every(({ index }) => index < ledger.asOf)).toBe(true);
    expect(report.controlTotals.scanned).toBe(ledger.asOf);
  });

  it('shows what the views know: flags, missing documents and steps, master data left out', async () => {
    const { report } = evidenceIn((await service.download(id)).body);
    expect(report.missing.map(({ stream, what }) => `${stream} ${what}`)).toEqual([
      'invoice-E_DE.INV-1001 goods-receipt',
      'payment-E_DE.PAY-2026-0093 approved',
    ]);
    expect(report.population.left).toEqual([
      {
        stream: 'supplier-E_DE.V-330',
        reason: 'master-data',
        via: 'purchase_order-E_DE.PO-7719',
        role: 'supplier',
      },
    ]);
    const transmitted = report.timeline.find(({ action }) => action === 'transmitted');
    expect(transmitted?.flags).toContain('unauthorised');
    expect(report.edges).toHaveLength(3);
  });

  it('opens the values that the request names, with the scope for it, and shows them in the PDF', async () => {
    const disclose = ['/data/reason'];
    const refused = await ask('pack-open-1', { disclose }, 'outsider').expect(403);
    expect(refused.body).toMatchObject({ code: 'scope-missing', scope: 'personal.read' });

    const opened = (await ask('pack-open-2', { disclose }).expect(202)).body.id as string;
    await service.finished(opened);
    const zip = (await service.download(opened)).body;
    expect(service.verify(zip)).toMatchObject({ status: 0, report: { findings: [] } });
    expect(readPdf(fileIn(zip, 'data/evidence-pack.pdf')).pages.join(' ')).toContain('Łukasz');

    const closed = (await service.download(id)).body;
    expect(closed.includes(Buffer.from('Łukasz'))).toBe(false);
    expect(closed.includes(Buffer.from(REASON.slice(0, 20)))).toBe(false);
  });

  it('gives the first answer to a repeat, and refuses the key for another request', async () => {
    const again = await ask('pack-1').expect(202);
    expect(again.body).toMatchObject({ id, state: 'built' });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await ask('pack-1', { purpose: 'Another purpose' }).expect(409);
    expect(other.body.code).toBe('idempotency-key-reused');
  });

  it.each([
    [
      'an object that the ledger does not have',
      { subject: { ...REQUEST.subject, id: 'PO-0' } },
      404,
      'not-found',
    ],
    ['a kind that is not built here', { kind: 'sample' }, 422, 'contract-violation'],
    ['a member that is not known', { purposes: 'x' }, 422, 'unknown-field'],
    ['a disclosure that is no pointer', { disclose: ['reason'] }, 422, 'contract-violation'],
    ['a disguised character in the purpose', { purpose: 'a\u202eb' }, 422, 'contract-violation'],
    ['a depth beyond the limit', { parameters: { depth: 13 } }, 422, 'contract-violation'],
  ])('refuses %s', async (_, changes, status, code) => {
    const reply = await ask('pack-refused', changes).expect(status);
    expect(reply.body.code).toBe(code);
  });

  it('refuses a request without a key or without the scope', async () => {
    const keyless = await service
      .as('preparer')
      .post('/v1/evidence/packs')
      .send(REQUEST)
      .expect(400);
    expect(keyless.body.code).toBe('idempotency-key-required');
    await ask('pack-scope', {}, 'auditor').expect(403);
    await service.app.http.get('/v1/evidence/packs').expect(401);
    await service.as('outsider').get(`/v1/evidence/packs/${id}/download`).expect(403);
  });

  it('lists packs, newest first, under the filter, in pages that fit together', async () => {
    const all = await get('?object=PO-7719&state=built').expect(200);
    const ids = (all.body.items as { id: string }[]).map((pack) => pack.id);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(ids.at(-1)).toBe(id);
    const first = await get('?object=PO-7719&state=built&limit=1').expect(200);
    expect(first.body.items[0].id).toBe(ids[0]);
    const next = /<([^>]+)>/.exec(first.headers['link'] ?? '')?.[1] ?? '';
    const second = await service.as('auditor').get(next).expect(200);
    expect(second.body.items[0].id).toBe(ids[1]);
    expect((await get('?object=PO-0').expect(200)).body.items).toEqual([]);
    expect((await get('?objekt=PO-0').expect(400)).body.code).toBe('parameter-unknown');
  });

  it('delivers the whole file or a range, with its digest, and records who took which bytes', async () => {
    const whole = await service.download(id);
    const digest = createHash('sha256').update(whole.body).digest();
    expect(whole.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(whole.body.length),
      'repr-digest': `sha-256=:${digest.toString('base64')}:`,
      etag: `"${digest.toString('hex')}"`,
      'content-disposition': expect.stringMatching(
        /^attachment; filename="EP-2026-[0-9A-F]{8}\.zip"$/,
      ),
    });
    const part = await service.download(id, 'bytes=10-99');
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 10-99/${whole.body.length}`);
    expect(part.body.equals(whole.body.subarray(10, 100))).toBe(true);
    const beyond = await service.download(id, `bytes=${whole.body.length}-`);
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${whole.body.length}`);

    const { stream, downloads } = await service.finished(id);
    const recorded = await service.downloads(String(stream));
    expect(recorded.slice(-2)).toEqual([
      expect.objectContaining({
        by: 'auditor',
        sha256: digest.toString('hex'),
        from: 0,
        to: whole.body.length,
      }),
      expect.objectContaining({ by: 'auditor', from: 10, to: 100 }),
    ]);
    expect(downloads).toBe(recorded.length);
  });

  it('lists the files of a pack with their hashes', async () => {
    const manifest = await get(`/${id}/manifest`).expect(200);
    const zip = (await service.download(id)).body;
    const listed = manifest.body.files as { path: string; sha256: string }[];
    expect(listed.length).toBeGreaterThan(20);
    for (const { path, sha256 } of listed) {
      expect(createHash('sha256').update(fileIn(zip, path)).digest('hex')).toBe(sha256);
    }
  });

  it('cancels what is not built yet, and nothing else', async () => {
    const preparer = service.as('preparer');
    const late = await preparer
      .post(`/v1/evidence/packs/${id}/cancel`)
      .set('Idempotency-Key', 'cancel-1')
      .expect(409);
    expect(late.body.code).toBe('state-conflict');
    await service.as('preparer').delete(`/v1/jobs/${id}`).expect(409);
    await service.as('preparer').delete(`/v1/jobs/${NOWHERE}`).expect(404);
    await get(`/${NOWHERE}`).expect(404);
  });

  it('builds an old request after a restart, without what was recorded since', async () => {
    await service.jobs.close();
    const asked = (await ask('pack-restart').expect(202)).body.id as string;
    const dropped = (await ask('pack-dropped').expect(202)).body.id as string;
    await service.app.settle();
    await service.as('preparer').delete(`/v1/jobs/${dropped}`).expect(204);
    const [paid] = purchaseEvents().slice(-1);
    const data = { transition: { action: 'returned', to: 'returned' } };
    await service.scribe.write({
      ...paid!,
      type: 'payment.returned',
      source: { system: 'bank-gate', id: 'late' },
      data,
    });
    await service.restart();

    expect(await service.finished(asked)).toMatchObject({
      state: 'built',
      result: { entries: 13 },
    });
    expect(await service.finished(dropped)).toMatchObject({ state: 'cancelled' });
    const { body } = await service.download(asked);
    expect(service.verify(body)).toMatchObject({ status: 0, report: { findings: [] } });
    expect(body.includes(Buffer.from('payment.returned'))).toBe(false);
  });
});
