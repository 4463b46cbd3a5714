import { readBai2 } from '../../src/reconciliation/sources/bai2/bai2-reader';
import { compareFiles, Comparison, itemsOf } from '../support/reference-files';

interface ExpectedAccount {
  readonly account: string;
  readonly transactions: number;
  readonly creditMinor: number;
  readonly debitMinor: number;
  readonly openingLedgerMinor?: number;
  readonly closingLedgerMinor?: number;
  readonly closingMinusOpeningMinusMovementsMinor?: number;
}

interface Figures {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly groups: readonly {
          readonly asOf: string;
          readonly accounts: readonly ExpectedAccount[];
        }[];
        readonly controlTotalsAndCountsAgree: boolean;
      }
    >
  >;
}

compareFiles<Figures>('bai2', async ({ files }, report) => {
  let accounts = 0;
  for (const [path, { groups, controlTotalsAndCountsAgree }] of Object.entries(files)) {
    const items = await itemsOf(path, readBai2);
    const statements = items.filter((item) => item.kind === 'statement');
    const expected = groups.flatMap(({ asOf, accounts: own }) => own.map((a) => ({ ...a, asOf })));
    const test = new Comparison();
    test.same('accounts', statements.length, expected.length);
    expected.forEach((wanted, i) => {
      const read = statements[i];
      accounts += 1;
      test.same('account', read?.account, wanted.account);
      test.same('as of', read?.to?.replaceAll('-', '').slice(2), wanted.asOf);
      test.same('entries', read?.computed.lines, wanted.transactions);
      test.same('credit', read?.computed.creditMinor, BigInt(wanted.creditMinor));
      test.same('debit', read?.computed.debitMinor, BigInt(wanted.debitMinor));
      test.same('opening', read?.opening?.amountMinor, minor(wanted.openingLedgerMinor));
      test.same('closing', read?.closing?.amountMinor, minor(wanted.closingLedgerMinor));
      const gap = wanted.closingMinusOpeningMinusMovementsMinor;
      const verdict = gap === undefined ? 'not-stated' : gap === 0 ? 'passed' : 'failed';
      test.same('balance control', read?.controls.balance.verdict, verdict);
      const agree = controlTotalsAndCountsAgree ? 'passed' : 'failed';
      test.same('control totals', read?.controls.summary.verdict, agree);
      if (read?.controls.summary.detail !== undefined)
        test.faults.push(read.controls.summary.detail);
      if (gap !== undefined && gap !== 0) console.log(`${path}: ${read?.controls.balance.detail}`);
    });
    report(path, test.faults);
  }
  return `${Object.keys(files).length} files with ${accounts} accounts read`;
});

const minor = (value: number | undefined) => (value === undefined ? undefined : BigInt(value));
