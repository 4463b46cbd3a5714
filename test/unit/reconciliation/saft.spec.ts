import { readFor, refusedBy } from '../../support/read-camt';

interface FileSpec {
  readonly namespace?: string;
  readonly currency?: string;
  readonly accounts?: string;
  readonly declared?: string;
  readonly transactions?: string;
}

const amount = (side: 'Debit' | 'Credit', value: string) =>
  `<${side}Amount><Amount>${value}</Amount><CurrencyCode>USD</CurrencyCode><CurrencyAmount>99.00</CurrencyAmount></${side}Amount>`;
const line = (id: string, account: string, more: string) =>
  `<Line><RecordID>${id}</RecordID><AccountID>${account}</AccountID>${more}</Line>`;
const transaction = (
  id: string,
  lines: string,
  dates = '<GLPostingDate>2026-11-03</GLPostingDate>',
) =>
  `<Transaction><TransactionID>${id}</TransactionID><TransactionDate>2026-10-30</TransactionDate>` +
  `<Description>sale</Description>${dates}${lines}</Transaction>`;
const LINES =
  line('1', '1920', `<SourceDocumentID>INV-7</SourceDocumentID>${amount('Debit', '7.50')}`) +
  line(
    '2',
    '3000',
    `<CustomerID>C1</CustomerID><Description>revenue</Description>${amount('Credit', '7.50')}`,
  );

