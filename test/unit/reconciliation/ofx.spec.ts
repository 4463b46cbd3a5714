import { readFor, refusedBy } from '../../support/read-camt';

const HEADER = 'OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n';

interface FileSpec {
  readonly transactions?: readonly string[];
  readonly balance?: string;
  readonly currency?: string;
  readonly account?: string;
}

/** Version 1: values without end tags. */
const sgml = ({
  transactions = [row()],
  balance = '100.50',
  currency = 'EUR',
  account = '<BANKACCTFROM><BANKID>1<ACCTID>0012345<ACCTTYPE>CHECKING</BANKACCTFROM>',
}: FileSpec = {}) =>
  `${HEADER}<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>17<STATUS><CODE>0<SEVERITY>INFO</STATUS>` +
  `<STMTRS><CURDEF>${currency}\n${account}<BANKTRANLIST><DTSTART>20261101<DTEND>20261103` +
  `${transactions.join('\n')}</BANKTRANLIST>` +
  `<LEDGERBAL><BALAMT>${balance}<DTASOF>20261103</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`;

const row = (more = '<TRNAMT>-7.50', fitid = 'F-1') =>
  `<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261103<FITID>${fitid}${more}</STMTTRN>`;

/** Version 2: the same values with end tags. */
const xml = (spec?: FileSpec) =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n' +
  sgml(spec)
    .slice(HEADER.length)
    .replace(/<([A-Z]+)>([^<\n]+)/g, '<$1>$2</$1>');

const read = (spec: FileSpec) => readFor('bank', sgml(spec));
const entry = (more: string) => read({ transactions: [row(more)] });

describe('a statement of OFX', () => {
  it.each([
    ['ofx.102', sgml()],
    ['ofx.211', xml()],
  ])('reads %s', async (format, text) => {
    const { file, lines, statements } = await readFor('bank', text);
    expect(file.format).toBe(format);
    expect(lines).toMatchObject([
      {
        account: '0012345',
        amountMinor: -750n,
        currency: 'EUR',
        bookDate: '2026-11-03',
        code: 'DEBIT',
        references: [{ kind: 'servicer', value: 'F-1' }],
      },
    ]);
    expect(statements).toMatchObject([
      {
        id: '17',
        message: 'STMTRS',
        from: '2026-11-01',
        to: '2026-11-03',
        closing: { type: 'LEDGERBAL', amountMinor: 10_050n, date: '2026-11-03' },
        controls: { balance: { verdict: 'not-stated' } },
      },
    ]);
  });

  it('reads a card statement and several in one file', async () => {
    const card = sgml({ account: '<CCACCTFROM><ACCTID>4111</CCACCTFROM>' })
      .replaceAll('STMTRS>', 'CCSTMTRS>')
      .replace(HEADER, '');
    const { lines, statements } = await readFor('bank', sgml() + card);
    expect(lines.map((l) => [l.statement, l.account])).toEqual([
      [0, '0012345'],
      [1, '4111'],
    ]);
    expect(statements.map((s) => s.message)).toEqual(['STMTRS', 'CCSTMTRS']);
  });

  it('keeps pending transactions apart', async () => {
    const pending =
      '<BANKTRANLISTP><STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20261104<TRNAMT>-3</STMTTRNP></BANKTRANLISTP>';
    const { lines } = await readFor('bank', sgml().replace('<LEDGERBAL>', `${pending}<LEDGERBAL>`));
    expect(lines.map((l) => [l.status, l.amountMinor, l.bookDate])).toEqual([
      ['booked', -750n, '2026-11-03'],
      ['pending', -300n, '2026-11-04'],
    ]);
  });

  it('fails a balance that is no number', async () => {
    const { statements } = await read({ balance: 'R$ 5.326,43' });
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
    expect(statements[0]?.warnings).toEqual([
      'The balance LEDGERBAL "R$ 5.326,43" cannot be read.',
    ]);
  });

  it('tells that an investment statement beside it is not read', async () => {
    const text = `${sgml()}<INVSTMTRS><STMTTRN><TRNAMT>9</STMTTRN></INVSTMTRS>`;
    const { lines, rejected } = await readFor('bank', text);
    expect([lines.length, rejected]).toMatchObject([1, [{ reason: 'not-supported' }]]);
  });
});

