import { type Json } from '../../../src/kernel/json';
import { parseCsvMapping } from '../../../src/reconciliation/sources/csv/csv-mapping';
import { readCsvStatement } from '../../../src/reconciliation/sources/csv/csv-reader';
import { collect, pieces, refusedBy } from '../../support/read-camt';

type Settings = Readonly<Record<string, Json>>;

const MAPPING: Settings = {
  mapping: 1,
  kind: 'statement',
  date: 'DD.MM.YYYY',
  decimal: ',',
  thousands: '.',
  delimiter: ';',
  currency: 'EUR',
  account: 'DE02',
  columns: { bookDate: 'Tag', amount: 'Betrag' },
  text: ['Text'],
};

const read = (text: string | Buffer, changes: Settings = {}, pieceBytes = 65_536) =>
  collect(
    readCsvStatement(
      pieces(Buffer.from(text as string), pieceBytes),
      parseCsvMapping({ ...MAPPING, ...changes } as Json),
    ),
  );

const row = (amount: string, changes?: Settings) =>
  read(`Tag;Betrag;Text\n03.11.2026;${amount};INV-7\n`, changes);

describe('a row of a CSV statement', () => {
  it.each([
    ['1.250,00', 125_000n],
    ['-7,5', -750n],
    ['7,50-', -750n],
    ['(7,50)', -750n],
    ['\u22127,50', -750n],
    ['+7', 700n],
    ['7,50 DR', -750n],
    ['7,50CR', 750n],
    ['1234567,00', 123_456_700n],
  ])('reads the amount %s', async (amount, amountMinor) => {
    expect((await row(amount)).lines).toMatchObject([
      { amountMinor, currency: 'EUR', account: 'DE02', bookDate: '2026-11-03', text: 'INV-7' },
    ]);
  });

  it.each([
    ['7.50', 'amount-unreadable'],
    ['1.25,00', 'amount-unreadable'],
    ['12.34.567,00', 'amount-unreadable'],
    ['1,2,3', 'amount-unreadable'],
    ['(7,50', 'amount-unreadable'],
    ['-7,50-', 'amount-unreadable'],
    ['1E+3', 'amount-unreadable'],
    ['EUR 7,50', 'amount-unreadable'],
    ['7,505', 'excess-precision'],
    ['', 'amount-missing'],
  ])('rejects the amount "%s"', async (amount, reason) => {
    const { lines, rejected, statements } = await row(amount);
    expect([lines, rejected]).toMatchObject([
      [],
      [{ reason, place: { line: 2 }, raw: { Betrag: amount, Text: 'INV-7' } }],
    ]);
    expect(statements[0]?.computed.rejected).toBe(1);
  });

  it.each([
    ['DD.MM.YYYY', '03.11.2026'],
    ['MM/DD/YY', '11/03/26'],
    ['D/M/YYYY', '3/11/2026'],
    ['YYYYMMDD', '20261103'],
    ['YYYY-MM-DD', '2026-11-03T23:59:00+14:00'],
    ['DD-MMM-YYYY', '03-Nov-2026'],
    ['day-number', '46329'],
  ])('reads a date of the form %s', async (date, text) => {
    const { lines } = await read(`Tag;Betrag;Text\n${text};1;x`, { date });
    expect(lines).toMatchObject([{ bookDate: '2026-11-03' }]);
  });

  it.each(['31.11.2026', '3.11.2026', '2026-11-03', '11/03/2026', '03.11.26'])(
    'rejects %s where the form is DD.MM.YYYY',
    async (text) => {
      const { rejected } = await read(`Tag;Betrag;Text\n${text};1;x`);
      expect(rejected).toMatchObject([{ reason: 'date-unreadable' }]);
    },
  );

  it('takes the sign from a column', async () => {
    const sign = { column: 'SH', debit: ['S'], credit: ['H'] };
    const text = 'Tag;Betrag;SH;Text\n03.11.2026;7;S;a\n03.11.2026;8;H;b\n03.11.2026;9;X;c';
    const { lines, rejected } = await read(text, { sign });
    expect(lines.map((l) => l.amountMinor)).toEqual([-700n, 800n]);
    expect(rejected).toMatchObject([{ reason: 'direction-unknown', place: { line: 4 } }]);
  });

  it('takes debit and credit columns, and rejects a row with both', async () => {
    const columns = { bookDate: 'Tag', debit: 'Soll', credit: 'Haben' };
    const text = 'Tag;Soll;Haben\n03.11.2026;7;\n03.11.2026;0,00;8\n03.11.2026;7;8\n03.11.2026;;';
    const { lines, rejected } = await read(text, { columns, text: [] });
    expect(lines.map((l) => l.amountMinor)).toEqual([-700n, 800n]);
    expect(rejected.map((r) => r.reason)).toEqual(['direction-unknown', 'amount-missing']);
  });

  it('reads references, the other party and values with quotes, delimiters and line ends', async () => {
    const { lines } = await read(
      'Tag;Betrag;Text;Ref;Wer;IBAN\n03.11.2026;1;"a ""b"";\nc";INV-7;Muster;DE99\n',
      {
        columns: {
          bookDate: 'Tag',
          amount: 'Betrag',
          counterparty: 'Wer',
          counterpartyAccount: 'IBAN',
        },
        references: [{ kind: 'end-to-end', column: 'Ref' }],
      },
    );
    expect(lines).toMatchObject([
      {
        text: 'a "b";\nc',
        references: [{ kind: 'end-to-end', value: 'INV-7' }],
        counterparty: { name: 'Muster', account: 'DE99' },
      },
    ]);
  });

  it('rejects a key that stands twice, and says whether the content differs', async () => {
    const columns = { bookDate: 'Tag', amount: 'Betrag', key: 'Text' };
    const text = 'Tag;Betrag;Text\n03.11.2026;1;k\n03.11.2026;1;k\n03.11.2026;2;k\n';
    const { lines, rejected } = await read(text, { columns });
    expect([lines.length, rejected.map((r) => r.detail)]).toEqual([
      1,
      [
        'The key k stands twice, with the same content.',
        'The key k stands twice, with other content.',
      ],
    ]);
  });

  it('tells of numbers that a spreadsheet rounded', async () => {
    const references = [{ kind: 'document', column: 'Text' }];
    const { statements } = await read('Tag;Betrag;Text\n03.11.2026;1;1,23457E+11', { references });
    expect(statements[0]?.warnings).toEqual([
      'The column Text has numbers that a spreadsheet rounded, such as 1,23457E+11.',
    ]);
  });
});

