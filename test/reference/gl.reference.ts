import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { readStatement } from '../../src/reconciliation/sources/read-statement';
import { sourceOf } from '../../src/reconciliation/sources/source.policy';
import { type StatementLine } from '../../src/reconciliation/sources/statement';
import { compareFiles, Comparison, scaled, scaledMinor, SHARED } from '../support/reference-files';

interface Figures {
  readonly lines: number;
  readonly journals: number;
  readonly accounts: number;
  readonly debit: string;
  readonly credit: string;
  readonly byCurrency: Readonly<
    Record<string, { readonly lines: number; readonly debit: string; readonly credit: string }>
  >;
  readonly unbalancedJournals: Readonly<Record<string, string>>;
}

const PATH = 'gl/aicpa_ads/GL_Detail_YYYYMMDD_YYYYMMDD.csv';

compareFiles<Figures>('gl', async (figures, report) => {
  const gl = sourceOf('gl');
  if (gl === undefined) throw new Error('no source gl');
  const lines: StatementLine[] = [];
  let told = '';
  for await (const found of readStatement(createReadStream(join(SHARED, PATH)), gl)) {
    for (const item of found) {
      if (item.kind === 'line') lines.push(item);
      if (item.kind === 'rejected') report(PATH, [`rejected: ${item.detail}`]);
      if (item.kind === 'statement') told = item.controls.balance.detail ?? '';
    }
  }
  const journalOf = ({ references }: StatementLine) =>
    references.find(({ kind }) => kind === 'transaction')?.value ?? '';
  const total = (of: readonly StatementLine[], sign: 1n | -1n) =>
    of
      .map((line) => sign * scaledMinor(line.amountMinor, line.currency))
      .filter((value) => value > 0n)
      .reduce((sum, value) => sum + value, 0n);
  const test = new Comparison();
  test.same('lines', lines.length, figures.lines);
  test.same('journals', new Set(lines.map(journalOf)).size, figures.journals);
  test.same('accounts', new Set(lines.map((line) => line.account)).size, figures.accounts);
  test.same('debit', total(lines, -1n), scaled(figures.debit));
  test.same('credit', total(lines, 1n), scaled(figures.credit));
  for (const [currency, wanted] of Object.entries(figures.byCurrency)) {
    const own = lines.filter((line) => line.currency === currency);
    test.same(`${currency} lines`, own.length, wanted.lines);
    test.same(`${currency} debit`, total(own, -1n), scaled(wanted.debit));
    test.same(`${currency} credit`, total(own, 1n), scaled(wanted.credit));
  }
  // The figures add both currencies of a journal, as the publisher's log does.
  for (const [journal, wanted] of Object.entries(figures.unbalancedJournals)) {
    const own = lines.filter((line) => journalOf(line) === journal);
    test.same(`journal ${journal}`, total(own, -1n) - total(own, 1n), scaled(wanted));
    test.same(`journal ${journal} is named`, told.includes(journal), true);
  }
  const count = Object.keys(figures.unbalancedJournals).length;
  test.same('unbalanced journals', told.slice(0, told.indexOf(' ')), String(count));
  report(PATH, test.faults);
  return `${lines.length} lines read; ${told}`;
});
