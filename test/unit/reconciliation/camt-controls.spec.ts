import { camtXml } from '../../support/camt-file';
import { readAll } from '../../support/read-camt';

const summary = (body: string) => `<TxsSummry>${body}</TxsSummry>`;

describe('control totals of a camt.053 statement', () => {
  it('passes when opening and booked entries make the closing balance', async () => {
    const { statements } = await readAll(
      camtXml({
        statements: [
          {
            opening: '-20.00',
            closing: '-15.50',
            entries: [{ amount: '10.00' }, { amount: '5.50', direction: 'DBIT' }],
          },
        ],
      }),
    );
    expect(statements[0]).toMatchObject({
      opening: { amountMinor: -2_000n, type: 'OPBD' },
      closing: { amountMinor: -1_550n, type: 'CLBD' },
      computed: { creditMinor: 1_000n, debitMinor: 550n },
      controls: { balance: { verdict: 'passed' } },
    });
  });

  it('names every figure when one cent is missing', async () => {
    const { statements } = await readAll(
      camtXml({ statements: [{ closing: '109.99', entries: [{}] }] }),
    );
    expect(statements[0]?.controls.balance).toEqual({
      verdict: 'failed',
      detail:
        'opening EUR 100.00 + credits EUR 10.00 - debits EUR 0.00 = EUR 110.00, but the closing balance is EUR 109.99: EUR -0.01 off.',
    });
  });

  it('does not take an absent balance for a passed control', async () => {
    const { statements } = await readAll(
      camtXml({ statements: [{ closing: null, entries: [{}] }] }),
    );
    expect(statements[0]?.controls.balance).toEqual({
      verdict: 'not-stated',
      detail: 'No booked closing balance is stated.',
    });
  });

  it('uses the previous closing balance where no opening is stated', async () => {
    const file = camtXml({ statements: [{ entries: [{}] }] }).replace('OPBD', 'PRCD');
    expect((await readAll(file)).statements[0]).toMatchObject({
      opening: { type: 'PRCD' },
      controls: { balance: { verdict: 'passed' } },
    });
  });

  it('fails when balances are in two currencies', async () => {
    const file = camtXml({ statements: [{ entries: [{}] }] }).replace(
      '<Amt Ccy="EUR">110.00',
      '<Amt Ccy="SEK">110.00',
    );
    expect((await readAll(file)).statements[0]?.controls.balance.detail).toBe(
      'The opening balance is in EUR, the closing balance in SEK.',
    );
  });

  it.each([
    ['<TtlNtries><NbOfNtries>2</NbOfNtries><Sum>15.00</Sum></TtlNtries>', 'passed'],
    ['<TtlNtries><NbOfNtries>02</NbOfNtries><Sum>15</Sum></TtlNtries>', 'passed'],
    ['<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>', 'failed'],
    ['<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>10.01</Sum></TtlCdtNtries>', 'failed'],
    ['<TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>5.00</Sum></TtlDbtNtries>', 'passed'],
    ['', 'not-stated'],
  ])('compares the declared totals %s', async (body, verdict) => {
    const entries = [{ amount: '10.00' }, { amount: '5.00', direction: 'DBIT' as const }];
    const { statements } = await readAll(
      camtXml({ statements: [{ entries, summary: summary(body) }] }),
    );
    expect(statements[0]?.controls.summary.verdict).toBe(verdict);
  });

  it('judges each statement of a file by itself', async () => {
    const { statements, lines } = await readAll(
      camtXml({
        statements: [
          { id: 'S-1', entries: [{}] },
          { id: 'S-2', closing: '1.00', entries: [{}] },
        ],
      }),
    );
    expect(statements.map((s) => [s.id, s.controls.balance.verdict])).toEqual([
      ['S-1', 'passed'],
      ['S-2', 'failed'],
    ]);
    expect(lines.map((l) => [l.statement, l.entry])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });
});
