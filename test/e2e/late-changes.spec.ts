import { CloseDesk } from '../support/close-desk';

const DECEMBER = 'bank.2026-12.E_DE';

describe('facts that come after their month was closed', () => {
  let desk: CloseDesk;
  beforeAll(async () => {
    desk = await CloseDesk.open();
    await desk.closeNovember();
    await desk.post('max', '/v1/periods/E_DE/2026-12/open', {}).expect(201);
  });
  afterAll(() => desk.close());

  it('enter the oldest open month with their own date, typed as late changes', async () => {
    await desk.recon.pay('PAY-LATE', '7.00');
    await desk.recon.run('commit', '2026-12-31');
    expect(await desk.recon.get('/v1/periods/E_DE/2026-11/late-changes')).toMatchObject({
      items: [{ bookDate: '2026-11-01', change: '-7.00', entered: '2026-12', inScope: false }],
    });
    const { text } = await desk.as('ann').get(`/v1/recon/reconciliations/${DECEMBER}/statement`);
    expect(JSON.parse(text)).toMatchObject({
      late: [{ period: '2026-11', side: 'A', currency: 'EUR', count: 1, net: '-7.00' }],
      items: [{ type: 'LATE_CHANGE', class: 'UNEXPLAINED', a: '-7.00', b: '0.00' }],
    });
  });

  it('are told as new less old when a line changes', async () => {
    await desk.recon.pay('PAY-1', '52.00', 'PAY-1', 'again');
    expect(await desk.recon.get('/v1/periods/E_DE/2026-11')).toMatchObject({
      status: 'closed',
      lateChanges: [{ side: 'A', count: 2, net: '-9.00', gross: '9.00' }],
    });
    const { items } = (await desk.recon.get('/v1/periods/E_DE/2026-11/late-changes')) as {
      items: object[];
    };
    expect(items[1]).toMatchObject({ before: '-50.00', after: '-52.00', change: '-2.00' });
  });

  it('are in the roll-forward of the open month: opening + new - cleared = closing', async () => {
    await desk.recon.run('commit', '2026-12-31');
    expect(await desk.recon.get('/v1/periods/E_DE/2026-12/roll-forward')).toMatchObject({
      items: [
        {
          id: DECEMBER,
          holds: true,
          rows: [
            {
              side: 'A',
              currency: 'EUR',
              opening: '0.00',
              entered: '-9.00',
              cleared: '50.00',
              closing: '-59.00',
            },
            {
              side: 'B',
              currency: 'EUR',
              opening: '0.00',
              entered: '0.00',
              cleared: '50.00',
              closing: '-50.00',
            },
          ],
        },
      ],
    });
  });

  it('page without losing one', async () => {
    const path = '/v1/periods/E_DE/2026-11/late-changes?limit=1';
    const first = (await desk.recon.get(path)) as { items: object[]; next: string };
    const second = await desk.recon.get(`${path}&cursor=${encodeURIComponent(first.next)}`);
    expect([first.items[0], second['items']]).toMatchObject([
      { change: '-7.00' },
      [{ change: '-2.00' }],
    ]);
    expect(second).not.toHaveProperty('next');
  });
});
