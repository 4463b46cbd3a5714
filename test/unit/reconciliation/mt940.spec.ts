import { readFor, refusedBy } from '../../support/read-camt';

/** A message that ties out when its entries add up to zero; a test states the entries. */
const message = (entries: readonly string[], closing = 'C261103EUR100,00') =>
  [
    ':20:STARTUMS',
    ':25:10020030/1234567',
    ':28C:5/1',
    ':60F:C261102EUR100,00',
    ...entries,
    `:62F:${closing}`,
    '-',
    '',
  ].join('\r\n');

const intraday = (fields: readonly string[]) =>
  [':20:R', ':25:A', ':28C:1', ':34F:EURD0,00', ':13D:2611031200+0100', ...fields, '-'].join('\n');

const entry = (field: string) => readFor('bank', message([`:61:${field}`]));

describe('an entry of MT940', () => {
  it.each([
    ['a credit', '2611031103C10,00NTRFNONREF', 1_000n, false],
    ['a debit with nothing after the comma', '2611031103D7,NTRF', -700n, false],
    ['a credit with the funds code R', '2611031103CR10,5NTRFX', 1_050n, false],
    ['a debit with the funds code R', '2611031103DR10,5NTRFX', -1_050n, false],
    ['a reversed credit', '2611031103RC10,00NTRFX', -1_000n, true],
    ['a reversed debit', '2611031103RD10,00NTRFX', 1_000n, true],
    ['a reversed credit with a funds code', '2611031103RCR10,00NTRFX', -1_000n, true],
    ['an entry without entry date', '261103D10,00NTRFX', -1_000n, false],
    ['an entry with spaces for its entry date', '261103    D10,00NTRFX', -1_000n, false],
    ['an amount with leading zeros', '261103C000000000001,62NTRFX', 162n, false],
    ['an entry broken before its amount', '2611031103CR\r\n30,00N062NONREF', 3_000n, false],
  ])('reads %s', async (_what, field, amountMinor, reversal) => {
    expect((await entry(field)).lines).toMatchObject([
      { amountMinor, reversal, currency: 'EUR', account: '10020030/1234567', status: 'booked' },
    ]);
  });

  it('takes the references, the type and the supplement apart', async () => {
    const { lines } = await entry('2611031103D7,00NTRFINV-10023//B4E07XM\r\nbatch 7');
    expect(lines[0]).toMatchObject({
      code: 'NTRF',
      text: 'batch 7',
      references: [
        { kind: 'instruction', value: 'INV-10023' },
        { kind: 'servicer', value: 'B4E07XM' },
      ],
    });
  });

  it.each([
    ['2701021230', '2027-01-02', '2026-12-30'],
    ['2612310102', '2026-12-31', '2027-01-02'],
    ['2611031103', '2026-11-03', '2026-11-03'],
  ])(
    'gives the entry date of %s the year nearest to the value date',
    async (dates, value, book) => {
      expect((await entry(`${dates}C1,00NTRFX`)).lines).toMatchObject([
        { valueDate: value, bookDate: book },
      ]);
    },
  );

  it('takes the last of the month for 30 February and says so', async () => {
    const { lines, statements } = await entry('2602300301C1,00NTRFX');
    expect(lines).toMatchObject([{ valueDate: '2026-02-28', bookDate: '2026-03-01' }]);
    expect(statements[0]?.warnings).toEqual([
      'Entry 1: the calendar has no day 260230; 2026-02-28 was taken.',
    ]);
  });

  it('reads an amount without a comma as whole units and says so', async () => {
    const { lines, statements } = await entry('261103C500NTRFX');
    expect(lines).toMatchObject([{ amountMinor: 50_000n }]);
    expect(statements[0]?.warnings).toEqual([
      'Entry 1: the amount 500 has no comma; read as 500,00.',
    ]);
  });

  it.each([
    ['a point for a comma', '261103C10.00NTRFX', 'amount-unreadable'],
    ['a thousands separator', '261103C1.000,00NTRFX', 'amount-unreadable'],
    ['a third decimal', '261103C10,001NTRFX', 'excess-precision'],
    ['nineteen digits', `261103C${'9'.repeat(17)},00NTRFX`, 'amount-out-of-range'],
    ['no mark', '26110310,00NTRFX', 'row-unreadable'],
    ['a month 13', '261303C1,00NTRFX', 'date-unreadable'],
    ['an entry date that is none', '2611031399C1,00NTRFX', 'date-unreadable'],
    ['nothing', '', 'row-unreadable'],
  ])('rejects %s, keeps the text and fails the balance', async (_what, field, reason) => {
    const { rejected, lines, statements } = await entry(field);
    expect([lines, rejected]).toMatchObject([[], [{ reason, entry: 1, raw: { '61': field } }]]);
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
  });
});

