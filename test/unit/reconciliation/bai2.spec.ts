import { readFor, refusedBy } from '../../support/read-camt';

interface FileSpec {
  readonly account?: readonly string[];
  readonly entries?: readonly string[];
  readonly group?: string;
  readonly trailer?: readonly [account: string, group: string, file: string];
}

/** One account; opening 100.00, closing 102.50 by default. The test states trailers that it expects to agree. */
const file = ({
  account = ['03,0012345,,010,10000,,,015,10250,,/'],
  entries = ['16,142,250,,B-1,INV-7,text/'],
  group = '02,ME,BANK,1,261103,2400,EUR,2/',
  trailer = ['20500,3', '20500,1,5', '20500,1,7'],
}: FileSpec = {}) =>
  [
    '01,BANK,ME,261104,0600,17,,,2/',
    group,
    ...account,
    ...entries,
    `49,${trailer[0]}/`,
    `98,${trailer[1]}/`,
    `99,${trailer[2]}/`,
    '',
  ].join('\n');

const read = (spec: FileSpec) => readFor('bank', file(spec));
const entry = (...records: readonly string[]) => read({ entries: records });

describe('an account of BAI2', () => {
  it('gives balances, lines and agreeing trailers', async () => {
    const { file: known, lines, statements } = await read({});
    expect(known).toMatchObject({ format: 'bai2', statements: 1 });
    expect(lines).toMatchObject([
      {
        account: '0012345',
        amountMinor: 250n,
        currency: 'EUR',
        bookDate: '2026-11-03',
        code: '142',
        text: 'text',
        references: [
          { kind: 'instruction', value: 'INV-7' },
          { kind: 'servicer', value: 'B-1' },
        ],
      },
    ]);
    expect(statements).toMatchObject([
      {
        id: 'BANK 261104 17 1',
        opening: { type: '010', amountMinor: 10_000n },
        closing: { type: '015', amountMinor: 10_250n },
        controls: { balance: { verdict: 'passed' }, summary: { verdict: 'passed' } },
      },
    ]);
  });

  it.each([
    [
      'account',
      ['20501,3', '20501,1,5', '20501,1,7'],
      'account: control total declared 20501, computed 20500',
    ],
    ['group', ['20500,3', '20500,2,5', '20500,1,7'], 'group: accounts declared 2, computed 1'],
    ['file', ['20500,3', '20500,1,5', '20500,1,8'], 'file: records declared 8, computed 7'],
  ] as const)(
    'names the trailer of the %s that does not agree',
    async (_level, trailer, detail) => {
      const { statements } = await read({ trailer });
      expect(statements[0]?.controls.summary).toEqual({ verdict: 'failed', detail });
    },
  );

  it('takes a blank control total for one that is not declared', async () => {
    const { statements } = await read({ trailer: [',3', '0,1,5', '0,1,7'] });
    expect(statements[0]?.controls.summary.verdict).toBe('passed');
  });

  it('compares the totals of all credits and debits with the entries', async () => {
    const spec = {
      account: ['03,0012345,EUR,010,10000,,,015,10250,,/', '88,100,250,1,,400,7,1,/'],
      trailer: ['20757,4', '20757,1,6', '20757,1,8'],
    } as const;
    const { statements } = await read(spec);
    expect(statements[0]?.controls).toEqual({
      balance: { verdict: 'passed' },
      summary: { verdict: 'passed' },
      details: {
        verdict: 'failed',
        detail: 'debits declared 7, found 0; debit entries declared 1, found 0',
      },
    });
  });

  it('takes the default of the format where nothing names the currency, and says so', async () => {
    const { lines, statements } = await read({ group: '02,ME,BANK,1,261103,2400,,2/' });
    expect(lines[0]?.currency).toBe('USD');
    expect(statements[0]?.warnings).toEqual([
      'Nothing names the currency; USD, the default of the format, is taken.',
    ]);
  });

  it('reads the amounts of the currency that is named', async () => {
    const { lines } = await read({ group: '02,ME,BANK,1,261103,2400,JPY,2/' });
    expect(lines).toMatchObject([{ currency: 'JPY', amountMinor: 250n }]);
  });
});

