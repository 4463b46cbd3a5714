import { CloseDesk, november } from '../support/close-desk';
import { type Body } from '../support/recon-desk';

const METHODS = ['zero-balance-no-activity', 'no-difference-no-open-break'];
const OPEN = { requires: [{ definition: 'bank', auto: METHODS }] };
const PERIOD = '/v1/periods/E_DE/2026-11';

describe('certifying without a signature', () => {
  let desk: CloseDesk;
  beforeAll(async () => {
    desk = await CloseDesk.open();
    await desk.post('max', `${PERIOD}/open`, OPEN).expect(201);
    await desk.recon.pay('PAY-1', '50.00');
    await desk.recon.pay('PAY-2', '60.00');
    await desk.recon.upload(november('S-1', '100.00', { amount: '50.00', endToEndId: 'PAY-1' }));
    await desk.recon.run('commit', '2026-11-30');
  });
  afterAll(() => desk.close());

  const events = async (type: string): Promise<readonly Body[]> => {
    const { items } = (await desk.recon.get(`/v1/events?type=${type}`)) as { items: Body[] };
    return items;
  };

  it('records for each method the reason why it does not hold', async () => {
    expect((await desk.step('max', 'soft-close')).status).toBe(200);
    expect(await desk.reconciliation()).toMatchObject({
      status: 'in-preparation',
      notAutoCertified: {
        reasons: [
          { method: 'zero-balance-no-activity', reason: 'balance-not-zero' },
          { method: 'no-difference-no-open-break', reason: 'open-break' },
        ],
      },
    });
  });

  it('certifies by the method that holds, names it, and lets the period be closed', async () => {
    await desk.recon.upload(november('S-2', '50.00', { amount: '60.00', endToEndId: 'PAY-2' }));
    await desk.recon.run('commit', '2026-11-30');
    // The method is judged when somebody asks, and is then part of what is certified.
    expect((await desk.certify('cora')).body).toMatchObject({ code: 'hash-moved' });
    expect((await desk.certify('cora')).status).toBe(201);
    const { status, hash } = await desk.reconciliation();
    expect(status).toBe('certified');
    expect(await desk.reconciliation()).toMatchObject({
      autoCertified: { method: 'no-difference-no-open-break', file: { sha256: hash } },
      signOffs: [],
    });
    expect(await events('reconciliation.auto-certified')).toHaveLength(1);
    expect((await desk.step('cora', 'close')).body).toMatchObject({ status: 'closed' });
  });
});

describe('a signature whose figures move', () => {
  let desk: CloseDesk;
  beforeAll(async () => {
    desk = await CloseDesk.open();
    await desk.post('max', `${PERIOD}/open`, { requires: [{ definition: 'bank' }] }).expect(201);
    await desk.recon.pay('PAY-1', '50.00');
    await desk.recon.upload(november('S-1', '100.00', { amount: '50.00', endToEndId: 'PAY-1' }));
    await desk.recon.run('commit', '2026-11-30');
    await desk.step('max', 'soft-close');
    await desk.sign('ann', 'PREPARE');
    await desk.sign('bob', 'REVIEW');
    expect((await desk.certify('cora')).status).toBe(201);
  });
  afterAll(() => desk.close());

  it('keeps the period from being closed, and its suspension is in the ledger once', async () => {
    await desk.recon.pay('PAY-2', '0.01');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const refused = await desk.step('cora', 'close');
      expect([refused.status, refused.body]).toMatchObject([
        422,
        {
          code: 'guard-unmet',
          guards: [
            { guard: 'reconciliation-approved' },
            { guard: 'roll-forward' },
            { guard: 'proof-of-cash' },
            { guard: 'certified' },
          ],
        },
      ]);
    }
    const { items } = (await desk.recon.get('/v1/events?type=reconciliation.suspended')) as {
      items: unknown[];
    };
    expect(items).toHaveLength(1);
    expect(await desk.reconciliation()).toMatchObject({
      status: 'suspended',
      signOffs: [
        { by: 'ann', status: 'suspended' },
        { by: 'bob', status: 'suspended' },
      ],
    });
  });
});
