import { camtXml } from '../support/camt-file';
import { CloseDesk } from '../support/close-desk';
import { type Body } from '../support/recon-desk';

const NOVEMBER = '/v1/periods/E_DE/2026-11';
const DECEMBER = '/v1/periods/E_DE/2026-12';
const ID = 'bank.2026-12.E_DE';

/** The bank's December, in which nothing moved. */
const december = camtXml({
  statements: [
    {
      id: 'S-12',
      opening: '50.00',
      closing: '50.00',
      openingDate: '2026-12-01',
      closingDate: '2026-12-31',
      entries: [],
    },
  ],
});

describe('reopening a month with closed months after it', () => {
  let desk: CloseDesk;
  beforeAll(async () => {
    desk = await CloseDesk.open();
    await desk.closeNovember();
    await desk.post('max', `${DECEMBER}/open`, {}).expect(201);
    await desk.recon.upload(december);
    await desk.recon.run('commit', '2026-12-31');
    await step('max', 'soft-close', {});
    expect((await desk.sign('ann', 'PREPARE', undefined, ID)).status).toBe(201);
    expect((await desk.sign('bob', 'REVIEW', undefined, ID)).status).toBe(201);
    expect((await desk.certify('cora', DECEMBER)).status).toBe(201);
    expect((await step('cora', 'close')).status).toBe(200);
  });
  afterAll(() => desk.close());

  const step = async (person: string, path: string, body?: object) => {
    const { revision } = (await desk.recon.get(DECEMBER)) as { revision: number };
    return desk.post(person, `${DECEMBER}/${path}`, body, { 'If-Match': `"rev-${revision}"` });
  };
  const statusOf = async (path: string) => (await desk.recon.get(path))['status'];
  const ask = async (laterPeriods: string): Promise<string> => {
    const asked = await desk.post('cora', `${NOVEMBER}/reopen-requests`, {
      ...{ reason: 'PAY-9 was paid in November', laterPeriods },
      expiresAt: '2026-11-20T00:00:00.000Z',
    });
    expect(asked.status).toBe(201);
    return (asked.body as Body)['request'] as string;
  };

  it('is asked for and refused for all of them, and nothing is open', async () => {
    const request = await ask('reopen');
    await desk.recon.app.settle();
    await desk.post('cat', `${NOVEMBER}/reopen-requests/${request}/reject`, {}).expect(200);
    expect([await statusOf(NOVEMBER), await statusOf(DECEMBER)]).toEqual(['closed', 'closed']);
    for (const path of [NOVEMBER, DECEMBER])
      expect((await desk.recon.get(path))['requests']).toMatchObject([
        { request, status: 'rejected' },
      ]);
  });

  it('reopens those after it too, where asked', async () => {
    const request = await ask('reopen');
    await desk.recon.app.settle();
    await desk.post('cat', `${NOVEMBER}/reopen-requests/${request}/approve`).expect(200);
    expect([await statusOf(NOVEMBER), await statusOf(DECEMBER)]).toEqual(['reopened', 'reopened']);
  });

  it('suspends what was signed after it as soon as its closing changes', async () => {
    expect(await desk.reconciliation(ID)).toMatchObject({ status: 'approved' });
    await desk.recon.pay('PAY-9', '0.01');
    expect(await desk.reconciliation(ID)).toMatchObject({ status: 'suspended' });
  });

  it('takes no signature after its end', async () => {
    desk.recon.app.clock.advance(30 * 24 * 60 * 60 * 1_000);
    const refused = await desk.sign('ann', 'PREPARE', undefined, ID);
    expect([refused.status, refused.body]).toMatchObject([409, { state: 'reopening-expired' }]);
  });
});
