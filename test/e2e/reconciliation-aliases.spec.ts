import bank2 from '../../src/reconciliation/definitions/bank-2.definition.json';
import { camtXml } from '../support/camt-file';
import { ReconDesk } from '../support/recon-desk';
import { type Agent } from '../support/test-app';
import { transitionData, transitionEvent } from '../support/transition-events';

const SPELLING = 'Mueller & Soehne GmbH';

/** The bank's definition with a pass for payments without reference. */
const withCounterparty = {
  ...bank2,
  version: 3,
  passes: [
    ...bank2.passes,
    {
      id: 'counterparty',
      name: 'counterparty, amount and date',
      shape: '1:1',
      account: 'same',
      key: 'none',
      counterparty: 'equal',
      amount: 'equal',
      days: { from: 0, to: 3 },
      uniqueness: 'mutual',
      outcome: 'confirm',
      ambiguous: 'hold',
    },
  ],
};

describe('the alias table', () => {
  let desk: ReconDesk;
  let reader: Agent;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.source('hub');
    await desk.send([
      transitionEvent({
        id: 'p-1',
        source: 'https://hub.example/',
        type: 'tieout.payment.paid',
        time: '2026-11-02T08:00:00.000Z',
        data: transitionData({
          object: { type: 'payment', id: 'PAY-77' },
          transition: { action: 'paid', to: 'paid' },
          amount: { amount: '99.00', currency: 'EUR' },
          dimensions: { bankAccount: 'DE02120300000000202051', supplier: 'SUP-7' },
        }),
      }),
    ]);
    const details =
      '<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Mueller &amp; Soehne GmbH</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>';
    const entries = [{ amount: '99.00', direction: 'DBIT' as const, date: '2026-11-03', details }];
    await desk.upload(camtXml({ statements: [{ id: 'S-1', entries }] }));
    const author = await desk.app.as('author', ['config.manage', 'ledger.read']);
    reader = await desk.app.as('approver', ['config.manage', 'ledger.read']);
    const path = '/v1/recon/definitions/bank/versions/3';
    await author.put(path).set('Idempotency-Key', 'a').send(withCounterparty).expect(200);
    const cutoff = '2026-11-30';
    const test = await author
      .post(`${path}/back-test`)
      .set('Idempotency-Key', 'b')
      .send({ cutoff });
    const { sha256: backTest } = test.body as { sha256: string };
    await reader.post(`${path}/approve`).set('Idempotency-Key', 'c').send({ backTest }).expect(200);
  });
  afterAll(() => desk.close());

  const run = async () => (await desk.run('dry-run', '2026-11-30')).body as object;

  it('makes a spelling the counterparty that a person says it is, and nothing else does', async () => {
    const before = await run();
    expect(before).toMatchObject({ version: 3, result: { groups: 0 } });
    const set = await desk.post('aliases', { spelling: SPELLING, counterparty: 'SUP-7' });
    expect([set.status, set.body]).toMatchObject([200, { counterparty: 'SUP-7' }]);
    const after = await run();
    expect(after).toMatchObject({ result: { groups: 1, passes: { counterparty: 1 } } });
    const inputOf = (one: object) => (one as { input: { sha256: string } }).input.sha256;
    expect(inputOf(after)).not.toBe(inputOf(before));
    await desk.post('aliases/remove', { spelling: SPELLING.toLowerCase() }).expect(200);
    expect(inputOf(await run())).toBe(inputOf(before));
  });

  it('keeps who set an entry and when, and no spelling', async () => {
    await desk.post('aliases', { spelling: SPELLING, counterparty: 'SUP-7' }).expect(200);
    const page = await desk.get('/v1/recon/aliases?counterparty=SUP-7&count=exact');
    expect(page).toMatchObject({
      count: 1,
      items: [{ counterparty: 'SUP-7', setBy: 'preparer', setAt: '2026-11-02T08:00:00.000Z' }],
    });
    const spelling = encodeURIComponent('MUELLER SOEHNE GMBH');
    expect(await desk.get(`/v1/recon/aliases?spelling=${spelling}`)).toMatchObject({
      items: [{ counterparty: 'SUP-7' }],
    });
    const events = JSON.stringify(
      (await reader.get('/v1/events?type=counterparty-alias.set')).body,
    );
    expect(events).toContain('SUP-7');
    expect(events).not.toMatch(/mueller/i);
  });

  it('refuses a spelling that says nothing', async () => {
    const reply = await desk.post('aliases', { spelling: 'NOTPROVIDED', counterparty: 'SUP-7' });
    expect([reply.status, reply.body]).toMatchObject([
      422,
      { code: 'contract-violation', pointer: '/spelling' },
    ]);
  });
});
