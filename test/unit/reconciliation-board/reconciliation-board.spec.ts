import { listMatches } from '../../../projections/reconciliation-board/matches.view';
import { camtWith, camtXml } from '../../support/camt-file';
import { Board } from '../../support/board';

describe('the reconciliation board', () => {
  let board: Board;
  beforeEach(() => {
    board = new Board();
  });
  afterEach(() => board.close());

  const groups = () => board.db.all(`SELECT pass, status, difference FROM match_group ORDER BY id`);
  const breaks = () =>
    board.db.all(`SELECT type, status, resolution, a, b FROM break ORDER BY type, a, b`);
  const live = () =>
    Number(board.db.get<{ n: bigint }>(`SELECT count(*) AS n FROM allocation WHERE live = 1`)?.n);

  it('takes a payment out of the account and a receipt in, once the money moves', () => {
    board.payment({ id: 'PAY-1', to: 'approved' });
    board.payment({ id: 'PAY-1', to: 'transmitted', day: '2026-03-13' });
    board.payment({ id: 'PAY-1', to: 'paid', day: '2026-03-16' });
    board.payment({ id: 'REC-1', object: 'receipt', minor: 500n });
    const rows = board.db.all(
      `SELECT object_id, state, amount_minor, days FROM book_line ORDER BY object_id`,
    );
    expect(rows).toEqual([
      {
        object_id: 'PAY-1',
        state: 'paid',
        amount_minor: -10_000n,
        days: '{"approved":"2026-03-12","transmitted":"2026-03-13","paid":"2026-03-16"}',
      },
      {
        object_id: 'REC-1',
        state: 'received',
        amount_minor: 500n,
        days: '{"received":"2026-03-12"}',
      },
    ]);
  });

  it('does not let a late fact turn a payment back', () => {
    board.payment({ id: 'PAY-1', to: 'paid', day: '2026-03-16' });
    board.payment({ id: 'PAY-1', to: 'approved', day: '2026-03-10' });
    expect(board.db.all(`SELECT state FROM book_line`)).toEqual([{ state: 'paid' }]);
  });

  it('keeps lines, rejected rows and statements of an imported file', async () => {
    const batch = await board.statement(camtWith({ endToEndId: 'PAY-1' }, { amount: '8.851' }));
    expect(board.db.all(`SELECT batch, account, amount_minor, status FROM statement_line`)).toEqual(
      [{ batch, account: 'DE02120300000000202051', amount_minor: 1_000n, status: 'booked' }],
    );
    expect(board.db.all(`SELECT reason FROM rejected_row`)).toEqual([
      { reason: 'excess-precision' },
    ]);
    expect(board.db.all(`SELECT opening_minor, closing_currency FROM statement`)).toEqual([
      { opening_minor: 10_000n, closing_currency: 'EUR' },
    ]);
  });

  it('clears a payment run that the bank books as one amount', async () => {
    board.payment({ id: 'PAY-1', minor: 700n, paymentBatch: 'RUN-7' });
    board.payment({ id: 'PAY-2', minor: 300n, paymentBatch: 'RUN-7' });
    const details =
      '<NtryDtls><Btch><PmtInfId>RUN-7</PmtInfId><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>';
    await board.statement(camtWith({ amount: '10.00', direction: 'DBIT', details }));
    board.run('one');
    expect(groups()).toEqual([{ pass: 'payment-batch', status: 'confirmed', difference: '0.00' }]);
    expect(live()).toBe(3);
    const [match] = listMatches(board.reader(), {}, undefined, 10).items;
    expect(match?.explanation).toContain(
      'references equal after normalising (RUN7); 2 book lines of EUR -10.00 against 1 bank line of EUR -10.00. ' +
        'All lines that carry the id, on both sides.',
    );
  });

  it('adds a line once, however many files report it, and keeps genuine twins', async () => {
    await board.statement(camtWith({ endToEndId: 'A' }, { endToEndId: 'A' }));
    const second = await board.statement(
      camtXml({
        statements: [
          {
            id: 'STMT-2',
            entries: [{ endToEndId: 'A' }, { endToEndId: 'A' }, { endToEndId: 'B' }],
          },
        ],
      }),
    );
    expect(board.db.all(`SELECT count(*) AS n FROM statement_line`)).toEqual([{ n: 3n }]);
    expect(
      board.db.all(`SELECT is_new FROM batch_line WHERE batch = :second ORDER BY ordinal`, {
        second,
      }),
    ).toEqual([{ is_new: 0n }, { is_new: 0n }, { is_new: 1n }]);
  });

  it('shows what a committed run matched and what stays open', async () => {
    board.payment({ id: 'PAY-1', minor: 1_000n });
    board.payment({ id: 'PAY-2', minor: 2_000n });
    board.payment({ id: 'PAY-3', minor: 3_000n });
    await board.statement(
      camtWith(
        { amount: '10.00', direction: 'DBIT', endToEndId: 'PAY-1' },
        { amount: '20.01', direction: 'DBIT', endToEndId: 'PAY-2' },
        { amount: '7.50', direction: 'DBIT' },
      ),
    );
    board.run('run-1');
    expect(groups()).toEqual([{ pass: 'end-to-end', status: 'confirmed', difference: '0.00' }]);
    expect(breaks()).toEqual([
      { type: 'AMOUNT_DIFFERENCE', status: 'open', resolution: null, a: '-20.00', b: '-20.01' },
      { type: 'UNMATCHED_A', status: 'open', resolution: null, a: '-30.00', b: '0.00' },
      { type: 'UNMATCHED_B', status: 'open', resolution: null, a: '0.00', b: '-7.50' },
    ]);
    expect(live()).toBe(2);
  });

  it('keeps the first day of a break through further runs and resolves it when it is matched', async () => {
    board.payment({ id: 'PAY-1', minor: 1_000n });
    board.run('run-1');
    const first = board.db.get<{ first_seen: string }>(`SELECT first_seen FROM break`)?.first_seen;
    board.payment({ id: 'PAY-9', minor: 5n });
    board.run('run-2');
    expect(
      board.db.get(`SELECT first_seen, first_run, last_run FROM break WHERE a = '-10.00'`),
    ).toEqual({
      first_seen: first,
      first_run: 'run-1',
      last_run: 'run-2',
    });
    await board.statement(camtWith({ amount: '10.00', direction: 'DBIT', endToEndId: 'PAY-1' }));
    board.run('run-3');
    expect(breaks()).toEqual([
      { type: 'UNMATCHED_A', status: 'open', resolution: null, a: '-0.05', b: '0.00' },
      { type: 'UNMATCHED_A', status: 'closed', resolution: 'matched', a: '-10.00', b: '0.00' },
    ]);
  });

  it('lets a break whose lines change inherit the first day of the old one', async () => {
    board.payment({ id: 'PAY-1', minor: 1_000n });
    board.run('run-1');
    const before = board.db.get<{ id: string; first_seen: string }>(
      `SELECT id, first_seen FROM break`,
    );
    await board.statement(camtWith({ amount: '9.00', direction: 'DBIT', endToEndId: 'PAY-1' }));
    board.run('run-2');
    expect(
      board.db.get(`SELECT first_seen, predecessor FROM break WHERE type = 'AMOUNT_DIFFERENCE'`),
    ).toEqual({
      first_seen: before?.first_seen,
      predecessor: before?.id,
    });
    expect(board.db.get(`SELECT resolution FROM break WHERE type = 'UNMATCHED_A'`)).toEqual({
      resolution: 'superseded',
    });
  });

  it('drops a group that a later statement made ambiguous', async () => {
    board.payment({ id: 'PAY-1', minor: 1_000n });
    await board.statement(camtWith({ amount: '10.00', direction: 'DBIT', endToEndId: 'PAY-1' }));
    board.run('run-1');
    await board.statement(
      camtXml({
        statements: [
          {
            id: 'S-2',
            entries: [
              { amount: '10.00', direction: 'DBIT', endToEndId: 'PAY-1', date: '2026-03-20' },
            ],
          },
        ],
      }),
    );
    board.run('run-2');
    expect(groups()).toEqual([{ pass: 'end-to-end', status: 'superseded', difference: '0.00' }]);
    expect(breaks()).toEqual([
      { type: 'DUPLICATE', status: 'open', resolution: null, a: '-10.00', b: '-20.00' },
    ]);
    expect(live()).toBe(0);
  });

  it('leaves out what lies after the cut-off', async () => {
    board.payment({ id: 'PAY-1', day: '2026-04-01' });
    await board.statement(camtWith({ date: '2026-04-01' }));
    board.run('run-1', '2026-03-31');
    expect(breaks()).toEqual([]);
  });
});
