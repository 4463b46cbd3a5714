import { CloseDesk, november } from '../support/close-desk';
import { type Body } from '../support/recon-desk';

const PERIOD = '/v1/periods/E_DE/2026-11';
const OPEN = {
  requires: [{ definition: 'bank' }],
  tasks: [
    { id: 'bank', title: 'Bank statements are in', owner: 'ann', due: '2026-12-02' },
    {
      id: 'accruals',
      title: 'Accruals',
      owner: 'max',
      reviewer: 'cora',
      due: '2026-12-03',
      after: ['bank'],
    },
    { id: 'tax', title: 'Tax estimate', owner: 'ann', due: '2026-12-04' },
  ],
};
const DECEMBER_10 = 38 * 24 * 60 * 60 * 1_000;

describe('the close of a month', () => {
  let desk: CloseDesk;
  let signed: Body;
  beforeAll(async () => {
    desk = await CloseDesk.open();
    await desk.post('max', `${PERIOD}/open`, OPEN).expect(201);
    await desk.hire('cora-2', ['approve', 'ledger.read']);
    await desk.identify('cora', 'P-CORA');
    await desk.identify('cora-2', 'P-CORA');
    await desk.recon.pay('PAY-1', '50.00');
    await desk.recon.upload(november('S-1', '100.00', { amount: '50.00', endToEndId: 'PAY-1' }));
  });
  afterAll(() => desk.close());

  const certify = (person: string) => desk.certify(person);

  it('is soft-closed once every side is imported and matched', async () => {
    const early = await desk.step('max', 'soft-close');
    expect([early.status, early.body]).toMatchObject([
      422,
      { code: 'guard-unmet', guards: [{ guard: 'matched-to-cut-off' }] },
    ]);
    await desk.recon.run('commit', '2026-11-30');
    expect((await desk.step('max', 'soft-close')).body).toMatchObject({ status: 'soft-closed' });
    const blind = await desk.post('max', `${PERIOD}/soft-close`, {});
    expect(blind.status).toBe(428);
  });

  it('works the checklist in its order, with a reviewer and a waiver by an approver', async () => {
    const evidence = ['a'.repeat(64)];
    const path = (task: string, step: string) => `${PERIOD}/checklist/${task}/${step}`;
    const early = await desk.post('max', path('accruals', 'done'), { evidence });
    expect(early.body).toMatchObject({ code: 'guard-unmet' });
    await desk.post('max', path('bank', 'done'), { evidence }).expect(200);
    await desk.post('max', path('accruals', 'done'), { evidence }).expect(200);
    const own = await desk.post('max', path('accruals', 'done'), { evidence });
    expect(own.body).toMatchObject({ code: 'same-person' });
    await desk.post('cora', path('accruals', 'done'), {}).expect(200);
    await desk.post('max', path('tax', 'waive'), { reason: 'no' }).expect(403);
    await desk.post('cat', path('tax', 'waive'), { reason: 'estimated by the group' }).expect(200);
    expect(await desk.recon.get(`${PERIOD}/checklist`)).toMatchObject({
      items: [
        { id: 'bank', status: 'done', done: { by: 'max', evidence } },
        { id: 'accruals', status: 'done', reviewed: { by: 'cora' } },
        { id: 'tax', status: 'waived', waived: { by: 'cat', reason: 'estimated by the group' } },
      ],
    });
  });

  it('refuses to be certified or closed before its reconciliation is signed', async () => {
    const refused = await certify('cora');
    expect([refused.status, refused.body]).toMatchObject([
      422,
      { code: 'guard-unmet', guards: [{ guard: 'reconciliation-approved' }] },
    ]);
    expect((await desk.step('cora', 'close')).body).toMatchObject({
      code: 'guard-unmet',
      guards: [{ guard: 'reconciliation-approved' }, { guard: 'certified' }],
    });
  });

  it('is certified on the hash of its snapshot and closed by the controller', async () => {
    expect((await desk.sign('ann', 'PREPARE')).status).toBe(201);
    expect((await desk.sign('bob', 'REVIEW')).status).toBe(201);
    expect((await certify('cora')).status).toBe(201);
    const closed = await desk.step('cora', 'close');
    expect([closed.status, closed.body]).toMatchObject([
      200,
      {
        status: 'closed',
        version: 1,
        closing: {
          reconciliations: 1,
          totals: [{ definition: 'bank', currency: 'EUR', perBooks: '50.00', perSource: '50.00' }],
        },
      },
    ]);
    signed = await desk.reconciliation();
    expect(signed).toMatchObject({ status: 'certified', periodStatus: 'closed' });
  });

  it('takes two controllers at once, and closes once', async () => {
    const { revision } = (await desk.recon.get(PERIOD)) as { revision: number };
    const again = await Promise.all(
      ['cora', 'cora'].map((person) =>
        desk.post(person, `${PERIOD}/close`, undefined, { 'If-Match': `"rev-${revision}"` }),
      ),
    );
    expect(again.map(({ body }) => (body as Body)['code'])).toEqual([
      'state-conflict',
      'state-conflict',
    ]);
    expect(await desk.recon.get(PERIOD)).toMatchObject({ version: 1 });
  });

  it('keeps figures and signatures when a fact of the month comes late', async () => {
    await desk.recon.pay('PAY-LATE', '7.00');
    const { hash, status, figures } = await desk.reconciliation();
    expect({ hash, status, figures }).toEqual({
      hash: signed['hash'],
      status: 'certified',
      figures: signed['figures'],
    });
    expect(await desk.recon.get(PERIOD)).toMatchObject({
      lateChanges: [{ side: 'A', currency: 'EUR', count: 1, net: '-7.00', gross: '7.00' }],
    });
    expect(await desk.recon.get(`${PERIOD}/late-changes?count=exact`)).toMatchObject({
      count: 1,
      items: [{ side: 'A', after: '-7.00', change: '-7.00', version: 1, inScope: false }],
    });
    const refused = await desk.sign('bob', 'REVIEW', hash as string);
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'period-closed' }]);
  });

  it('is reopened by two persons, within a scope and until an instant', async () => {
    const wish = { reason: 'PAY-LATE belongs to November', laterPeriods: 'carry' };
    const path = `${PERIOD}/reopen-requests`;
    const past = await desk.post('cora', path, { ...wish, expiresAt: '2026-11-01T00:00:00.000Z' });
    expect(past.body).toMatchObject({ code: 'contract-violation', pointer: '/expiresAt' });
    const expiresAt = '2026-11-20T00:00:00.000Z';
    const asked = await desk.post('cora', path, { ...wish, expiresAt });
    expect(asked.status).toBe(201);
    const { request } = asked.body as { request: string };
    const own = await desk.post('cora-2', `${path}/${request}/approve`);
    expect(own.status).toBe(403);
    const reopened = await desk.post('cat', `${path}/${request}/approve`);
    expect(reopened.body).toMatchObject({ status: 'reopened' });
    expect(await desk.reconciliation()).toMatchObject({
      status: 'suspended',
      signOffs: [{ status: 'suspended' }, { status: 'suspended' }],
    });
  });

  it('is closed again as version 2, with a delta that adds up, and version 1 stays', async () => {
    const first = (await desk.recon.get(PERIOD)) as {
      closings: { snapshot: { sha256: string } }[];
    };
    await desk.recon.upload(november('S-2', '50.00', { amount: '7.00', endToEndId: 'PAY-LATE' }));
    await desk.recon.run('commit', '2026-11-30');
    expect((await desk.sign('ann', 'PREPARE')).status).toBe(201);
    expect((await desk.sign('bob', 'REVIEW')).status).toBe(201);
    expect((await certify('cora')).status).toBe(201);
    const closed = await desk.step('cora', 'close');
    expect(closed.body).toMatchObject({ status: 'closed', version: 2 });
    const delta = (await desk.as('ann').get(`${PERIOD}/delta`).expect(200)).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Body);
    expect(delta).toMatchObject([
      { kind: 'closing-delta', from: 1, to: 2 },
      {
        id: 'bank.2026-11.E_DE',
        addsUp: true,
        items: [],
        lines: [
          { side: 'A', currency: 'EUR', before: '0', after: '-700' },
          { side: 'B', currency: 'EUR', before: '0', after: '-700' },
        ],
        totals: [
          {
            side: 'A',
            currency: 'EUR',
            before: '-5000',
            after: '-5700',
            lines: '-700',
            allocated: '-700',
            open: '0',
          },
          {
            side: 'B',
            currency: 'EUR',
            before: '-5000',
            after: '-5700',
            lines: '-700',
            allocated: '-700',
            open: '0',
          },
        ],
      },
    ]);
    const now = (await desk.recon.get(PERIOD)) as { closings: { snapshot: { sha256: string } }[] };
    expect(now.closings[0]).toEqual(first.closings[0]);
    expect(now.closings).toHaveLength(2);
  });

  it('is locked by another person than who closed it, and never opened again', async () => {
    expect((await desk.step('cora-2', 'lock', { reference: 'audit 2026' })).body).toMatchObject({
      code: 'same-person',
    });
    expect((await desk.step('cat', 'lock', { reference: 'audit 2026' })).body).toMatchObject({
      status: 'locked',
    });
    const asked = await desk.post('cora', `${PERIOD}/reopen-requests`, {
      reason: 'once more',
      expiresAt: '2026-11-20T00:00:00.000Z',
      laterPeriods: 'carry',
    });
    expect([asked.status, asked.body]).toMatchObject([409, { state: 'locked' }]);
  });

  it('opens the next month with the closing items of this one', async () => {
    desk.recon.app.clock.advance(DECEMBER_10);
    await desk.post('max', '/v1/periods/E_DE/2027-01/open', {}).expect(422);
    const opened = await desk.post('max', '/v1/periods/E_DE/2026-12/open', {});
    expect(opened.status).toBe(201);
    const { closings } = (await desk.recon.get(PERIOD)) as {
      closings: { snapshot: { sha256: string } }[];
    };
    const statement = await desk
      .as('ann')
      .get('/v1/recon/reconciliations/bank.2026-12.E_DE/statement');
    expect(JSON.parse(statement.text)).toMatchObject({
      late: [],
      opening: { period: '2026-11', version: 2, snapshot: closings[1]!.snapshot.sha256 },
    });
  });
});