describe('a CSV statement', () => {
  it('passes over blank rows, lines before the header and repeated headers', async () => {
    const text =
      'Konto DE02\n\nTag;Betrag;Text\n03.11.2026;1;a\n;;\nTag;Betrag;Text\n04.11.2026;2;b\n';
    const { lines, statements } = await read(text, { skipLines: 2 });
    expect(lines.map((l) => l.amountMinor)).toEqual([100n, 200n]);
    expect(statements).toMatchObject([
      {
        from: '2026-11-03',
        to: '2026-11-04',
        computed: { entries: 2 },
        warnings: ['The header stands in the file more than once.'],
      },
    ]);
  });

  it('rejects a row with another number of columns', async () => {
    const { lines, rejected } = await read('Tag;Betrag;Text\n03.11.2026;1;a;b\n03.11.2026;1;a\n');
    expect([lines.length, rejected]).toMatchObject([1, [{ reason: 'columns-differ' }]]);
  });

  it.each([
    ['ascending', '03.11.2026;1;a;101\n04.11.2026;2;b;103', 'passed'],
    ['descending', '04.11.2026;2;b;103\n03.11.2026;1;a;101', 'passed'],
    ['ascending', '03.11.2026;1;a;101\n04.11.2026;2;b;104', 'failed'],
  ])('checks the balances after each row, %s', async (order, rows, verdict) => {
    const columns = { bookDate: 'Tag', amount: 'Betrag', balance: 'Saldo' };
    const { statements } = await read(`Tag;Betrag;Text;Saldo\n${rows}`, { columns, order });
    expect(statements[0]).toMatchObject({
      opening: { amountMinor: 10_000n },
      controls: { balance: { verdict } },
    });
  });

  it.each([
    ['3', 'passed'],
    ['4', 'failed'],
  ])('uses a row of totals (%s) as a control', async (total, verdict) => {
    const totals = { column: 'Tag', values: ['Summe'] };
    const text = `Tag;Betrag;Text\n03.11.2026;1;a\n03.11.2026;2;b\nSumme;${total};\n`;
    const { lines, statements } = await read(text, { totals });
    expect([lines.length, statements[0]?.controls.summary.verdict]).toEqual([2, verdict]);
  });

  it('keeps accounts apart', async () => {
    const columns = { bookDate: 'Tag', amount: 'Betrag', account: 'Text' };
    const text = 'Tag;Betrag;Text\n03.11.2026;1;A\n03.11.2026;2;B\n03.11.2026;4;A\n';
    const { statements } = await read(text, { columns });
    expect(statements.map((s) => [s.account, s.computed.creditMinor])).toEqual([
      ['A', 500n],
      ['B', 200n],
    ]);
  });

  it.each([1, 4])('reads the same from pieces of %i bytes', async (pieceBytes) => {
    const text = 'Tag;Betrag;Text\r\n03.11.2026;1;"Größe\r\nx"\r\n';
    expect(await read(text, {}, pieceBytes)).toEqual(await read(text));
  });

  it.each([
    [
      'windows-1252',
      Buffer.from('Tag;Betrag;Text\n03.11.2026;1;Gr\xfc\xdfe \x80', 'latin1'),
      'Grüße €',
    ],
    ['iso-8859-15', Buffer.from('Tag;Betrag;Text\n03.11.2026;1;\xa4', 'latin1'), '€'],
    ['utf-16le', Buffer.from('\ufeffTag;Betrag;Text\n03.11.2026;1;ß', 'utf16le'), 'ß'],
  ])('reads %s where the mapping says so', async (encoding, bytes, text) => {
    const { file, lines } = await read(bytes, { encoding });
    expect([file.encoding, lines[0]?.text]).toEqual([encoding, text]);
  });

  it.each([
    ['a quote that is not closed', 'Tag;Betrag;Text\n03.11.2026;1;"a\n', 'truncated'],
    [
      'a quote that swallows the file',
      `Tag;Betrag;Text\n1;1;"${'x\n'.repeat(50_000)}`,
      'token-too-long',
    ],
    ['a quote inside a value', 'Tag;Betrag;Text\n1;1;"a"b\n', 'not-well-formed'],
    ['a header without a column', 'Tag;Amount;Text\n', 'column-missing'],
    ['a header with a column twice', 'Tag;Betrag;Text;Betrag\n', 'columns-differ'],
    ['another delimiter', 'Tag,Betrag,Text\n', 'column-missing'],
    ['a header alone', 'Tag;Betrag;Text\n', 'no-statement'],
    ['nothing', '', 'no-statement'],
  ])('refuses %s', async (_what, text, reason) => {
    expect((await refusedBy(read(text))).members).toMatchObject({ reason });
  });

  it('refuses bytes that are not what the mapping says', async () => {
    const bytes = Buffer.from('Tag;Betrag;Text\n03.11.2026;1;\xfc', 'latin1');
    expect((await refusedBy(read(bytes, { encoding: 'utf-8' }))).members.reason).toBe(
      'encoding-invalid',
    );
  });
});