describe('an entry of BAI2', () => {
  it.each([
    ['a debit', '16,475,250,,/', -250n, undefined],
    ['a negative credit', '16,142,-250,,/', -250n, undefined],
    ['a custom credit', '16,935,250,,/', 250n, undefined],
    ['funds of a value date', '16,142,250,V,261105,1200,B,C,text/', 250n, '2026-11-05'],
    ['split funds', '16,142,250,S,100,100,50,B,C,text/', 250n, undefined],
    ['distributed funds', '16,142,250,D,2,0,100,1,150,B,C,text/', 250n, undefined],
  ])('reads %s', async (_what, record, amountMinor, valueDate) => {
    const { lines } = await entry(record);
    expect(lines).toMatchObject([{ amountMinor }]);
    expect(lines[0]?.valueDate).toBe(valueDate);
    if (record.includes('text'))
      expect(lines[0]).toMatchObject({
        text: 'text',
        references: [{ value: 'C' }, { value: 'B' }],
      });
  });

  it('continues fields and text, with commas and slashes in the text', async () => {
    const { lines, statements } = await read({
      entries: ['16,142,250,/', '88,B-1/', '88,INV-7,paid 22/03, and/', '88,more/'],
      trailer: ['20500,6', '20500,1,8', '20500,1,10'],
    });
    expect(lines).toMatchObject([
      { text: 'paid 22/03, and more', references: [{ value: 'INV-7' }, { value: 'B-1' }] },
    ]);
    expect(statements[0]?.controls.summary.verdict).toBe('passed');
  });

  it.each([
    ['a code without direction', '16,720,250,,/', 'direction-unknown'],
    ['the code of a balance', '16,015,250,,/', 'direction-unknown'],
    ['a decimal point', '16,142,2.50,,/', 'amount-unreadable'],
    ['no amount', '16,142,,,/', 'amount-missing'],
    ['a funds type of its own', '16,142,250,Q,/', 'row-unreadable'],
    ['a value date that is none', '16,142,250,V,261399,,B,C/', 'date-unreadable'],
  ])('rejects %s, keeps the record and fails the balance', async (_what, record, reason) => {
    const { lines, rejected, statements } = await entry(record);
    expect([lines, rejected]).toMatchObject([
      [],
      [{ reason, raw: { '16': record.slice(3, -1) }, place: { line: 4 } }],
    ]);
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
  });

  it.each([
    ['4', 'The group is a test.'],
    ['3', 'The group corrects what an earlier file told; a person must decide.'],
    ['2', 'The group deletes what an earlier file told; a person must decide.'],
  ])('rejects entries of a group with the status %s', async (status, detail) => {
    const { rejected } = await read({ group: `02,ME,BANK,${status},261103,2400,EUR,2/` });
    expect(rejected).toMatchObject([{ reason: 'group-refused', detail }]);
  });

  it.each(['3', '4'])('only reports what a group of the same day tells (%s)', async (modifier) => {
    const { lines } = await read({ group: `02,ME,BANK,1,261103,1200,EUR,${modifier}/` });
    expect(lines[0]?.status).toBe('reported');
  });

  it('rejects a currency that does not exist', async () => {
    const { rejected, statements } = await read({ group: '02,ME,BANK,1,261103,2400,XYZ,2/' });
    expect(rejected[0]?.reason).toBe('currency-unknown');
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
  });
});

describe('BAI2 files as a whole', () => {
  it('reads two groups and records that share a line', async () => {
    const second = file().split('\n').slice(1, 6).join('\n').replace('261103', '261104');
    const text = file({ trailer: ['20500,3', '20500,1,5', '41000,2,12'] })
      .replace('99,', `${second}\n99,`)
      .replace('2400,EUR,2/\n03', '2400,EUR,2/03');
    const { lines, statements } = await readFor('bank', text);
    expect(lines.map((l) => [l.statement, l.bookDate])).toEqual([
      [0, '2026-11-03'],
      [1, '2026-11-04'],
    ]);
    expect(statements.map((s) => s.controls.summary.verdict)).toEqual(['passed', 'passed']);
  });

  it.each([1, 5])('reads the same from pieces of %i bytes', async (pieceBytes) => {
    expect(await readFor('bank', file(), pieceBytes)).toEqual(await readFor('bank', file()));
  });

  const lines = file().split('\n');
  it.each([
    ['a cut file', lines.slice(0, 5).join('\n'), 'truncated'],
    [
      'an entry outside an account',
      lines.filter((l) => !l.startsWith('03')).join('\n'),
      'not-well-formed',
    ],
    [
      'an account outside a group',
      lines.filter((l) => !l.startsWith('02')).join('\n'),
      'not-well-formed',
    ],
    ['a line that is no record', file().replace('16,', 'xx,'), 'not-well-formed'],
    ['a record after the end', `${file()}16,142,1,,/`, 'not-well-formed'],
    [
      'a continuation of nothing',
      '01,B,M,261104,,1,,,2/\n02,M,B,1,261103,,,2/\n49,0,2/\n88,x/',
      'not-well-formed',
    ],
    ['an unknown version', file().replace(',,,2/', ',,,9/'), 'message-not-supported'],
    ['a group without a date', file().replace('261103', ''), 'not-well-formed'],
    ['no account', '01,B,M,261104,,1,,,2/\n99,0,0,2/', 'no-statement'],
    ['a line without end', file().replace('text', 'x'.repeat(70_000)), 'token-too-long'],
    [
      'a record without end',
      file().replace('text/', `text/${'\n88,xxxxxxxxxxxx'.repeat(20_000)}`),
      'token-too-long',
    ],
  ])('refuses %s', async (_what, content, reason) => {
    expect((await refusedBy(readFor('bank', content))).members).toMatchObject({ reason });
  });
});