/** The common standard, as the northern countries have it. */
const audit = ({
  namespace = 'urn:StandardAuditFile-Taxation-Financial:NO',
  currency = 'NOK',
  accounts = '',
  declared = '<NumberOfEntries>1</NumberOfEntries><TotalDebit>7.50</TotalDebit><TotalCredit>7.50</TotalCredit>',
  transactions = transaction('T1', LINES),
}: FileSpec = {}) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<AuditFile xmlns="${namespace}"><Header>` +
  `<Company><RegistrationNumber>999</RegistrationNumber></Company><DefaultCurrencyCode>${currency}</DefaultCurrencyCode></Header>` +
  `<MasterFiles><GeneralLedgerAccounts>${accounts}</GeneralLedgerAccounts></MasterFiles>` +
  `<GeneralLedgerEntries>${declared}<Journal><JournalID>GL</JournalID>${transactions}</Journal></GeneralLedgerEntries></AuditFile>`;

/** Portugal: separate debit and credit lines, plain numbers. */
const portuguese = () =>
  audit({
    namespace: 'urn:OECD:StandardAuditFile-Tax:PT_1.04_01',
    currency: 'EUR',
    transactions: transaction(
      'T1',
      '<Lines><DebitLine><RecordID>1</RecordID><AccountID>1920</AccountID><DebitAmount>7.5</DebitAmount></DebitLine>' +
        '<CreditLine><RecordID>2</RecordID><AccountID>3000</AccountID><CreditAmount>7.5</CreditAmount></CreditLine></Lines>',
    ),
  }).replaceAll('DefaultCurrencyCode', 'CurrencyCode');

const account = (id: string, opening: string, closing: string, more = '') =>
  `<Account><AccountID>${id}</AccountID>${more}<OpeningDebitBalance>${opening}</OpeningDebitBalance>` +
  `<ClosingDebitBalance>${closing}</ClosingDebitBalance></Account>`;

describe('a standard audit file', () => {
  it('gives posted lines of its general ledger, by posting date and in the currency of the file', async () => {
    const { file, lines, statements } = await readFor('gl', audit());
    expect(file).toMatchObject({ format: 'saf-t', encoding: 'utf-8' });
    expect(lines).toMatchObject([
      {
        status: 'posted',
        account: '1920',
        amountMinor: -750n,
        currency: 'NOK',
        bookDate: '2026-11-03',
        text: 'sale',
        code: 'GL',
        references: [
          { kind: 'document', value: 'INV-7' },
          { kind: 'transaction', value: 'GL/T1' },
          { kind: 'entry', value: 'GL/T1/1' },
        ],
      },
      { amountMinor: 750n, text: 'revenue', counterparty: { account: 'C1' } },
    ]);
    expect(statements).toMatchObject([
      {
        id: '999',
        stated: { entries: '1', debit: '7.50', credit: '7.50' },
        controls: {
          balance: { verdict: 'passed' },
          summary: { verdict: 'passed' },
          details: { verdict: 'not-stated' },
        },
      },
    ]);
  });

  it.each([
    ['the Portuguese shape', portuguese()],
    [
      'plain numbers',
      audit({ namespace: 'urn:any' }).replace(
        /<(Debit|Credit)Amount><Amount>([\d.]+).*?<\/\1Amount>/g,
        '<$1Amount>$2</$1Amount>',
      ),
    ],
    [
      'a prefix',
      audit()
        .replace(/<(\/?)(\w)/g, '<$1n1:$2')
        .replace('xmlns=', 'xmlns:n1='),
    ],
    ['no namespace', audit().replace(/ xmlns="[^"]*"/, '')],
    [
      'both sides, one of them zero',
      audit().replace('<CreditAmount>', '<DebitAmount>0.00</DebitAmount><CreditAmount>'),
    ],
  ])('is read in %s', async (_what, text) => {
    const { lines, rejected } = await readFor('gl', text);
    expect([lines.map((l) => l.amountMinor), rejected]).toEqual([[-750n, 750n], []]);
  });

  it.each([
    ['<NumberOfEntries>2</NumberOfEntries>', 'passed', undefined],
    [
      '<NumberOfEntries>3</NumberOfEntries>',
      'failed',
      '3 entries declared, 1 transactions with 2 lines found',
    ],
    ['<TotalDebit>7.51</TotalDebit>', 'failed', 'debit declared NOK 7.51, found NOK 7.50'],
    ['<TotalCredit>x</TotalCredit>', 'failed', 'the total credit "x" cannot be read'],
    ['', 'not-stated', 'The file declares no totals.'],
  ])('compares the declared totals %s', async (declared, verdict, detail) => {
    const { statements } = await readFor('gl', audit({ declared }));
    expect(statements[0]?.controls.summary).toEqual({
      verdict,
      ...(detail === undefined ? {} : { detail }),
    });
  });

  it.each([
    [account('1920', '100.00', '107.50') + account('3000', '0.00', '-7.50'), 'passed'],
    [account('1920', '100.00', '107.49') + account('3000', '0.00', '-7.50'), 'failed'],
    [account('1920', '100.00', '107.50'), 'failed'],
    [
      account('1920', '100.00', '107.50') +
        account('3000', '0.00', '-7.50') +
        account('3', '0.00', '9.00', '<GroupingCategory>GR</GroupingCategory>'),
      'passed',
    ],
    ['', 'not-stated'],
  ])('checks opening + lines = closing by account (%#)', async (accounts, verdict) => {
    const { statements } = await readFor('gl', audit({ accounts }));
    expect(statements[0]?.controls.details.verdict).toBe(verdict);
  });

  it('names accounts that are off, and by how much', async () => {
    const accounts = account('1920', '100.00', '107.49') + account('3000', '0.00', '-7.50');
    const { statements } = await readFor('gl', audit({ accounts }));
    expect(statements[0]?.controls.details.detail).toBe(
      '1 of 2 accounts are off their closing balance: 1920 by NOK 0.01',
    );
  });

  it('names transactions that do not balance', async () => {
    const { statements } = await readFor('gl', audit().replace('7.50</Amount>', '7.51</Amount>'));
    expect(statements[0]?.controls.balance.detail).toBe(
      '1 of 1 journals do not balance (debit - credit): GL/T1 by NOK 0.01.',
    );
  });

  it('takes the date of the transaction where it was not posted', async () => {
    const { lines } = await readFor('gl', audit({ transactions: transaction('T1', LINES, '') }));
    expect(lines[0]?.bookDate).toBe('2026-10-30');
  });

  it.each([
    ['a comma', LINES.replace('7.50', '7,50'), 'amount-unreadable'],
    ['no amount', line('1', '1920', ''), 'amount-missing'],
    [
      'both sides',
      line('1', '1920', amount('Debit', '1') + amount('Credit', '2')),
      'direction-unknown',
    ],
    ['no account', line('1', '', amount('Debit', '1')), 'account-missing'],
    [
      'a value date that is none',
      line('1', '1920', `<ValueDate>soon</ValueDate>${amount('Debit', '1')}`),
      'date-unreadable',
    ],
    [
      'a record id that stands twice',
      LINES + line('1', '1920', amount('Debit', '1')),
      'key-conflict',
    ],
  ])('rejects a line with %s', async (_what, lines, reason) => {
    const { rejected, statements } = await readFor(
      'gl',
      audit({ transactions: transaction('T1', lines) }),
    );
    expect(rejected).toMatchObject([{ reason }]);
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
    expect(statements[0]?.controls.summary.verdict).toBe('failed');
  });

  it('rejects lines in a currency that does not exist', async () => {
    expect((await readFor('gl', audit({ currency: 'XYZ' }))).rejected[0]?.reason).toBe(
      'currency-unknown',
    );
  });

  it.each([1, 9])('reads the same from pieces of %i bytes', async (pieceBytes) => {
    expect(await readFor('gl', audit(), pieceBytes)).toEqual(await readFor('gl', audit()));
  });

  it.each([
    ['a cut file', audit().slice(0, -40), 'truncated'],
    [
      'an entity bomb',
      audit().replace('<AuditFile', '<!DOCTYPE a [<!ENTITY b "c">]><AuditFile'),
      'doctype',
    ],
    ['no entries', audit({ transactions: '' }), 'no-statement'],
    ['broken XML', audit().replace('</Line>', '</Lin>'), 'not-well-formed'],
    ['another document', '<invoice/>', 'format-unknown'],
  ])('refuses %s', async (_what, text, reason) => {
    expect((await refusedBy(readFor('gl', text))).members).toMatchObject({ reason });
  });
});
