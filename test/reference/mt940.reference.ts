import { readSwift } from '../../src/reconciliation/sources/swift/swift-reader';
import {
  type Balance,
  type StatementItem,
  type StatementSummary,
} from '../../src/reconciliation/sources/statement';
import {
  compareFiles,
  Comparison,
  itemsOf,
  type OpenFile,
  refusalReason,
  scaled,
  scaledMinor,
} from '../support/reference-files';

interface ExpectedBalance {
  readonly amount: string;
  readonly currency: string;
  readonly date: string;
}

interface ExpectedMessage {
  readonly reference: string | null;
  readonly account: string | null;
  readonly number: string | null;
  readonly opening: ExpectedBalance | null;
  readonly closing: ExpectedBalance | null;
  readonly entries: number;
  readonly credit: string;
  readonly debit: string;
  readonly reversals: number;
  readonly closingMinusOpeningMinusEntries?: string;
}

interface Figures {
  readonly files: Readonly<Record<string, readonly ExpectedMessage[]>>;
  readonly withoutStatement: readonly string[];
}

const open: OpenFile = (bytes) => readSwift(bytes, ['mt940', 'mt942']);

/** A fragment without account or currency gives rejected rows for this reason; its sums are nobody's. */
const FRAGMENT: ReadonlySet<string> = new Set(['account-missing', 'currency-unknown']);

/** The description stands in a second field 25 here, which the figures take for the account. */
const SECOND_ACCOUNT = /sepa_snippet_broken/;

function differences(
  path: string,
  expected: ExpectedMessage,
  summary: StatementSummary,
  items: readonly StatementItem[],
): readonly string[] {
  const test = new Comparison();
  const own = items.filter((item) => item.statement === summary.statement);
  const rejected = own.filter((item) => item.kind === 'rejected');
  const lines = own.filter((item) => item.kind === 'line');
  test.same('reference', summary.id, expected.reference ?? '');
  if (!SECOND_ACCOUNT.test(path)) test.same('account', summary.account, expected.account ?? '');
  test.same('number', summary.page ?? null, expected.number);
  test.same('entries', summary.computed.entries, expected.entries);
  balance(test, 'opening', summary.opening, expected.opening);
  balance(test, 'closing', summary.closing, expected.closing);
  const isFragment = rejected.some((row) => FRAGMENT.has(row.reason));
  test.same('rejected', rejected.length, isFragment ? expected.entries : 0);
  if (isFragment) {
    console.log(`${path}: ${rejected.length} entries rejected, ${rejected[0]?.reason}`);
    return test.faults;
  }
  const sum = (isCounted: (minor: bigint) => boolean) =>
    lines
      .filter((line) => isCounted(line.amountMinor))
      .reduce((total, line) => total + scaledMinor(line.amountMinor, line.currency), 0n);
  test.same(
    'credit',
    sum((minor) => minor > 0n),
    scaled(expected.credit),
  );
  test.same('debit', -sum((minor) => minor < 0n), scaled(expected.debit));
  test.same('reversals', lines.filter((line) => line.reversal).length, expected.reversals);
  const gap = expected.closingMinusOpeningMinusEntries;
  const verdict = gap === undefined ? 'not-stated' : scaled(gap) === 0n ? 'passed' : 'failed';
  test.same('balance control', verdictOf(summary), verdict);
  return test.faults;
}

/** A balance that cannot be read is a failed control here and an absent one in the figures. */
const verdictOf = ({ controls, closing }: StatementSummary) =>
  closing === undefined && controls.balance.verdict === 'failed'
    ? 'not-stated'
    : controls.balance.verdict;

function balance(
  test: Comparison,
  what: string,
  actual: Balance | undefined,
  wanted: ExpectedBalance | null,
): void {
  test.same(`${what} is there`, actual !== undefined, wanted !== null);
  if (actual === undefined || wanted === null) return;
  const { amountMinor, currency, date = '' } = actual;
  test.same(`${what} amount`, scaledMinor(amountMinor, currency), scaled(wanted.amount));
  test.same(`${what} currency`, currency, wanted.currency);
  test.same(`${what} date`, date.replaceAll('-', '').slice(2), wanted.date);
}

compareFiles<Figures>('mt940', async (figures, report) => {
  const told = { messages: 0, entries: 0, passed: 0, failed: 0, 'not-stated': 0 };
  for (const [path, expected] of Object.entries(figures.files)) {
    const items = await itemsOf(path, open);
    const summaries = items.filter((item) => item.kind === 'statement');
    report(
      path,
      summaries.length === expected.length
        ? []
        : [`${summaries.length} messages, expected ${expected.length}`],
    );
    summaries.forEach((summary, i) => {
      const wanted = expected[i];
      told.messages += 1;
      told.entries += summary.computed.entries;
      told[verdictOf(summary)] += 1;
      if (wanted !== undefined) report(`${path} #${i}`, differences(path, wanted, summary, items));
    });
  }
  for (const path of figures.withoutStatement) {
    const reason = await refusalReason(path, open);
    report(path, reason === 'no-statement' ? [] : [`refused for ${reason}`]);
  }
  return (
    `${told.messages} messages with ${told.entries} entries, ${told.passed} tie out, ${told.failed} do not, ` +
    `${told['not-stated']} lack a balance; ${figures.withoutStatement.length} files refused`
  );
});
