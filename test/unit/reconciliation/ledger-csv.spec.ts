import { type Json } from '../../../src/kernel/json';
import { parseCsvMapping } from '../../../src/reconciliation/sources/csv/csv-mapping';
import { readLedgerCsv } from '../../../src/reconciliation/sources/ledger/ledger-rows';
import { collect, pieces, readFor, refusedBy } from '../../support/read-camt';

const HEADER =
  'Journal_ID|Journal_ID_Line_Number|JE_Line_Description|Effective_Date|Fiscal_Year|GL_Account_Number|Amount|Amount_Credit_Debit_Indicator|Amount_Currency|Document_Date';
const row = (
  journal: string,
  number: number,
  amount: string,
  more: Partial<{ side: string; date: string; year: string; currency: string }> = {},
) => {
  const { side = 'D', date = '20261103', year = '2026', currency = 'EUR' } = more;
  return `${journal}|${number}|text|${date}|${year}|4711|${amount}|${side}|${currency}|2026-11-02`;
};
const ads = (...rows: readonly string[]) => [HEADER, ...rows, ''].join('\n');
const pair = (journal: string, amount = '7.5') => [
  row(journal, 1, amount),
  row(journal, 2, amount, { side: 'C' }),
];

describe('a general ledger in the audit data standard', () => {
  it('is recognised by its header, and gives posted lines', async () => {
    const { file, lines, statements } = await readFor('gl', ads(...pair('J1')));
    expect(file.format).toBe('ads');
    expect(lines).toMatchObject([
      {
        status: 'posted',
        account: '4711',
        amountMinor: -750n,
        currency: 'EUR',
        bookDate: '2026-11-03',
        text: 'text',
        references: [
          { kind: 'transaction', value: 'J1' },
          { kind: 'entry', value: '2026/J1/1' },
        ],
      },
      { amountMinor: 750n },
    ]);
    expect(statements).toMatchObject([
      {
        account: '',
        from: '2026-11-03',
        to: '2026-11-03',
        controls: { balance: { verdict: 'passed' } },
      },
    ]);
  });

  it.each([
    [
      'commas and quotes',
      (text: string) =>
        text
          .trim()
          .split('\n')
          .map((line) => `"${line.replaceAll('|', '","')}"`)
          .join('\n'),
    ],
    ['tabs', (text: string) => text.replaceAll('|', '\t')],
    [
      'names in other cases and spaces',
      (text: string) => text.replace(/_/g, ' ').toUpperCase().replaceAll('TEXT', 'text'),
    ],
    [
      'the indicators S and H',
      (text: string) => text.replaceAll('|D|', '|S|').replaceAll('|C|', '|H|'),
    ],
    [
      'columns beyond the standard',
      (text: string) => text.replace(/$/gm, '|x').replace(/^\|x$/gm, ''),
    ],
  ])('is read with %s', async (_what, change) => {
    const { lines } = await readFor('gl', change(ads(...pair('J1'))));
    expect(lines.map((l) => l.amountMinor)).toEqual([-750n, 750n]);
  });

  it('names the journals that do not balance, by currency', async () => {
    const text = ads(
      ...pair('J1'),
      row('J2', 1, '10'),
      row('J2', 2, '9.99', { side: 'C' }),
      row('J3', 1, '5', { currency: 'JPY' }),
    );
    const { statements } = await readFor('gl', text);
    expect(statements[0]?.controls.balance).toEqual({
      verdict: 'failed',
      detail:
        '2 of 3 journals do not balance (debit - credit): 2026/J2 by EUR 0.01, 2026/J3 by JPY 5.',
    });
  });

  it('takes the next date where the effective one stands for none, and says so', async () => {
    const { lines, statements } = await readFor('gl', ads(row('J1', 1, '0', { date: '19000101' })));
    expect(lines).toMatchObject([{ bookDate: '2026-11-02' }]);
    expect(statements[0]?.warnings).toEqual([
      'Where the book date stands for none, Document_Date is taken.',
    ]);
  });

  it('knows a line by year, journal and number', async () => {
    const again = row('J1', 1, '8');
    const { lines, rejected } = await readFor(
      'gl',
      ads(...pair('J1'), again, row('J1', 1, '0', { year: '2027' })),
    );
    expect([lines.length, rejected]).toMatchObject([
      3,
      [{ reason: 'key-conflict', detail: 'The key 2026/J1/1 stands twice, with other content.' }],
    ]);
  });

  it.each([
    ['another indicator', row('J1', 1, '1', { side: 'X' }), 'direction-unknown'],
    ['a decimal comma', row('J1', 1, '1,5'), 'amount-unreadable'],
    ['no journal', row('', 1, '1'), 'row-unreadable'],
    ['a day that is none', row('J1', 1, '1', { date: '20261131' }), 'date-unreadable'],
    ['a missing column', row('J1', 1, '1').replace('text|', ''), 'columns-differ'],
  ])('rejects %s and fails its control', async (_what, bad, reason) => {
    const { rejected, statements } = await readFor('gl', ads(...pair('J9'), bad));
    expect(rejected).toMatchObject([{ reason, place: { line: 4 } }]);
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
  });

  it.each([
    ['another header', 'a|b|c\n1|2|3\n', 'format-unknown'],
    ['a header alone', `${HEADER}\n`, 'no-statement'],
    ['a bank statement', ':20:A\n:25:B\n:60F:C261102EUR1,\n', 'format-unknown'],
  ])('refuses %s', async (_what, text, reason) => {
    expect((await refusedBy(readFor('gl', text))).members).toMatchObject({ reason });
  });
});

describe('a general ledger extract read by a mapping', () => {
  const mapping = parseCsvMapping({
    mapping: 1,
    kind: 'ledger',
    date: 'DD.MM.YYYY',
    decimal: ',',
    delimiter: ';',
    currency: 'EUR',
    columns: {
      company: 'Firma',
      year: 'Jahr',
      journal: 'Beleg',
      line: 'Zeile',
      account: 'Konto',
      bookDate: 'Buchung',
      debit: 'Soll',
      credit: 'Haben',
    },
    references: [{ kind: 'document', column: 'Ref' }],
  } as Json);
  const read = (text: string) =>
    collect(
      readLedgerCsv(
        pieces(Buffer.from(`Firma;Jahr;Beleg;Zeile;Konto;Buchung;Soll;Haben;Ref\n${text}`), 7),
        mapping,
        'gl-csv',
      ),
    );

  it('tells journals of two companies and years apart', async () => {
    const { lines, statements } = await read(
      '1;2026;9;1;4711;31.12.2026;7,00;;R\n1;2026;9;2;1200;31.12.2026;;7,00;R\n2;2026;9;1;4711;31.12.2026;1,00;;R\n',
    );
    expect(lines[0]?.references).toEqual([
      { kind: 'document', value: 'R' },
      { kind: 'transaction', value: '9' },
      { kind: 'entry', value: '1/2026/9/1' },
    ]);
    expect(statements[0]?.controls.balance.detail).toBe(
      '1 of 2 journals do not balance (debit - credit): 2/2026/9 by EUR 1.00.',
    );
  });

  it('takes a negative debit for a reversal', async () => {
    const { lines } = await read('1;2026;9;1;4711;31.12.2026;-7,00;;R\n');
    expect(lines.map((l) => l.amountMinor)).toEqual([700n]);
  });
});