describe('the description of an MT940 entry', () => {
  const said = async (...lines: readonly string[]) =>
    (await readFor('bank', message([':61:261103C0,NTRFX', ...lines]))).lines[0];

  it('joins subfields that the width of a line cuts', async () => {
    const line = await said(
      ':86:166?00GUTSCHRIFT?109392?20EREF+PAY-10?21023?22SVWZ+RE 2026-',
      '1103 MIETE?30BYLADEMM?31DE02120300000000202051?32MUSTER GM?33BH',
    );
    expect(line).toMatchObject({
      code: 'NTRF/166',
      text: 'RE 2026-1103 MIETE',
      counterparty: { name: 'MUSTER GMBH', account: 'DE02120300000000202051' },
      references: [{ kind: 'end-to-end', value: 'PAY-10023' }, { value: 'X' }],
    });
  });

  it('reads slash codes', async () => {
    const line = await said(
      ':86:/EREF/INV-77/CNTP/NL71RABO0123456789/RABONL2U/J JANSEN///REMI/USTD//huur nov/',
    );
    expect(line).toMatchObject({
      text: 'huur nov',
      references: [{ kind: 'end-to-end', value: 'INV-77' }, {}],
      counterparty: { name: 'J JANSEN', account: 'NL71RABO0123456789' },
    });
  });

  it('parts words where a bank ends a line early, and joins where the width does', async () => {
    const wide = `${'A'.repeat(60)}INV10`;
    expect((await said(':86:FACTUUR 201403113', 'REK NL65'))?.text).toBe(
      'FACTUUR 201403113 REK NL65',
    );
    expect((await said(`:86:${wide}`, '023'))?.text).toBe(`${wide}023`);
  });

  it('keeps text that begins like a field', async () => {
    expect((await said(':86:PL 12-09-2014T16', ':26:37 Folgenr.'))?.text).toBe(
      'PL 12-09-2014T16 :26:37 Folgenr.',
    );
  });
});

