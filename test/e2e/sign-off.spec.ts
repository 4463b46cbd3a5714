import { CloseDesk, november } from '../support/close-desk';

const OPEN = { requires: [{ definition: 'bank', levels: ['PREPARE', 'REVIEW', 'APPROVE'] }] };

describe('signing the reconciliation of a period', () => {
  let desk: CloseDesk;
  beforeAll(async () => {
    desk = await CloseDesk.open();
  });
  afterAll(() => desk.close());

  it('opens a period with what has to be reconciled', async () => {
    await desk.post('ann', '/v1/periods/E_DE/2026-11/open', OPEN).expect(403);
    const opened = await desk.post('max', '/v1/periods/E_DE/2026-11/open', OPEN);
    expect([opened.status, opened.body]).toMatchObject([
      201,
      { status: 'open', from: '2026-11-01', to: '2026-11-30' },
    ]);
    expect(await desk.reconciliation()).toMatchObject({ status: 'not-started', figures: [] });
  });

  it.each([
    ['E_DE/2026-14', OPEN, 400, 'malformed'],
    ['_/2026-12', OPEN, 400, 'malformed'],
    ['E_FR/2026-11', { requires: [{ definition: 'nothing' }] }, 422, 'contract-violation'],
    ['E_FR/2026-11', { requires: [] }, 422, 'guard-unmet'],
    ['E_FR/2026-11', { ...OPEN, from: '2026-11-31' }, 422, 'time-form'],
    [
      'E_FR/2026-11',
      { requires: [{ definition: 'bank', thresholds: { EUR: '-1.00' } }] },
      422,
      'contract-violation',
    ],
    ['E_DE/2027-01', {}, 422, 'guard-unmet'],
  ])('refuses to open %s with %j', async (name, body, status, code) => {
    const refused = await desk.post('max', `/v1/periods/${name}/open`, body);
    expect([refused.status, refused.body]).toMatchObject([status, { code }]);
  });

  it('refuses to be prepared before the bank is here and matched, and says what to do', async () => {
    const refused = await desk.sign('ann', 'PREPARE');
    expect([refused.status, refused.body]).toMatchObject([
      422,
      {
        code: 'guard-unmet',
        guards: [{ guard: 'matched-to-cut-off' }, { guard: 'source-fresh' }],
      },
    ]);
  });

  it('shows six figures that add up', async () => {
    await desk.recon.pay('PAY-1', '50.00');
    await desk.recon.upload(november('S-1', '100.00', { amount: '50.00', endToEndId: 'PAY-1' }));
    await desk.recon.run('commit', '2026-11-30');
    expect(await desk.reconciliation()).toMatchObject({
      status: 'in-preparation',
      cutoff: '2026-11-30',
      figures: [
        {
          currency: 'EUR',
          perBooks: '50.00',
          perSource: '50.00',
          adjustedBooks: '50.00',
          adjustedSource: '50.00',
          unexplained: '0.00',
          threshold: '0.00',
          tiedOut: true,
        },
      ],
      guards: expect.not.arrayContaining([expect.objectContaining({ holds: false })]) as object,
    });
  });

  it('takes three persons in their order, each on the same hash', async () => {
    const early = await desk.sign('bob', 'REVIEW');
    expect([early.status, early.body]).toMatchObject([409, { code: 'state-conflict' }]);
    const prepared = await desk.sign('ann', 'PREPARE');
    expect([prepared.status, prepared.body]).toMatchObject([201, { level: 'PREPARE' }]);
    expect((await desk.sign('ann', 'REVIEW')).body).toMatchObject({ code: 'scope-missing' });
    expect((await desk.reconciliation())['status']).toBe('prepared');
    expect((await desk.sign('bob', 'REVIEW')).status).toBe(201);
    expect((await desk.reconciliation())['status']).toBe('in-review');
    expect((await desk.sign('cat', 'APPROVE')).status).toBe(201);
    const { status, hash } = await desk.reconciliation();
    expect(status).toBe('approved');
    const statement = await desk
      .as('ann')
      .get('/v1/recon/reconciliations/bank.2026-11.E_DE/statement');
    expect(statement.headers['etag']).toBe(`"${String(hash)}"`);
  });

  it('suspends every signature with one cent, for the next reader, and keeps them', async () => {
    const { hash: signed } = await desk.reconciliation();
    await desk.recon.pay('PAY-2', '0.01');
    const moved = await desk.reconciliation();
    expect(moved).toMatchObject({
      status: 'suspended',
      signOffs: [
        { level: 'PREPARE', status: 'suspended', by: 'ann', hash: signed },
        { level: 'REVIEW', status: 'suspended', by: 'bob', hash: signed },
        { level: 'APPROVE', status: 'suspended', by: 'cat', hash: signed },
      ],
    });
    const stale = await desk.sign('ann', 'PREPARE', signed as string);
    expect([stale.status, stale.body]).toMatchObject([
      412,
      { code: 'hash-moved', signed, live: moved['hash'] },
    ]);
  });

  it('is prepared again once the difference is explained, and supersedes what was signed', async () => {
    await desk.recon.run('commit', '2026-11-30');
    const refused = await desk.sign('ann', 'PREPARE');
    expect(refused.body).toMatchObject({ code: 'guard-unmet', guards: [{ guard: 'tied-out' }] });
    await desk.recon.upload(november('S-2', '50.00', { amount: '0.01', endToEndId: 'PAY-2' }));
    await desk.recon.run('commit', '2026-11-30');
    expect((await desk.sign('ann', 'PREPARE')).status).toBe(201);
    expect(await desk.reconciliation()).toMatchObject({
      status: 'prepared',
      signOffs: [
        { status: 'superseded' },
        { status: 'superseded' },
        { status: 'superseded' },
        { level: 'PREPARE', status: 'active' },
      ],
    });
  });

  it('is withdrawn by its signer only, and rejected by a reviewer with a reason', async () => {
    const path = '/v1/recon/reconciliations/bank.2026-11.E_DE';
    const other = await desk.post('bob', `${path}/sign-offs/PREPARE/withdraw`, { reason: 'no' });
    expect(other.body).toMatchObject({ code: 'same-person' });
    await desk
      .post('ann', `${path}/sign-offs/PREPARE/withdraw`, { reason: 'too early' })
      .expect(200);
    expect((await desk.reconciliation())['status']).toBe('in-preparation');
    expect((await desk.sign('ann', 'PREPARE')).status).toBe(201);
    await desk.post('bob', `${path}/reject`, { reason: 'evidence is missing' }).expect(200);
    expect(await desk.reconciliation()).toMatchObject({
      status: 'in-preparation',
      rejected: { reason: 'evidence is missing', by: 'bob' },
    });
  });

  it('is refused to the preparer under another account and to the preparer’s delegate', async () => {
    await desk.hire('ann-2', ['recon.review', 'ledger.read']);
    await desk.hire('deputy', ['recon.review', 'ledger.read']);
    await desk.identify('ann', 'P-ANN');
    await desk.identify('ann-2', 'P-ANN');
    await desk.identify('deputy', 'P-DEPUTY');
    await desk.lend('P-ANN', 'P-DEPUTY');
    expect((await desk.sign('ann', 'PREPARE')).status).toBe(201);
    for (const somebody of ['ann-2', 'deputy']) {
      const refused = await desk.sign(somebody, 'REVIEW');
      expect([refused.status, refused.body]).toMatchObject([403, { code: 'same-person' }]);
    }
    expect((await desk.sign('bob', 'REVIEW')).status).toBe(201);
  });

  it('is given once when two reviewers sign at the same time', async () => {
    await desk.hire('rex', ['approve', 'ledger.read']);
    const { hash } = await desk.reconciliation();
    const replies = await Promise.all([
      desk.sign('cat', 'APPROVE', hash as string),
      desk.sign('rex', 'APPROVE', hash as string),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});
