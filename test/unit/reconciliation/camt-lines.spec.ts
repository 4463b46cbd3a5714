import { camtWith, camtXml, tx } from '../../support/camt-file';
import { readAll } from '../../support/read-camt';

const charge = (amount: string, included: string) =>
  `<Chrgs><Rcrd><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>` +
  `<ChrgInclInd>${included}</ChrgInclInd></Rcrd></Chrgs>`;

describe('lines of a camt.053 statement', () => {
  it('takes the direction from CdtDbtInd alone, also of a reversal', async () => {
    const { lines } = await readAll(
      camtWith({ amount: '6.00', direction: 'DBIT', extra: '<RvslInd>true</RvslInd>' }),
    );
    expect(lines).toMatchObject([{ amountMinor: -600n, currency: 'EUR', reversal: true }]);
  });

  it('keeps every reference with the place where the bank wrote it', async () => {
    const { lines } = await readAll(
      camtWith({
        endToEndId: 'PAY-1',
        remittance: 'Invoice INV-10023',
        creditorReference: 'RF18539007547034',
      }),
    );
    expect(lines[0]?.references).toEqual([
      { kind: 'end-to-end', value: 'PAY-1' },
      { kind: 'creditor', value: 'RF18539007547034' },
    ]);
    expect(lines[0]?.text).toBe('Invoice INV-10023');
  });

  it('gives one line a detail when the details add up to the entry', async () => {
    const details = `<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>${tx('3.50', 'A')}${tx('2.50', 'B')}</NtryDtls>`;
    const { lines, statements } = await readAll(
      camtWith({ amount: '6.00', direction: 'DBIT', details }),
    );
    expect(lines.map((l) => [l.role, l.part, l.amountMinor])).toEqual([
      ['detail', 1, -350n],
      ['detail', 2, -250n],
    ]);
    expect(statements[0]?.controls.details.verdict).toBe('passed');
  });

  it('takes the direction of a detail that goes against its entry', async () => {
    const back = '<TxDtls><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>';
    const details = `<NtryDtls>${tx('100.00', 'A')}${back}</NtryDtls>`;
    const { lines } = await readAll(camtWith({ amount: '90.00', details }));
    expect(lines.map((l) => l.amountMinor)).toEqual([10_000n, -1_000n]);
  });

  it('makes a charge a line of its own when only the charge closes the gap', async () => {
    const details = `<NtryDtls>${tx('100.00', 'A')}${tx('50.00', 'B')}</NtryDtls>`;
    const { lines, statements } = await readAll(
      camtWith({ amount: '148.80', extra: charge('1.20', 'true'), details }),
    );
    expect(lines.map((l) => [l.role, l.amountMinor])).toEqual([
      ['detail', 10_000n],
      ['detail', 5_000n],
      ['charge', -120n],
    ]);
    expect(statements[0]?.controls.details.verdict).toBe('passed');
  });

  it('leaves a charge alone that is only mentioned', async () => {
    const details = `<NtryDtls>${tx('100.00', 'A')}</NtryDtls>`;
    const { lines } = await readAll(
      camtWith({ amount: '100.00', extra: charge('5.40', 'false'), details }),
    );
    expect(lines.map((l) => [l.role, l.amountMinor])).toEqual([['detail', 10_000n]]);
  });

  it('keeps the entry as one line with a failed control when details do not add up', async () => {
    const details = `<NtryDtls>${tx('3.50', 'A')}${tx('2.51', 'B')}</NtryDtls>`;
    const { lines, statements } = await readAll(camtWith({ amount: '6.00', details }));
    expect(lines.map((l) => [l.role, l.part, l.amountMinor])).toEqual([['entry', 0, 600n]]);
    expect(statements[0]?.controls.details).toMatchObject({ verdict: 'failed' });
  });

  it('fails the control when a batch states more details than it has', async () => {
    const details =
      '<NtryDtls><Btch><PmtInfId>P-7</PmtInfId><NbOfTxs>3</NbOfTxs></Btch></NtryDtls>';
    const { lines, statements } = await readAll(camtWith({ amount: '6.00', details }));
    expect(lines).toMatchObject([
      { role: 'entry', references: [{ kind: 'payment-information', value: 'P-7' }] },
    ]);
    expect(statements[0]?.controls.details.verdict).toBe('failed');
  });

  it('reads an amount that the payer instructed in another currency as a remark', async () => {
    const details = `<NtryDtls>${tx('11.20', 'A', 'USD')}</NtryDtls>`;
    const { lines, statements } = await readAll(camtWith({ amount: '10.00', details }));
    expect(lines).toMatchObject([
      { amountMinor: 1_000n, currency: 'EUR', references: [{ value: 'A' }] },
    ]);
    expect(statements[0]?.controls.details.verdict).toBe('not-stated');
  });

  it('counts only booked entries, and keeps the others as what they are', async () => {
    const { lines, statements } = await readAll(
      camtWith(
        { amount: '1.00' },
        { amount: '2.00', status: 'PDNG' },
        { amount: '4.00', status: 'INFO' },
        { status: '' },
      ),
    );
    expect(lines.map((l) => l.status)).toEqual(['booked', 'pending', 'information', 'booked']);
    expect(statements[0]?.computed).toMatchObject({
      entries: 4,
      bookedEntries: 2,
      creditMinor: 1_100n,
    });
    expect(statements[0]?.controls.balance.verdict).toBe('passed');
  });

  it.each([
    ['JPY', '1250', 1_250n],
    ['EUR', '8.850', 885n],
    ['KWD', '1.005', 1_005n],
    ['CLF', '1.0005', 10_005n],
    ['EUR', '9007199254740993.00', 900_719_925_474_099_300n],
  ])('reads %s %s by the exponent of the currency', async (currency, amount, minor) => {
    const { lines } = await readAll(
      camtXml({
        statements: [{ currency, opening: null, closing: null, entries: [{ amount, currency }] }],
      }),
    );
    expect(lines[0]?.amountMinor).toBe(minor);
  });

  it.each([
    ['8.851', 'EUR', 'excess-precision'],
    ['1250.5', 'JPY', 'excess-precision'],
    ['12,50', 'EUR', 'amount-unreadable'],
    ['-12.50', 'EUR', 'amount-unreadable'],
    ['1e3', 'EUR', 'amount-unreadable'],
    ['', 'EUR', 'amount-unreadable'],
    ['1.00', 'EURO', 'currency-unknown'],
    ['1000000000000000000', 'EUR', 'amount-out-of-range'],
  ])('rejects the amount "%s" %s as %s and keeps the row', async (amount, currency, reason) => {
    const file = camtXml({
      statements: [
        {
          opening: '0.00',
          closing: '10.00',
          entries: [{ endToEndId: 'GOOD' }, { amount, currency }],
        },
      ],
    });
    const { lines, rejected, statements } = await readAll(file);
    expect(lines).toHaveLength(1);
    expect(rejected).toMatchObject([
      { reason, entry: 2, place: { line: 2 }, raw: { Amt: amount, Ccy: currency } },
    ]);
    expect(statements[0]?.controls.balance.verdict).toBe('failed');
  });

  it.each([
    ['2026-02-30', 'date-unreadable'],
    ['14.03.2026', 'date-unreadable'],
  ])('rejects the date %s', async (date, reason) => {
    const { rejected } = await readAll(camtWith({ date }));
    expect(rejected).toMatchObject([{ reason }]);
  });

  it('keeps the civil day of a date with a time and an offset', async () => {
    const entry = camtWith({}).replace(
      '<BookgDt><Dt>2026-03-14</Dt></BookgDt>',
      '<BookgDt><DtTm>2026-03-14T23:30:00-05:00</DtTm></BookgDt>',
    );
    expect((await readAll(entry)).lines[0]?.bookDate).toBe('2026-03-14');
  });

  it('reads the status and party elements of later versions', async () => {
    const details =
      '<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Acme</Nm></Pty></Dbtr>' +
      '<DbtrAcct><Id><Othr><Id>4711</Id></Othr></Id></DbtrAcct></RltdPties></TxDtls></NtryDtls>';
    const { lines } = await readAll(camtWith({ status: '<Cd>PDNG</Cd>', details }));
    expect(lines[0]).toMatchObject({
      status: 'pending',
      counterparty: { name: 'Acme', account: '4711' },
    });
  });
});
