import { ReconDesk, statementOf } from '../support/recon-desk';

describe('importing bank statements', () => {
  let desk: ReconDesk;
  beforeAll(async () => {
    desk = await ReconDesk.open();
  });
  afterAll(() => desk.close());

  it('shows control totals, stated and computed, of an imported file', async () => {
    const text = statementOf(
      'S-1',
      { amount: '10.00', endToEndId: 'S1-1' },
      { amount: '7.001', endToEndId: 'S1-2' },
    );
    const reply = await desk.upload(text);
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({
      source: 'bank',
      entity: 'E_DE',
      format: 'camt.053.001.08',
      counts: { statements: 1, lines: 1, booked: 1, rejected: 1, duplicates: 0 },
      controls: { balance: { passed: 0, failed: 1, notStated: 0 } },
    });
    expect(reply.headers['consistency-token']).toMatch(/^s\.\d+$/);
    const { id } = reply.body as { id: string };
    expect(reply.headers['location']).toBe(`/v1/recon/imports/${id}`);
    const one = await desk.get(`/v1/recon/imports/${id}`);
    expect(one).toMatchObject({
      statements: [
        {
          id: 'S-1',
          opening: { amount: { amount: '100.00', currency: 'EUR' } },
          controls: { balance: { verdict: 'failed' }, chain: { verdict: 'not-stated' } },
        },
      ],
    });
    expect(await desk.get(`/v1/recon/imports/${id}/rejects`)).toMatchObject({
      items: [{ reason: 'excess-precision', entry: 2, raw: { Amt: '7.001' } }],
    });
    expect(await desk.get(`/v1/recon/imports/${id}/lines`)).toMatchObject({
      items: [{ amount: { amount: '-10.00', currency: 'EUR' }, isNew: true, status: 'booked' }],
    });
    const file = await desk.preparer
      .get(`/v1/recon/imports/${id}/file`)
      .buffer(true)
      .parse((res, done) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.on('end', () => done(null, Buffer.concat(parts)));
      });
    expect((file.body as Buffer).toString()).toBe(text);
  });

  it('answers a repeated request with the first result and another import of the file with its batch', async () => {
    const text = statementOf('S-2', { endToEndId: 'S2-1' });
    const first = await desk.upload(text, undefined, 'import-2');
    const again = await desk.upload(text, undefined, 'import-2');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    await desk.app.settle();
    const { id } = first.body as { id: string };
    for (const query of ['source=bank&entity=E_DE', 'source=bank&entity=E_FR']) {
      const other = await desk.upload(text, query);
      expect([other.status, other.body]).toMatchObject([409, { code: 'file-imported', batch: id }]);
    }
  });

  it('refuses a file that cannot be read, with reason and place, and keeps its bytes in quarantine', async () => {
    const before = (await desk.get('/v1/recon/imports'))['items'] as unknown[];
    const good = statementOf('S-3', { endToEndId: 'S3-1' });
    for (const [text, reason] of [
      [good.slice(0, good.length / 2), 'truncated'],
      [good.replace('?>\n', '?>\n<!DOCTYPE x SYSTEM "http://example.com">\n'), 'doctype'],
      [good.replace('S3-1', '&evil;'), 'not-well-formed'],
      ['<a/>', 'wrong-root'],
    ] as const) {
      const reply = await desk.upload(text);
      expect([reply.status, reply.body]).toMatchObject([
        422,
        { code: 'contract-violation', reason },
      ]);
      const item = await desk.get(
        `/v1/quarantine/${(reply.body as { quarantine: string }).quarantine}`,
      );
      expect(item).toMatchObject({
        status: 'open',
        cause: 'technical',
        form: 'file',
        bytes: text.length,
      });
    }
    expect((await desk.get('/v1/recon/imports'))['items']).toHaveLength(before.length);
  });

  it('tries a file without recording anything', async () => {
    const reply = await desk.upload(
      statementOf('S-4', { endToEndId: 'S4-1' }, { amount: '1.999' }),
      'source=bank&dryRun=yes',
    );
    expect([reply.status, reply.body]).toMatchObject([
      200,
      {
        dryRun: true,
        counts: { lines: 1, rejected: 1 },
        rejects: [{ reason: 'excess-precision' }],
      },
    ]);
    const { id } = reply.body as { id: string };
    await desk.app.settle();
    expect((await desk.preparer.get(`/v1/recon/imports/${id}`)).status).toBe(404);
  });

  it.each([
    ['source=nobody', 404, 'not-found'],
    ['source=bank&entitty=E_DE', 400, 'parameter-unknown'],
    ['dryRun=yes', 400, 'malformed'],
  ])('refuses an import with %s', async (query, status, code) => {
    const reply = await desk.upload(statementOf('S-5'), query);
    expect([reply.status, reply.body]).toMatchObject([status, { code }]);
  });

  it.each(['imports', 'runs', 'matches', 'breaks'])(
    'counts all %s of a list when asked',
    async (list) => {
      const { items, count } = await desk.get(`/v1/recon/${list}?count=exact`);
      expect(count).toBe((items as unknown[]).length);
    },
  );

  it('needs the scope for it', async () => {
    const auditor = await desk.app.as('auditor', ['ledger.read']);
    const reply = await auditor
      .post('/v1/recon/imports?source=bank')
      .set('Idempotency-Key', 'x')
      .send('');
    expect([reply.status, reply.body]).toMatchObject([403, { code: 'scope-missing' }]);
  });
});
