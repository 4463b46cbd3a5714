import { type Json } from '../../src/kernel/json';
import { parseCsvMapping } from '../../src/reconciliation/sources/csv/csv-mapping';
import { readCsvStatement } from '../../src/reconciliation/sources/csv/csv-reader';
import { compareFiles, Comparison, itemsOf, scaled, scaledMinor } from '../support/reference-files';

interface Expected {
  readonly rows: number;
  readonly sum: string;
  readonly negativeRows: number;
  readonly linesWithoutAmount: readonly number[];
  readonly repeatedTransactionNumbers: readonly string[];
  readonly header: readonly string[];
}

/** The three quarters have three headers; the order of their columns is the same but for the category. */
function mappingFor(header: readonly string[], withKey: boolean): Json {
  const named = (wanted: string) =>
    header.find((name) => name.toLowerCase().replace(/[ _]/g, '') === wanted) ?? wanted;
  return {
    mapping: 1,
    kind: 'statement',
    date: 'DD/MM/YYYY',
    decimal: '.',
    currency: 'GBP',
    account: 'council',
    encoding: 'windows-1252',
    columns: {
      bookDate: named('paiddate'),
      amount: named('amount'),
      ...(withKey ? { key: named('transno') } : {}),
    },
  };
}

compareFiles<{ readonly files: Readonly<Record<string, Expected>> }>(
  'spend',
  async ({ files }, report) => {
    for (const [path, wanted] of Object.entries(files)) {
      const test = new Comparison();
      const read = async (withKey: boolean) => {
        const mapping = parseCsvMapping(mappingFor(wanted.header, withKey));
        const items = await itemsOf(path, (bytes) => readCsvStatement(bytes, mapping));
        return {
          lines: items.filter((item) => item.kind === 'line'),
          rejected: items.filter((item) => item.kind === 'rejected'),
        };
      };
      const { lines, rejected } = await read(false);
      const sum = lines.reduce((total, l) => total + scaledMinor(l.amountMinor, 'GBP'), 0n);
      test.same('rows', lines.length, wanted.rows);
      test.same('sum', sum, scaled(wanted.sum));
      test.same('negative', lines.filter((l) => l.amountMinor < 0n).length, wanted.negativeRows);
      test.same(
        'rejected',
        rejected.map((row) => row.place.line).join(),
        wanted.linesWithoutAmount.join(),
      );
      const keyed = await read(true);
      const conflicts = keyed.rejected.filter((row) => row.reason === 'key-conflict');
      test.same('repeated keys', conflicts.length, wanted.repeatedTransactionNumbers.length);
      for (const row of [...rejected, ...conflicts])
        console.log(`${path} line ${row.place.line}: ${row.reason}, ${row.detail}`);
      report(path, test.faults);
    }
    return `${Object.keys(files).length} files read`;
  },
);
