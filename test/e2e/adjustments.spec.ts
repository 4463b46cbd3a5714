import { People } from '../support/people';
import { ReconDesk, statementOf } from '../support/recon-desk';
import { type Agent } from '../support/test-app';

const RULES = {
  routing: [
    {
      id: 'fees',
      types: ['UNMATCHED_B'],
      currency: 'EUR',
      upTo: '50.00',
      owner: 'treasury',
      dueDays: 5,
    },
  ],
  limits: [{ type: 'write-off', currency: 'EUR', item: '5.00', run: '6.00' }],
  proposalDays: 10,
};
const LEVELS = {
  basis: '5% of profit before tax',
  levels: [{ currency: 'EUR', clearlyTrivial: '1.00', performance: '60.00', overall: '80.00' }],
};

describe('adjustments, materiality and routing of breaks', () => {
  let desk: ReconDesk;
  let admin: Agent;
  let approver: Agent;
  let keys = 0;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    admin = await desk.app.as('rules-admin', ['config.manage', 'ledger.read']);
    approver = await desk.app.as('approver', ['approve', 'ledger.read']);
  });
  afterAll(() => desk.close());

  const post = (agent: Agent, path: string, body: object = {}) => {
    keys += 1;
    return agent.post(path).set('Idempotency-Key', `adj-${keys}`).send(body);
  };
  const breaksOf = async (query: string) =>
    (await desk.get(`/v1/recon/breaks?${query}`))['items'] as unknown as { id: string }[];
  const proposal = (id: string, amount: string, more = {}) => ({
    ...{ break: id, type: 'write-off', debitAccount: '6855', creditAccount: '1200' },
    amount: { amount, currency: 'EUR' },
    reason: 'Account fee',
    ...more,
  });

  it('put rules and materiality in force by two persons, with every version', async () => {
    for (const [path, body] of [
      ['/v1/recon/break-rules/bank', RULES],
      ['/v1/materiality/E_DE/2026-11', LEVELS],
    ] as const) {
      const proposed = await admin.put(path).send(body);
      expect([proposed.status, proposed.body]).toMatchObject([201, { pending: { version: 1 } }]);
      const both = await desk.app.as('rules-admin', ['config.manage', 'approve']);
      const own = await post(both, `${path}/approve`);
      expect([own.status, own.body]).toMatchObject([403, { code: 'same-person' }]);
      expect((await post(approver, `${path}/approve`)).body).toMatchObject({
        inForce: { version: 1 },
      });
      const blind = await admin
        .put(path)
        .send({ ...body, ...('basis' in body ? { basis: 'x' } : { proposalDays: 5 }) });
      expect(blind.status).toBe(428);
      await desk.app.settle();
      expect((await admin.get(path)).body).toMatchObject({
        versions: [
          { version: 1, state: 'approved', proposedBy: 'rules-admin', decidedBy: 'approver' },
        ],
      });
    }
    const wrong = await admin
      .put('/v1/materiality/E_DE/2026-12')
      .send({ basis: 'x', levels: [{ ...LEVELS.levels[0], performance: '0.50' }] });
    expect([wrong.status, wrong.body]).toMatchObject([422, { pointer: '/levels/0/performance' }]);
    expect((await admin.put('/v1/materiality/E_DE/2026-14').send(LEVELS)).status).toBe(404);
  });

  it('give a new break its owner and date by rule, and rate it', async () => {
    await desk.pay('PAY-1', '70.00');
    await desk.upload(
      statementOf(
        'S-1',
        { amount: '3.20', remittance: 'Account fee' },
        { amount: '4.10', remittance: 'Other fee' },
        { amount: '0.90', remittance: 'Paper fee' },
      ),
    );
    await desk.run('commit', '2026-11-30');
    expect(await breaksOf('type=UNMATCHED_B&owner=treasury')).toMatchObject([
      ...[1, 2, 3].map(() => ({ status: 'assigned', due: '2026-11-07', sla: 'fees' })),
    ]);
    expect(await breaksOf('type=UNMATCHED_A')).toMatchObject([
      {
        status: 'open',
        band: 'above-performance',
        missing: ['cause', 'explanation', 'owner'],
        materiality: { period: '2026-11', version: 1 },
      },
    ]);
  });

  it('are proposed, approved by another person, and settle what they write off', async () => {
    const found = await breaksOf('type=UNMATCHED_B');
    const by = (amount: string) =>
      found.find(
        (one) => (one as unknown as { amount: { amount: string } }).amount.amount === amount,
      )!.id;
    const [fee, other, trivial] = [by('3.20'), by('4.10'), by('0.90')];
    const proposed = await desk.post('adjustments', proposal(fee, '3.20'));
    expect([proposed.status, proposed.body]).toMatchObject([
      201,
      {
        status: 'proposed',
        limit: { item: '5.00', run: '6.00', version: 1 },
        expiresOn: '2026-11-12',
      },
    ]);
    const { id } = proposed.body as { id: string };
    expect(await desk.get(`/v1/recon/breaks/${fee}`)).toMatchObject({
      status: 'pending-adjustment',
    });

    const beyond = await desk.post('adjustments', proposal(other, '4.10'));
    expect([beyond.status, beyond.body]).toMatchObject([
      403,
      { code: 'authority-exceeded', scope: 'run', limit: '6.00', used: '3.20' },
    ]);
    const more = await desk.post('adjustments', proposal(other, '4.11'));
    expect([more.status, more.body]).toMatchObject([422, { pointer: '/amount/amount' }]);

    const own = await desk.app.as('preparer', ['approve']);
    expect((await post(own, `/v1/recon/adjustments/${id}/approve`)).body).toMatchObject({
      code: 'same-person',
    });
    const approved = await post(approver, `/v1/recon/adjustments/${id}/approve`);
    expect([approved.status, approved.body]).toMatchObject([200, { status: 'approved' }]);
    expect(await desk.get(`/v1/recon/breaks/${fee}`)).toMatchObject({
      status: 'resolved',
      resolution: 'written-off',
    });
    await desk.run('commit', '2026-11-30');
    expect(await desk.get(`/v1/recon/breaks/${fee}`)).toMatchObject({ resolution: 'written-off' });

    const small = await desk.post('adjustments', proposal(trivial, '0.90'));
    const { id: smallId } = small.body as { id: string };
    await post(approver, `/v1/recon/adjustments/${smallId}/approve`);
    expect(await desk.get(`/v1/recon/breaks/${trivial}`)).toMatchObject({ status: 'closed' });
    expect(await desk.get('/v1/recon/adjustments/totals?definition=bank&period=2026-11')).toEqual({
      definition: 'bank',
      period: '2026-11',
      items: [
        {
          ...{ type: 'write-off', currency: 'EUR' },
          proposed: { amount: '0.00', currency: 'EUR' },
          approved: { amount: '4.10', currency: 'EUR' },
          cleared: { amount: '0.00', currency: 'EUR' },
          used: { amount: '4.10', currency: 'EUR' },
          limit: { item: '5.00', run: '6.00', left: '1.90' },
        },
      ],
    });
  });

  it('go on as a break when rejected, and are cleared by the matched posting', async () => {
    const [item] = await breaksOf('type=UNMATCHED_B&status=assigned');
    const { id } = item!;
    const fee = proposal(id, '4.10', { type: 'bank-fee' });
    const first = (await desk.post('adjustments', fee)).body as { id: string };
    const no = await post(approver, `/v1/recon/adjustments/${first.id}/reject`, {
      reason: 'Which fee?',
    });
    expect([no.status, no.body]).toMatchObject([200, { status: 'rejected' }]);
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({ status: 'investigating' });

    const second = (await desk.post('adjustments', fee)).body as { id: string };
    const path = `/v1/recon/adjustments/${second.id}`;
    const report = {
      reference: 'FEE-1',
      postedOn: '2026-11-30',
      object: { type: 'payment', entity: 'E_DE', id: 'FEE-1' },
    };
    const early = await desk.post(`adjustments/${second.id}/posted`, report);
    expect([early.status, early.body]).toMatchObject([409, { code: 'state-conflict' }]);
    await post(approver, `${path}/approve`);
    expect((await desk.post(`adjustments/${second.id}/posted`, report)).body).toMatchObject({
      status: 'posted',
      posting: report,
    });
    await desk.pay('FEE-1', '4.10');
    await desk.app.settle();
    const fees = (await desk.get(`/v1/recon/breaks/${id}`))['lines'] as { id: string }[];
    await desk.run('commit', '2026-11-30');
    const [posting] = (await breaksOf('type=UNMATCHED_A')).filter((one) =>
      JSON.stringify(one).includes('FEE-1'),
    ) as unknown as { lines: { id: string }[] }[];
    const lines = [fees[0]!.id, posting!.lines[0]!.id];
    const matched = await desk.post('matches', { definition: 'bank', lines, reason: 'Fee posted' });
    expect(matched.status).toBe(201);
    expect(await desk.get(path)).toMatchObject({ status: 'cleared' });
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({
      status: 'resolved',
      resolution: 'adjusted',
    });
    const group = (matched.body as { id: string }).id;
    await desk.post(`matches/${group}/unmatch`, { reason: 'Wrong fee' });
    expect(await desk.get(path)).toMatchObject({ status: 'posted' });
    expect(await desk.get(`/v1/recon/breaks/${id}`)).toMatchObject({ status: 'assigned' });
    const { items } = await desk.get(`/v1/recon/adjustments?break=${id}&count=exact`);
    expect(items).toMatchObject([{ id: second.id }, { id: first.id, rejection: 'Which fee?' }]);
  });

  it('are not approved by the delegate of the proposer', async () => {
    const people = await People.of(desk.app);
    await people.account('preparer', 'P-preparer');
    await people.account('deputy', 'P-deputy');
    await people.delegate('P-preparer', 'P-deputy');
    const [item] = await breaksOf('type=UNMATCHED_A');
    const { id } = (await desk.post('adjustments', proposal(item!.id, '2.00', { type: 'accrual' })))
      .body as { id: string };
    const deputy = await desk.app.as('deputy', ['approve']);
    const reply = await post(deputy, `/v1/recon/adjustments/${id}/approve`);
    expect([reply.status, reply.body]).toMatchObject([
      403,
      { code: 'same-person', rule: 'adjustment-approval' },
    ]);
  });

  it('show a proposal as expired after its last day, and refuse to approve it', async () => {
    const [item] = await breaksOf('type=UNMATCHED_A');
    const fee = proposal(item!.id, '1.00', { type: 'accrual' });
    const { id } = (await desk.post('adjustments', fee)).body as { id: string };
    desk.app.clock.advance(11 * 86_400_000);
    expect(await desk.get(`/v1/recon/adjustments/${id}`)).toMatchObject({ status: 'expired' });
    const late = await post(approver, `/v1/recon/adjustments/${id}/approve`);
    expect([late.status, late.body]).toMatchObject([
      409,
      { code: 'state-conflict', state: 'expired' },
    ]);
    const { items } = await desk.get('/v1/recon/adjustments?status=expired');
    expect((items as { id: string }[]).map((one) => one.id)).toContain(id);
  });

  it.each([
    [{ type: 'gift' }, '/type'],
    [{ amount: { amount: '1', currency: 'EUR' } }, '/amount/amount'],
    [{ break: 'x' }, '/break'],
    [{ reason: '' }, '/reason'],
    [{ debitAccount: 'x'.repeat(65) }, '/debitAccount'],
  ])('refuse %j, naming the field', async (more, pointer) => {
    const reply = await desk.post('adjustments', proposal('a'.repeat(64), '1.00', more));
    expect([reply.status, reply.body]).toMatchObject([422, { pointer }]);
  });
});