describe('an MT940 message', () => {
  it('ties out when its entries make the closing balance', async () => {
    const { statements, file } = await readFor(
      'bank',
      message([':61:261103C10,NTRFX', ':61:261103RC4,NTRFY'], 'C261103EUR106,00'),
    );
    expect(file).toEqual({
      format: 'mt940',
      encoding: 'utf-8',
      statements: 1,
      parser: { name: 'swift', version: 1 },
    });
    expect(statements).toMatchObject([
      {
        id: 'STARTUMS',
        page: '5/1',
        from: '2026-11-02',
        to: '2026-11-03',
        computed: { creditMinor: 1_000n, debitMinor: 400n },
        controls: { balance: { verdict: 'passed' } },
      },
    ]);
  });

  it('names the figures when a cent is missing', async () => {
    const { statements } = await readFor('bank', message([':61:261103C10,01NTRFX']));
    expect(statements[0]?.controls.balance).toEqual({
      verdict: 'failed',
      detail:
        'opening EUR 100.00 + credits EUR 10.01 - debits EUR 0.00 = EUR 110.01, but the closing balance is EUR 100.00: EUR -10.01 off.',
    });
  });

  it.each([
    [
      'is cut before its balance',
      (text: string) => text.slice(0, text.indexOf(':62F')),
      'not-stated',
    ],
    [
      'has a balance that cannot be read',
      (text: string) => text.replace('C261103EUR', 'C261103'),
      'failed',
    ],
  ])('does not pass when it %s', async (_what, spoil, verdict) => {
    const { statements } = await readFor('bank', spoil(message([':61:261103C0,NTRFX'])));
    expect(statements[0]?.controls.balance.verdict).toBe(verdict);
  });

  it('reads several messages, in blocks, with pages and without a trailer', async () => {
    const block = (body: string) => `{1:F01BANK}{2:O940BANKN}{3:}{4:\n${body}-}{5:}\n`;
    const page = (text: string) => message([text]).replace('\r\n-\r\n', '\r\n');
    const paged = page(':61:261103C1,NTRFA').replace('62F:C261103EUR100', '62M:C261103EUR101');
    for (const text of [
      block(paged) + block(page(':61:261103C2,NTRFB')),
      paged + page(':61:261103C2,NTRFB'),
      `Sent by the bank\n${paged}${page(':61:261103C2,NTRFB')}`,
    ]) {
      const { lines, statements } = await readFor('bank', text);
      expect(lines.map((l) => [l.statement, l.amountMinor])).toEqual([
        [0, 100n],
        [1, 200n],
      ]);
      expect(statements.map((s) => s.closing?.type)).toEqual(['62M', '62F']);
    }
  });

  it('reads MT942 as a report and checks its totals', async () => {
    const entries = [':61:261103C5,NTRFA', ':61:261103ED2,NTRFB'];
    const { lines, statements } = await readFor(
      'bank-reports',
      intraday([...entries, ':90D:1EUR2,00', ':90C:1EUR5,00']),
    );
    expect(lines.map((l) => [l.status, l.amountMinor])).toEqual([
      ['reported', 500n],
      ['pending', -200n],
    ]);
    expect(statements[0]).toMatchObject({
      message: 'mt942',
      controls: { balance: { verdict: 'not-stated' }, summary: { verdict: 'passed' } },
    });
    const wrong = await readFor('bank-reports', intraday([...entries, ':90D:2EUR2,01']));
    expect(wrong.statements[0]?.controls.summary).toEqual({
      verdict: 'failed',
      detail:
        '2 debit entries declared, 1 found; debit entries declared with EUR 2.01, found with EUR 2.00',
    });
  });

  it.each([1, 3, 7])('reads the same from pieces of %i bytes', async (pieceBytes) => {
    const text = message([':61:261103C0,NTRFX', ':86:Müller zahlt']);
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'latin1')])
      expect(await readFor('bank', bytes, pieceBytes)).toEqual(await readFor('bank', bytes));
  });

  it.each([
    ['utf-8', Buffer.from(message([':61:261103C0,NTRFX', ':86:Größe €']), 'utf8'), 'Größe €'],
    ['iso-8859-1', Buffer.from(message([':61:261103C0,NTRFX', ':86:Größe']), 'latin1'), 'Größe'],
    [
      'utf-16le',
      Buffer.from(`\ufeff${message([':61:261103C0,NTRFX', ':86:Größe'])}`, 'utf16le'),
      'Größe',
    ],
  ])('reads %s and says so', async (encoding, bytes, text) => {
    const { file, lines } = await readFor('bank', bytes);
    expect([file.encoding, lines[0]?.text]).toEqual([encoding, text]);
  });
});

describe('MT940 files that must not be read', () => {
  const good = message([':61:261103C0,NTRFX', ':86:text']);

  it.each([
    ['an open block', `{1:F01BANK}{2:O940BANKN}{4:\n${good.replace('-\r\n', '')}`, 'truncated'],
    ['another message', `{1:F01BANK}{2:O103BANKN}{4:\n${good}`, 'message-not-supported'],
    ['a report for the statements', intraday([':61:261103C5,NTRFA']), 'message-not-supported'],
    ['a field alone', ':86:091\r\n-', 'no-statement'],
    ['a line without end', good.replace('text', 'x'.repeat(100_000)), 'token-too-long'],
    ['a field without end', good.replace('text', 'x\n'.repeat(100_000)), 'token-too-long'],
    [
      'two encodings in one file',
      Buffer.concat([Buffer.from(good.replace('text', 'Größe')), Buffer.from([0xfc])]),
      'encoding-invalid',
    ],
  ])('refuses %s', async (_what, content, reason) => {
    expect((await refusedBy(readFor('bank', content))).members).toMatchObject({ reason });
  });
});
