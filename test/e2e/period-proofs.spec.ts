import { camtXml } from '../support/camt-file';
import { ReconDesk } from '../support/recon-desk';

/**
 * A month by hand. Bank: opens at 1,000.00, pays 250.00 (PAY-1) and a fee of 3.00, receives 40.00, closes at 787.00. Books: pay
 * 250.00 (PAY-1) and 70.00 (PAY-2), so they close at 680.00 if they opened with the bank.
 */
const STATEMENT = camtXml({
  statements: [
    {
      id: 'NOV',
      opening: '1000.00',
      openingDate: '2026-11-01',
      closing: '787.00',
      closingDate: '2026-11-30',
      entries: [
        { amount: '250.00', direction: 'DBIT', date: '2026-11-04', endToEndId: 'PAY-1' },
        { amount: '3.00', direction: 'DBIT', date: '2026-11-30', remittance: 'Fee' },
        { amount: '40.00', direction: 'CRDT', date: '2026-11-20', remittance: 'Unknown payer' },
      ],
    },
  ],
});
const SPAN = 'definition=bank&from=2026-10-31&to=2026-11-30';

describe('proofs of a period', () => {
  let desk: ReconDesk;
  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.pay('PAY-1', '250.00');
    await desk.pay('PAY-2', '70.00');
    expect((await desk.upload(STATEMENT)).status).toBe(202);
    expect((await desk.run('commit', '2026-11-30')).status).toBe(202);
  });
  afterAll(() => desk.close());

  it('roll forward by side and currency, naming the items that stay open', async () => {
    expect(await desk.get(`/v1/recon/roll-forward?${SPAN}`)).toMatchObject({
      ...{ holds: true, faults: [], openingRun: null, closingRun: { cutoff: '2026-11-30' } },
      rows: [
        {
          ...{ side: 'A', currency: 'EUR', opening: '0.00', entered: '-320.00' },
          ...{ cleared: '-250.00', closing: '-70.00' },
          added: { count: 1, amount: '-70.00', ids: [expect.stringMatching(/^[0-9a-f]{64}$/)] },
        },
        {
          ...{ side: 'B', opening: '0.00', entered: '-213.00', cleared: '-250.00' },
          ...{ closing: '37.00', added: { count: 2, amount: '37.00' } },
        },
      ],
    });
  });

  it('prove cash in four columns when the books state their balances', async () => {
    const books = 'booksOpening=1000.00&booksClosing=680.00';
    const proof = await desk.get(`/v1/recon/proof-of-cash?${SPAN}&currency=EUR&${books}`);
    const row = (name: string) =>
      (proof['rows'] as { row: string }[]).find((one) => one.row === name);
    const columns = (
      opening: string,
      receipts: string,
      disbursements: string,
      closing: string,
    ) => ({
      ...{ opening, receipts, disbursements, closing },
    });
    expect(proof).toMatchObject({ holds: true, faults: [], notStated: [], books: 'stated' });
    expect(row('per-bank')).toMatchObject(columns('1000.00', '40.00', '253.00', '787.00'));
    expect(row('outstanding-payments-at-closing')).toMatchObject({
      count: 1,
      ...columns('0.00', '0.00', '70.00', '-70.00'),
    });
    expect(row('adjusted-bank')).toMatchObject(columns('1000.00', '40.00', '323.00', '717.00'));
    expect(row('per-books')).toMatchObject(columns('1000.00', '0.00', '320.00', '680.00'));
    expect(row('unbooked-receipts-at-closing')).toMatchObject(
      columns('0.00', '40.00', '0.00', '40.00'),
    );
    expect(row('unbooked-payments-at-closing')).toMatchObject(
      columns('0.00', '0.00', '3.00', '-3.00'),
    );
    expect(row('adjusted-books')).toMatchObject(columns('1000.00', '40.00', '323.00', '717.00'));
  });

  it('fail by the cent that the books are off, in the column that is off', async () => {
    const books = 'booksOpening=1000.00&booksClosing=680.01';
    const proof = await desk.get(`/v1/recon/proof-of-cash?${SPAN}&currency=EUR&${books}`);
    expect(proof).toMatchObject({
      holds: false,
      faults: expect.arrayContaining([
        { row: 'per-books', detail: 'does-not-cross-add' },
        { row: 'difference', detail: 'differs' },
      ]) as unknown,
    });
    expect((proof['rows'] as object[]).at(-1)).toMatchObject({
      row: 'difference',
      closing: '-0.01',
    });
  });

  it.each([
    ['roll-forward?definition=nothing&from=2026-10-31&to=2026-11-30', 404, 'not-found'],
    ['roll-forward?definition=bank&from=2026-11-30&to=2026-11-30', 422, 'range-invalid'],
    ['roll-forward?definition=bank&from=2026-11-31&to=2026-12-31', 422, 'time-form'],
    ['roll-forward?definition=three-way&from=2026-10-31&to=2026-11-30', 409, 'state-conflict'],
    [`proof-of-cash?${SPAN.replace('bank', 'subledger-gl')}&currency=EUR`, 409, 'state-conflict'],
    [`proof-of-cash?${SPAN}&currency=EUR&booksOpening=1.00`, 422, 'contract-violation'],
    [`proof-of-cash?${SPAN}&currency=EUR&booksOpening=1&booksClosing=2.00`, 422, 'money-form'],
  ])('refuse %s with %i', async (path, status, code) => {
    const reply = await desk.preparer.get(`/v1/recon/${path}`);
    expect([reply.status, reply.body]).toMatchObject([status, { code }]);
  });
});
