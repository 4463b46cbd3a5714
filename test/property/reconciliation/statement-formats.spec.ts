import * as fc from 'fast-check';
import { type Json } from '../../../src/kernel/json';
import { isTieoutError } from '../../../src/kernel/errors';
import {
  LineIds,
  normalise,
  normalisedText,
} from '../../../src/reconciliation/imports/normalised-file';
import { parseCsvMapping } from '../../../src/reconciliation/sources/csv/csv-mapping';
import { readStatement } from '../../../src/reconciliation/sources/read-statement';
import { sourceOf } from '../../../src/reconciliation/sources/source.policy';
import { camtWith } from '../../support/camt-file';
import { collect, pieces, type ReadFile } from '../../support/read-camt';

const MAPPING = parseCsvMapping({
  mapping: 1,
  kind: 'statement',
  date: 'DD.MM.YYYY',
  decimal: ',',
  delimiter: ';',
  currency: 'EUR',
  account: 'A',
  columns: { bookDate: 'Tag', amount: 'Betrag', balance: 'Saldo' },
} as Json);

/** A good file of each format, its source, and the sum of its booked lines in minor units. */
const SAMPLES: Readonly<Record<string, readonly [source: string, text: string]>> = {
  camt: ['bank', camtWith({ endToEndId: 'PAY-1' }, { amount: '7.50', direction: 'DBIT' })],
  mt940: [
    'bank',
    '{1:F01BANK}{2:O940BANKN}{4:\n:20:S\n:25:DE02\n:28C:1/1\n:60F:C261102EUR100,00\n:61:2611031103RC7,50NTRFX//Y\n' +
      ':86:166?00TEXT?20EREF+PAY-1?21SVWZ+Gr\u00fc\u00dfe?32NAME\n:62F:C261103EUR92,50\n-}{5:}\n',
  ],
  mt942: [
    'bank-reports',
    ':20:S\n:25:A\n:28C:1\n:34F:EUR0,\n:13D:2611031200+0100\n:61:261103ED1,NTRFX\n:90D:1EUR1,\n-\n',
  ],
  bai2: [
    'bank',
    '01,BANK,ME,261104,0600,17,,,2/\n02,ME,BANK,1,261103,2400,EUR,2/\n03,12,,010,10000,,,015,10250,,/\n' +
      '16,142,250,V,261104,,B,I,text/\n88,more/\n49,20500,4/\n98,20500,1,6/\n99,20500,1,8/\n',
  ],
  ofx: [
    'bank',
    'OFXHEADER:100\nVERSION:102\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>' +
      '<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261103120000[-5:EST]<TRNAMT>-7.50<FITID>F1<NAME>A & B &amp; C</STMTTRN>' +
      '</BANKTRANLIST><LEDGERBAL><BALAMT>1.00<DTASOF>20261103</LEDGERBAL></STMTRS></OFX>',
  ],
  csv: ['bank-csv', 'Tag;Betrag;Saldo\n03.11.2026;1,00;101,00\n04.11.2026;"(2,00)";99,00\n'],
  ads: [
    'gl',
    'Journal_ID,Journal_ID_Line_Number,Effective_Date,GL_Account_Number,Amount,Amount_Credit_Debit_Indicator,Amount_Currency\n' +
      'J1,1,20261103,4711,7.5,D,EUR\nJ1,2,20261103,1200,7.5,C,EUR\n',
  ],
  'saf-t': [
    'gl',
    '<?xml version="1.0"?><AuditFile xmlns="urn:x"><Header><DefaultCurrencyCode>NOK</DefaultCurrencyCode></Header>' +
      '<GeneralLedgerEntries><TotalDebit>1.00</TotalDebit><Journal><JournalID>G</JournalID><Transaction><TransactionID>T</TransactionID>' +
      '<GLPostingDate>2026-11-03</GLPostingDate><Line><AccountID>1</AccountID><DebitAmount><Amount>1.00</Amount></DebitAmount></Line>' +
      '<Line><AccountID>2</AccountID><CreditAmount>1.00</CreditAmount></Line></Transaction></Journal></GeneralLedgerEntries></AuditFile>',
  ],
};

function read(source: string, bytes: Uint8Array, size = 65_536): Promise<ReadFile> {
  const known = sourceOf(source);
  if (known === undefined) throw new Error(`no source ${source}`);
  const mapping = source === 'bank-csv' ? MAPPING : undefined;
  return collect(readStatement(pieces(bytes, size), known, mapping));
}

const of = (name: string) => {
  const [source, text] = SAMPLES[name] ?? ['', ''];
  return { source, bytes: Buffer.from(text) };
};

describe.each(Object.keys(SAMPLES))('a file of %s', (name) => {
  const { source, bytes } = of(name);

  it('is read whole as it is', async () => {
    const { lines, rejected } = await read(source, bytes);
    expect([lines.length > 0, rejected]).toEqual([true, []]);
  });

  it('with some bytes changed is read or refused, and what is read can be recorded', async () => {
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const spoiled = Buffer.from(bytes);
        for (const { at, byte } of changes) spoiled[at] = byte;
        await readOrRefused(source, spoiled);
      }),
      { numRuns: 300 },
    );
  });

  it('with a part cut out or doubled is read or refused', async () => {
    const range = fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length), fc.boolean());
    await fc.assert(
      fc.asyncProperty(range, async ([a, b, twice]) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const parts = twice
          ? [bytes.subarray(0, to), bytes.subarray(from)]
          : [bytes.subarray(0, from), bytes.subarray(to)];
        await readOrRefused(source, Buffer.concat(parts));
      }),
      { numRuns: 200 },
    );
  });

  it('is the same in pieces of any size', async () => {
    const whole = await read(source, bytes);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (size) => {
        expect(await read(source, bytes, size)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});

/** A refusal is an answer with a reason; any other error is a fault of the reader. */
async function readOrRefused(source: string, bytes: Uint8Array): Promise<void> {
  let found: ReadFile;
  try {
    found = await read(source, bytes);
  } catch (error) {
    if (!isTieoutError(error, 'contract-violation')) throw error;
    expect(error.members.reason).toEqual(expect.any(String));
    return;
  }
  const ids = new LineIds(source);
  for (const item of [...found.lines, ...found.rejected, ...found.statements])
    expect(normalisedText(normalise(item, ids))).toMatch(/\n$/);
  const counted = found.statements.reduce((sum, { computed }) => sum + computed.lines, 0);
  expect(counted).toBe(found.lines.length);
}
