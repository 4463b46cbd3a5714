import { camtXml } from '../support/camt-file';
import { ReconDesk } from '../support/recon-desk';
import { type Agent } from '../support/test-app';

const IBAN = 'DE02120300000000202051';

/** What the bank states at the end, against the general ledger's cash account. */
const CASH = {
  kind: 'balance',
  name: 'Cash at bank',
  effectiveFrom: '2026-01-01',
  sides: {
    A: {
      name: 'bank statement',
      status: 'booked',
      balance: 'closing',
      accounts: [IBAN],
      freshnessDays: 5,
    },
    B: {
      name: 'cash account',
      status: 'posted',
      accounts: ['1200'],
      accountMap: [{ account: '1200', as: IBAN }],
    },
  },
  passes: [],
};

const HEADER =
  'Journal_ID|Journal_ID_Line_Number|Effective_Date|Fiscal_Year|GL_Account_Number|Amount|Amount_Credit_Debit_Indicator|Amount_Currency';
/** Money in is a credit of the bank's books and a debit of ours: the extract has the bank's sign. */
const journal = (cash: string) =>
  [
    HEADER,
    `J1|1|20261103|2026|1200|${cash}|C|EUR`,
    `J1|2|20261103|2026|4000|${cash}|D|EUR`,
    '',
  ].join('\n');

const statement = (id: string, closing: string, date: string, amount: string) =>
  camtXml({
    statements: [
      {
        id,
        opening: '100.00',
        closing,
        openingDate: '2026-11-02',
        closingDate: date,
        entries: [{ amount, date, direction: 'CRDT', endToEndId: id }],
      },
    ],
  });

describe('a balance that a file states', () => {
  let desk: ReconDesk;
  let author: Agent;
  let keys = 0;

  beforeAll(async () => {
    desk = await ReconDesk.open();
    author = await desk.app.as('author', ['config.manage', 'ledger.read']);
    const approver = await desk.app.as('approver', ['config.manage', 'ledger.read']);
    const send = (by: Agent, method: 'put' | 'post', path: string, body: object) =>
      by[method](`/v1/recon/definitions/${path}`)
        .set('Idempotency-Key', `b-${(keys += 1)}`)
        .send(body);
    // The shipped tie-out covers every account.
    const retirement = { from: '2026-01-01', reason: 'Replaced by one for each account' };
    await send(author, 'post', 'balance/retire', retirement).expect(200);
    await send(author, 'put', 'cash/versions/1', CASH).expect(200);
    const test = await send(author, 'post', 'cash/versions/1/back-test', { cutoff: '2026-11-30' });
    const { sha256: backTest } = test.body as { sha256: string };
    await send(approver, 'post', 'cash/versions/1/approve', { backTest }).expect(200);
  });
  afterAll(() => desk.close());

  const run = async (cutoff: string) => (await desk.run('commit', cutoff, 'cash')).body as object;

  it('is stale before any statement has come, and says so of an old one', async () => {
    expect(await run('2026-11-03')).toMatchObject({
      input: { freshness: { A: { isStale: true } } },
      result: { status: 'stale' },
    });
  });

  it('is compared with the sum of the other side, under the account that the definition says', async () => {
    await desk.upload(statement('S-1', '150.00', '2026-11-03', '50.00'));
    await desk.upload(journal('150.00'), 'source=gl&entity=E_DE');
    expect(await run('2026-11-04')).toMatchObject({
      input: { freshness: { A: { asOf: '2026-11-03', isStale: false } } },
      result: { status: 'agrees', breaks: {} },
    });
    expect(await run('2026-11-30')).toMatchObject({ result: { status: 'stale' } });
  });

  it('differs with its sign when the next statement closes elsewhere, a surplus too', async () => {
    await desk.upload(statement('S-2', '175.01', '2026-12-01', '75.01'));
    expect(await run('2026-12-02')).toMatchObject({
      result: { status: 'differs', breaks: { BALANCE_BREAK: 1 } },
    });
    const { items } = await desk.get('/v1/recon/breaks?definition=cash');
    expect(items).toMatchObject([
      {
        type: 'BALANCE_BREAK',
        amount: { amount: '25.01', currency: 'EUR' },
        subject: { account: IBAN, currency: 'EUR' },
        explanation: `Account ${IBAN}: bank statement EUR 175.01, cash account EUR 150.00.`,
      },
    ]);
  });
});
