import { camtXml, type EntrySpec } from '../support/camt-file';
import { type Agent, TestApp } from '../support/test-app';
import { transitionData, transitionEvent } from '../support/transition-events';

type Body = Readonly<Record<string, unknown>>;

describe('reconciling a bank statement with the payments of the ledger', () => {
  let app: TestApp;
  let preparer: Agent;
  let treasury: Agent;
  let keys = 0;
  beforeAll(async () => {
    app = await TestApp.start();
    preparer = await app.as('preparer', ['recon.work', 'ledger.read']);
    treasury = await app.as('treasury', ['events.append']);
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/treasury')
      .set('If-None-Match', '*')
      .send({ uri: 'https://treasury.example/' })
      .expect(201);
  });
  afterAll(() => app.stop());

  /** The treasury reports a payment as paid. */
  async function pay(id: string, amount: string, endToEndId = id): Promise<void> {
    const data = transitionData({
      object: { type: 'payment', id },
      transition: { action: 'paid', to: 'paid' },
      amount: { amount, currency: 'EUR' },
      dimensions: { bankAccount: 'DE02120300000000202051', endToEndId },
    });
    const source = 'https://treasury.example/';
    const time = '2026-11-01T08:00:00.000Z';
    await treasury
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(
        JSON.stringify(
          transitionEvent({ id: `${id}-paid`, source, type: 'tieout.payment.paid', time, data }),
        ),
      )
      .expect(201);
  }

  const upload = (text: string | Buffer, query = 'source=bank&entity=E_DE', key = `k-${keys++}`) =>
    preparer
      .post(`/v1/recon/imports?${query}`)
      .set('Idempotency-Key', key)
      .set('Content-Type', 'application/xml')
      .send(text);

  const run = (mode: string, cutoff = '2026-12-31', key = `k-${keys++}`) =>
    preparer
      .post('/v1/recon/runs')
      .set('Idempotency-Key', key)
      .send({ definition: 'bank', cutoff, mode });

  const get = async (path: string): Promise<Body> => {
    await app.settle();
    const reply = await preparer.get(path);
    expect(reply.status).toBe(200);
    return reply.body as Body;
  };

  const statement = (id: string, ...entries: EntrySpec[]) =>
    camtXml({
      statements: [
        {
          id,
          entries: entries.map((e) => ({ date: '2026-11-03', direction: 'DBIT' as const, ...e })),
        },
      ],
    });

  it('shows control totals, stated and computed, of an imported file', async () => {
    const text = statement(
      'S-1',
      { amount: '10.00', endToEndId: 'S1-1' },
      { amount: '7.001', endToEndId: 'S1-2' },
    );
    const reply = await upload(text);
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
    const one = await get(`/v1/recon/imports/${id}`);
    expect(one).toMatchObject({
      statements: [
        {
          id: 'S-1',
          opening: { amount: { amount: '100.00', currency: 'EUR' } },
          controls: { balance: { verdict: 'failed' }, chain: { verdict: 'not-stated' } },
        },
      ],
    });
    expect(await get(`/v1/recon/imports/${id}/rejects`)).toMatchObject({
      items: [{ reason: 'excess-precision', entry: 2, raw: { Amt: '7.001' } }],
    });
    expect(await get(`/v1/recon/imports/${id}/lines`)).toMatchObject({
      items: [{ amount: { amount: '-10.00', currency: 'EUR' }, isNew: true, status: 'booked' }],
    });
    const file = await preparer
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
    const text = statement('S-2', { endToEndId: 'S2-1' });
    const first = await upload(text, undefined, 'import-2');
    const again = await upload(text, undefined, 'import-2');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    await app.settle();
    const { id } = first.body as { id: string };
    for (const query of ['source=bank&entity=E_DE', 'source=bank&entity=E_FR']) {
      const other = await upload(text, query);
      expect([other.status, other.body]).toMatchObject([409, { code: 'file-imported', batch: id }]);
    }
  });

  it('refuses a file that cannot be read, with reason and place, and keeps its bytes in quarantine', async () => {
    const before = (await get('/v1/recon/imports'))['items'] as unknown[];
    const good = statement('S-3', { endToEndId: 'S3-1' });
    for (const [text, reason] of [
      [good.slice(0, good.length / 2), 'truncated'],
      [good.replace('?>\n', '?>\n<!DOCTYPE x SYSTEM "http://example.com">\n'), 'doctype'],
      [good.replace('S3-1', '&evil;'), 'not-well-formed'],
      ['<a/>', 'wrong-root'],
    ] as const) {
      const reply = await upload(text);
      expect([reply.status, reply.body]).toMatchObject([
        422,
        { code: 'contract-violation', reason },
      ]);
      const item = await get(`/v1/quarantine/${(reply.body as { quarantine: string }).quarantine}`);
      expect(item).toMatchObject({
        status: 'open',
        cause: 'technical',
        form: 'file',
        bytes: text.length,
      });
    }
    expect((await get('/v1/recon/imports'))['items']).toHaveLength(before.length);
  });

  it('tries a file without recording anything', async () => {
    const reply = await upload(
      statement('S-4', { endToEndId: 'S4-1' }, { amount: '1.999' }),
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
    await app.settle();
    expect((await preparer.get(`/v1/recon/imports/${id}`)).status).toBe(404);
  });

  it.each([
    ['source=nobody', 404, 'not-found'],
    ['source=bank&entitty=E_DE', 400, 'parameter-unknown'],
    ['dryRun=yes', 400, 'malformed'],
  ])('refuses an import with %s', async (query, status, code) => {
    const reply = await upload(statement('S-5'), query);
    expect([reply.status, reply.body]).toMatchObject([status, { code }]);
  });

  it('matches on exact reference and amount, and explains what it matched and what it did not', async () => {
    await pay('PAY-1', '50.00');
    await pay('PAY-2', '60.00');
    await pay('PAY-3', '70.00');
    await upload(
      statement(
        'S-6',
        { amount: '50.00', endToEndId: 'PAY-1' },
        { amount: '60.01', endToEndId: 'PAY-2' },
        { amount: '3.20', remittance: 'Account fee' },
      ),
    );
    const reply = await run('commit');
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({
      definition: 'bank',
      mode: 'commit',
      result: {
        groups: 1,
        passes: { 'end-to-end': 1 },
        breaks: { AMOUNT_DIFFERENCE: 1, UNMATCHED_A: 1 },
      },
    });
    const { items: matches } = await get('/v1/recon/matches?definition=bank');
    expect(matches).toMatchObject([
      {
        pass: 'end-to-end',
        difference: '0.00',
        members: [{ side: 'A', object: { type: 'payment', id: 'PAY-1' } }, { side: 'B' }],
        explanation: expect.stringContaining(
          'Only candidate on either side (1 of 1, 1 of 1)',
        ) as string,
      },
    ]);
    const { items: differences } = await get('/v1/recon/breaks?type=AMOUNT_DIFFERENCE');
    expect(differences).toMatchObject([
      {
        entity: 'E_DE',
        amount: { amount: '0.01', currency: 'EUR' },
        amountA: { amount: '-60.00' },
        amountB: { amount: '-60.01' },
        explanation: expect.stringContaining('amount (book -60.00, bank -60.01)') as string,
      },
    ]);
    const { items: unmatched } = await get('/v1/recon/breaks?type=UNMATCHED_A');
    expect(unmatched).toMatchObject([
      { lines: [{ object: { id: 'PAY-3' } }], status: 'open', agingBucket: '31-60' },
    ]);
    const [{ id }] = differences as unknown as [{ id: string }];
    expect(await get(`/v1/recon/breaks/${id}`)).toMatchObject({ id, type: 'AMOUNT_DIFFERENCE' });
  });

  it('gives equal bytes for equal input, and a dry run records nothing', async () => {
    const committed = (await run('commit')).body as {
      id: string;
      input: { sha256: string };
      result: { sha256: string };
    };
    const dry = await run('dry-run');
    expect(dry.status).toBe(200);
    const { id, input, result } = dry.body as typeof committed;
    expect([input.sha256, result.sha256]).toEqual([
      committed.input.sha256,
      committed.result.sha256,
    ]);
    const { items } = await get('/v1/recon/runs?definition=bank');
    expect((items as unknown as { id: string }[]).map((r) => r.id)).not.toContain(id);
    const bytes = (await preparer.get(`/v1/recon/runs/${id}/result`)).text;
    expect((await preparer.get(`/v1/recon/runs/${committed.id}/result`)).text).toBe(bytes);
    expect(
      bytes
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind),
    ).toContain('group');
  });

  it('refuses a committed run before the last cut-off, and names the field of a wrong one', async () => {
    const early = await run('commit', '2026-01-31');
    expect([early.status, early.body]).toMatchObject([
      422,
      { code: 'range-invalid', cutoff: '2026-12-31' },
    ]);
    const wrong = await run('commit', '2026-02-30');
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      { code: 'time-form', pointer: '/cutoff' },
    ]);
  });

  it('pages through breaks without losing one', async () => {
    const all = (await get('/v1/recon/breaks'))['items'] as unknown as { id: string }[];
    const seen: string[] = [];
    for (let next: string | undefined = '/v1/recon/breaks?limit=1'; next !== undefined;) {
      const page = (await get(next)) as unknown as { items: { id: string }[]; next?: string };
      seen.push(...page.items.map((b) => b.id));
      next =
        page.next === undefined
          ? undefined
          : `/v1/recon/breaks?limit=1&cursor=${encodeURIComponent(page.next)}`;
    }
    expect(all.length).toBeGreaterThan(2);
    expect(seen).toEqual(all.map((b) => b.id));
  });

  it('needs the scope for it', async () => {
    const auditor = await app.as('auditor', ['ledger.read']);
    const reply = await auditor
      .post('/v1/recon/imports?source=bank')
      .set('Idempotency-Key', 'x')
      .send('');
    expect([reply.status, reply.body]).toMatchObject([403, { code: 'scope-missing' }]);
  });
});
