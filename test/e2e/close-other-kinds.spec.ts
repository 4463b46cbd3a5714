import { CloseDesk } from '../support/close-desk';
import { transitionData, transitionEvent } from '../support/transition-events';

const PERIOD = '/v1/periods/E_DE/2026-11';

describe('a close that rests on more than the bank', () => {
  let desk: CloseDesk;

  beforeAll(async () => {
    desk = await CloseDesk.open();
    await desk.recon.source('erp');
    await desk.recon.source('warehouse');
    await desk.recon.send(
      ['erp', 'warehouse'].map((system) =>
        transitionEvent({
          id: `${system}-1`,
          source: `https://${system}.example/`,
          type: 'tieout.payment.paid',
          time: '2026-11-02T08:00:00.000Z',
          data: transitionData({
            object: { type: 'payment', id: 'PAY-1' },
            transition: { action: 'paid', to: 'paid' },
          }),
        }),
      ),
    );
    const author = await desk.recon.app.as('author', ['config.manage']);
    await author
      .post('/v1/recon/definitions/balance/retire')
      .set('Idempotency-Key', 'retire')
      .send({ from: '2026-01-01', reason: 'No general ledger here' })
      .expect(200);
  });
  afterAll(() => desk.close());

  it('requires no definition that is retired', async () => {
    const reply = await desk.post('max', `${PERIOD}/open`, {
      requires: [{ definition: 'balance' }],
    });
    expect([reply.status, reply.body]).toMatchObject([
      422,
      {
        code: 'contract-violation',
        detail: expect.stringContaining(
          'no version of balance is in force on 2026-11-30',
        ) as string,
      },
    ]);
  });

  it('is not soft-closed on a side that is behind, though both agree', async () => {
    await desk
      .post('max', `${PERIOD}/open`, { requires: [{ definition: 'source-to-target' }] })
      .expect(201);
    const run = await desk.recon.run('commit', '2026-11-30', 'source-to-target');
    expect(run.body).toMatchObject({ result: { status: 'stale', breaks: {} } });
    const reply = await desk.step('max', 'soft-close');
    expect([reply.status, reply.body]).toMatchObject([422, { code: 'guard-unmet' }]);
    const { guards } = reply.body as { guards: { guard: string; detail: string }[] };
    expect(guards).toContainEqual(
      expect.objectContaining({
        guard: 'source-fresh',
        detail: expect.stringContaining('side A end on 2026-11-02') as string,
      }),
    );
  });
});