describe('a CSV mapping', () => {
  it.each([
    ['no version', { mapping: 2 }, '/mapping'],
    ['an unknown form of dates', { date: 'DD.MM' }, '/date'],
    ['thousands like decimals', { thousands: ',' }, '/thousands'],
    ['a currency that does not exist', { currency: 'EURO' }, '/currency'],
    ['no book date', { columns: { amount: 'Betrag' } }, '/columns/bookDate'],
    ['no amount', { columns: { bookDate: 'Tag' } }, '/columns/amount'],
    ['amount and sides', { columns: { bookDate: 'T', amount: 'A', debit: 'D' } }, '/columns'],
    ['a long delimiter', { delimiter: ';;' }, '/delimiter'],
    ['an unknown encoding', { encoding: 'cp500' }, '/encoding'],
    [
      'an unknown kind of reference',
      { references: [{ kind: 'x', column: 'y' }] },
      '/references/0/kind',
    ],
  ])('is refused with %s', (_what, changes, pointer) => {
    expect(() => parseCsvMapping({ ...MAPPING, ...changes } as Json)).toThrow(
      expect.objectContaining({
        code: 'contract-violation',
        members: expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }),
      }),
    );
  });

  it('is refused with a member that there is not', () => {
    expect(() => parseCsvMapping({ ...MAPPING, separator: ';' } as Json)).toThrow(
      expect.objectContaining({ code: 'unknown-field' }),
    );
  });
});