describe('a transaction of OFX', () => {
  it.each([
    ['a comma', '<TRNAMT>-7,5', -750n],
    ['a plus', '<TRNAMT>+7.5', 750n],
    ['no whole part', '<TRNAMT>.50', 50n],
    ['no sign', '<TRNAMT>12', 1_200n],
  ])('reads an amount with %s', async (_what, more, amountMinor) => {
    expect((await entry(more)).lines).toMatchObject([{ amountMinor }]);
  });

  it.each(['20261103', '20261103235959', '20261103235959.123[-5:EST]', '202611030005[+14]'])(
    'takes the day of %s as written',
    async (text) => {
      const { lines } = await readFor(
        'bank',
        sgml().replace('<DTPOSTED>20261103', `<DTPOSTED>${text}`),
      );
      expect(lines).toMatchObject([{ bookDate: '2026-11-03' }]);
    },
  );

  it('reads names, texts with a raw sign, entities and the other account', async () => {
    const { lines } = await entry(
      '<TRNAMT>-1<CHECKNUM>77<NAME>B & S &amp; Co<BANKACCTTO><ACCTID>DE99</BANKACCTTO><MEMO>a < b, INV&#45;10023',
    );
    expect(lines).toMatchObject([
      {
        text: 'B & S & Co a < b, INV-10023',
        counterparty: { name: 'B & S & Co', account: 'DE99' },
        references: [{ kind: 'cheque', value: '77' }, { value: 'F-1' }],
      },
    ]);
  });

  it('reads past a value that is empty', async () => {
    const { lines } = await entry('<NAME>\n<MEMO>text\n<TRNAMT>-1');
    expect(lines).toMatchObject([{ amountMinor: -100n, text: 'text' }]);
  });

  it('takes the currency of the transaction where it has one', async () => {
    const { lines } = await entry('<TRNAMT>-100<CURRENCY><CURRATE>0.006<CURSYM>JPY</CURRENCY>');
    expect(lines).toMatchObject([{ amountMinor: -100n, currency: 'JPY' }]);
    const converted = await entry('<TRNAMT>-1<ORIGCURRENCY><CURSYM>JPY</ORIGCURRENCY>');
    expect(converted.lines).toMatchObject([{ amountMinor: -100n, currency: 'EUR' }]);
  });

  it.each([
    ['a currency sign', '<TRNAMT>$120', 'amount-unreadable'],
    ['thousands and decimals', '<TRNAMT>1.234,56', 'amount-unreadable'],
    ['three decimals', '<TRNAMT>1,234', 'excess-precision'],
    ['no amount', '<TRNAMT>', 'amount-missing'],
    ['a correction', '<TRNAMT>1<CORRECTFITID>F-0<CORRECTACTION>REPLACE', 'correction'],
    ['a value date that is none', '<TRNAMT>1<DTAVAIL>20261332', 'date-unreadable'],
  ])('rejects %s and keeps its fields', async (_what, more, reason) => {
    const { lines, rejected } = await entry(more);
    expect([lines, rejected]).toMatchObject([[], [{ reason, raw: { FITID: 'F-1' } }]]);
  });

  it.each([
    ['the same content', row(), 'with the same content'],
    ['other content', row('<TRNAMT>-8'), 'with other content'],
  ])('rejects a FITID that stands twice with %s', async (_what, second, how) => {
    const { lines, rejected } = await read({ transactions: [row(), second] });
    expect([lines.length, rejected]).toMatchObject([
      1,
      [{ reason: 'key-conflict', detail: `FITID F-1 stands twice in the account, ${how}.` }],
    ]);
  });

  it.each([
    ['account', { account: '' }, 'account-missing'],
    ['currency', { currency: '' }, 'currency-unknown'],
  ])('rejects all of a statement without %s', async (_what, spec, reason) => {
    expect((await read(spec)).rejected).toMatchObject([{ reason }]);
  });
});

describe('OFX files as a whole', () => {
  it.each([1, 3, 50])('reads the same from pieces of %i bytes', async (pieceBytes) => {
    const text = sgml({ transactions: [row('<TRNAMT>1<MEMO><![CDATA[a & b]]><!-- no -->')] });
    const whole = await readFor('bank', text);
    expect(whole.lines[0]?.text).toBe('a & b');
    expect(await readFor('bank', text, pieceBytes)).toEqual(whole);
  });

  it.each([
    ['windows-1252', Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80]), 'Grüße €'],
    ['utf-8', Buffer.from('Grüße €'), 'Grüße €'],
  ])('reads %s, whatever the header says', async (encoding, memo, text) => {
    const [before = '', after = ''] = sgml({ transactions: [row('<TRNAMT>1<MEMO>@')] }).split('@');
    const bytes = Buffer.concat([Buffer.from(before), memo, Buffer.from(after)]);
    const { file, lines } = await readFor('bank', bytes);
    expect([file.encoding, lines[0]?.text]).toEqual([encoding, text]);
  });

  it.each([
    ['a cut file', sgml().slice(0, -80), 'truncated'],
    ['a tag that is cut', sgml().slice(0, -2), 'truncated'],
    ['a DOCTYPE', sgml().replace('<OFX>', '<!DOCTYPE x [<!ENTITY a "b">]><OFX>'), 'doctype'],
    ['a text without end', sgml({ transactions: ['x'.repeat(200_000)] }), 'token-too-long'],
    ['nesting without end', sgml({ transactions: ['<BAL>'.repeat(100)] }), 'too-deep'],
    ['only investments', `${HEADER}<OFX><INVSTMTRS></INVSTMTRS></OFX>`, 'message-not-supported'],
    ['no statement', `${HEADER}<OFX></OFX>`, 'no-statement'],
  ])('refuses %s', async (_what, content, reason) => {
    expect((await refusedBy(readFor('bank', content))).members).toMatchObject({ reason });
  });

  it('says what the bank answered instead of a statement', async () => {
    const text = `${HEADER}<OFX><SONRS><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Wrong password</STATUS></SONRS></OFX>`;
    expect((await refusedBy(readFor('bank', text))).message).toBe(
      'The file holds no bank or card statement. The bank answered 15500: Wrong password.',
    );
  });
});
