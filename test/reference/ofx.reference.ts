import { readOfx } from '../../src/reconciliation/sources/ofx/ofx-reader';
import {
  compareFiles,
  Comparison,
  itemsOf,
  refusalReason,
  scaled,
  scaledMinor,
} from '../support/reference-files';

interface ExpectedStatement {
  readonly kind: string;
  readonly account: string | null;
  readonly currency: string | null;
  readonly transactions: number;
  readonly credits: string;
  readonly debits: string;
  readonly ledgerBalance: string | null;
  readonly repeatedFitids: number;
  readonly transactionsWithoutReadableAmount?: number;
}

interface Figures {
  readonly files: Readonly<Record<string, readonly ExpectedStatement[]>>;
  readonly withoutBankOrCardStatement: readonly string[];
}

compareFiles<Figures>('ofx', async ({ files, withoutBankOrCardStatement }, report) => {
  const told = { statements: 0, transactions: 0 };
  for (const [path, expected] of Object.entries(files)) {
    const items = await itemsOf(path, readOfx);
    const test = new Comparison();
    const summaries = items.filter((item) => item.kind === 'statement');
    test.same('statements', summaries.length, expected.length);
    expected.forEach((wanted, i) => {
      const read = summaries[i];
      if (read === undefined) return;
      told.statements += 1;
      told.transactions += read.computed.entries;
      const own = items.filter((item) => item.statement === i);
      const rejected = own.filter((item) => item.kind === 'rejected');
      test.same('kind', read.message, wanted.kind);
      test.same('account', read.account, wanted.account ?? '');
      test.same('currency', read.currency ?? null, wanted.currency);
      test.same('transactions', read.computed.entries, wanted.transactions);
      const { closing } = read;
      if (closing !== undefined)
        test.same(
          'balance',
          scaledMinor(closing.amountMinor, closing.currency),
          scaled(wanted.ledgerBalance ?? ''),
        );
      else if (wanted.ledgerBalance !== null)
        console.log(`${path}: balance ${wanted.ledgerBalance} not read`);
      if (rejected.length > 0) {
        console.log(`${path}: rejected ${rejected.map((row) => row.reason).join(', ')}`);
        return;
      }
      const lines = own.filter((item) => item.kind === 'line');
      const sum = (isCounted: (minor: bigint) => boolean) =>
        lines
          .filter((line) => isCounted(line.amountMinor))
          .reduce((total, line) => total + scaledMinor(line.amountMinor, line.currency), 0n);
      test.same(
        'credits',
        sum((minor) => minor > 0n),
        scaled(wanted.credits),
      );
      test.same(
        'debits',
        sum((minor) => minor < 0n),
        scaled(wanted.debits),
      );
    });
    report(path, test.faults);
  }
  for (const path of withoutBankOrCardStatement) {
    const reason = await refusalReason(path, readOfx);
    console.log(`refused ${path}: ${reason}`);
    report(path, reason === undefined ? ['was not refused'] : []);
  }
  const refused = withoutBankOrCardStatement.length;
  return `${told.statements} statements with ${told.transactions} transactions read, ${refused} files refused`;
});
