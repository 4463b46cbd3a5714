/** A kind of file that a source may take. */
export type StatementFormat =
  | 'camt.052'
  | 'camt.053'
  | 'camt.054'
  | 'mt940'
  | 'mt942'
  | 'bai2'
  | 'ofx'
  | 'csv'
  | 'gl-csv'
  | 'ads'
  | 'saf-t';

/** Where statement files come from and how their lines are counted. */
export interface StatementSource {
  readonly id: string;
  readonly name: string;
  readonly formats: readonly StatementFormat[];
  /** a file holds all lines of each of its days, so that equal lines are counted within a file */
  readonly coverage: 'whole-day';
  /** what a booked line of these files is: only `booked` ones are matched, a report may tell of them once more */
  readonly lines: 'booked' | 'reported' | 'posted';
}

export const BANK_STATEMENTS: StatementSource = {
  id: 'bank',
  name: 'Bank statements, the record of an account',
  formats: ['camt.053', 'mt940', 'bai2', 'ofx'],
  coverage: 'whole-day',
  lines: 'booked',
};

const SOURCES: readonly StatementSource[] = [
  BANK_STATEMENTS,
  {
    id: 'bank-csv',
    name: 'Bank statements in CSV, read by a saved mapping',
    formats: ['csv'],
    coverage: 'whole-day',
    lines: 'booked',
  },
  {
    id: 'bank-reports',
    name: 'Reports within the day and notifications, which statements repeat',
    formats: ['camt.052', 'camt.054', 'mt942'],
    coverage: 'whole-day',
    lines: 'reported',
  },
  {
    id: 'gl',
    name: 'Journals of a general ledger',
    formats: ['saf-t', 'ads', 'gl-csv'],
    coverage: 'whole-day',
    lines: 'posted',
  },
];

/** A source by its id; `undefined` when none is registered under it. */
export const sourceOf = (id: string): StatementSource | undefined =>
  SOURCES.find((s) => s.id === id);

export const sourceIds = (): readonly string[] => SOURCES.map(({ id }) => id);

/** Media type and file name ending of a file of this format. */
export function fileTypeOf(format: string): { readonly type: string; readonly extension: string } {
  if (format.startsWith('camt.') || format === 'saf-t')
    return { type: 'application/xml', extension: 'xml' };
  if (format.startsWith('ofx')) return { type: 'application/x-ofx', extension: 'ofx' };
  if (format === 'csv' || format === 'gl-csv' || format === 'ads')
    return { type: 'text/csv', extension: 'csv' };
  return { type: 'text/plain', extension: 'txt' };
}
