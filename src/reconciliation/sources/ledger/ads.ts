import { type CsvMapping } from '../csv/csv-mapping';

/** Names of the standard without case, spaces and underscores: publishers spell its columns in many ways. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const NEEDED = [
  'journalid',
  'glaccountnumber',
  'amount',
  'amountcurrency',
  'effectivedate',
] as const;

/** Dates that stand for none in the systems that the files come from. */
const NO_DATES = ['1900-01-01', '0000-00-00', '00000000', '9999-12-31'];

/**
 * The mapping that the header of a general ledger file in the AICPA Audit Data Standard states by its columns, in any
 * order and spelling; columns beyond the standard are passed over.
 *
 * @param head the first bytes of the file as text
 * @returns `undefined` when the header is not one of the standard
 */
export function adsMapping(head: string): CsvMapping | undefined {
  const [first = ''] = head.replace(/^\ufeff|^\u00ef\u00bb\u00bf/, '').split(/\r\n|\n|\r/, 1);
  for (const delimiter of ['|', '\t', ',', ';']) {
    const names = first.split(delimiter).map((name) => name.trim().replace(/^"|"$/g, ''));
    const byPlain = new Map(names.map((name) => [plain(name), name]));
    if (NEEDED.every((name) => byPlain.has(name))) return mappingOf(byPlain, delimiter);
  }
  return undefined;
}

function mappingOf(columns: ReadonlyMap<string, string>, delimiter: string): CsvMapping {
  const named = (name: string) => columns.get(name);
  const all = (names: readonly string[]) => names.flatMap((name) => named(name) ?? []);
  const role = (name: string, column: string | undefined) =>
    column === undefined ? {} : { [name]: column };
  const indicator = named('amountcreditdebitindicator');
  return {
    kind: 'ledger',
    delimiter,
    quote: '"',
    skipLines: 0,
    date: 'iso',
    decimal: '.',
    thousands: '',
    isInverted: indicator === undefined,
    sidesAreSigned: false,
    order: 'ascending',
    columns: {
      ...role('journal', named('journalid')),
      ...role('line', named('journalidlinenumber')),
      ...role('account', named('glaccountnumber')),
      ...role('bookDate', named('effectivedate')),
      ...role('amount', named('amount')),
      ...role('currency', named('amountcurrency')),
      ...role('year', named('fiscalyear')),
      ...role('code', named('source')),
    },
    text: all(['jeheaderdescription', 'jelinedescription']),
    references: all(['documentnumber', 'documentid', 'referencenumber']).map((column) => ({
      kind: 'document' as const,
      column,
    })),
    // Without an indicator debits are positive; with one, both pairs in use are unmistakable.
    ...(indicator === undefined
      ? {}
      : { sign: { column: indicator, debit: ['D', 'S', 'DR'], credit: ['C', 'H', 'CR'] } }),
    noDates: NO_DATES,
    otherDates: all(['documentdate', 'entereddate']),
  };
}
