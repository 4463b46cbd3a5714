import { fieldError } from '../../../kernel/errors';
import { type Json } from '../../../kernel/json';
import { SettingsJson } from '../../../kernel/settings-json';
import { minorDigits } from '../../../kernel/money';
import { type ReferenceKind } from '../statement';
import { dateForm } from './csv-values';

const ENCODINGS = ['utf-8', 'iso-8859-1', 'iso-8859-15', 'windows-1252', 'utf-16le'] as const;
export type CsvEncoding = (typeof ENCODINGS)[number];

const ROLES = [
  'bookDate',
  'valueDate',
  'amount',
  'debit',
  'credit',
  'currency',
  'account',
  'counterparty',
  'counterpartyAccount',
  'code',
  'key',
  'balance',
  'company',
  'year',
  'journal',
  'line',
] as const;
/** What a column is for. */
export type CsvRole = (typeof ROLES)[number];

const REFERENCES: readonly ReferenceKind[] = [
  'end-to-end',
  'instruction',
  'transaction',
  'payment-information',
  'mandate',
  'cheque',
  'creditor',
  'document',
  'proprietary',
  'servicer',
];

/** How the rows of a CSV file become lines. Nothing of it is guessed when a file is imported. */
export interface CsvMapping {
  /** `statement`: of bank accounts; `ledger`: journals of a general ledger */
  readonly kind: 'statement' | 'ledger';
  /** without it UTF-8 or, from the first byte on that UTF-8 does not have, Latin-1 */
  readonly encoding?: CsvEncoding;
  readonly delimiter: string;
  /** empty where the file has none */
  readonly quote: string;
  /** lines before the header */
  readonly skipLines: number;
  /** `DD.MM.YYYY`, `MM/DD/YY`, `YYYYMMDD`, `DD-MMM-YYYY`, `iso` for both ISO forms, or `day-number` of a spreadsheet */
  readonly date: string;
  readonly decimal: '.' | ',';
  readonly thousands: '' | '.' | ',' | ' ' | "'";
  readonly columns: Readonly<Partial<Record<CsvRole, string>>>;
  readonly text: readonly string[];
  readonly references: readonly { readonly kind: ReferenceKind; readonly column: string }[];
  readonly sign?: {
    readonly column: string;
    readonly debit: readonly string[];
    readonly credit: readonly string[];
  };
  /** amounts are written with the other sign */
  readonly isInverted: boolean;
  /** the columns debit and credit carry a minus where they lower the account; else a minus is a reversal */
  readonly sidesAreSigned: boolean;
  readonly currency?: string;
  readonly account?: string;
  /** dates that stand for none, as `YYYY-MM-DD` or as the file has them */
  readonly noDates: readonly string[];
  /** columns whose date is taken where the book date stands for none, in this order */
  readonly otherDates: readonly string[];
  /** rows that are totals: this column has one of these values */
  readonly totals?: { readonly column: string; readonly values: readonly string[] };
  /** of the rows by date; needed where the balance after each row is a column */
  readonly order: 'ascending' | 'descending';
}

/**
 * A mapping from its JSON.
 *
 * @throws TieoutError `contract-violation`, `unknown-field`, with the pointer of the member
 */
export function parseCsvMapping(json: Json | undefined): CsvMapping {
  const members = SettingsJson.of(json, '');
  if (members.get('mapping') !== 1)
    throw fieldError('contract-violation', '/mapping', 'is 1, the version of this format.');
  const columns = columnsOf(members.object('columns'));
  const mapping: CsvMapping = {
    kind: members.oneOf('kind', ['statement', 'ledger']),
    ...formOf(members),
    ...valuesOf(members),
    columns,
    text: texts(members, 'text'),
    references: referencesOf(members),
    ...signOf(members),
    ...totalsOf(members),
  };
  members.finish();
  checkColumns(mapping);
  return mapping;
}

/** Every column that the mapping names; the header must have them. */
export function columnsNamed(mapping: CsvMapping): readonly string[] {
  const { columns, text, references, sign, totals, otherDates } = mapping;
  const all = [
    ...Object.values(columns),
    ...text,
    ...references.map(({ column }) => column),
    ...otherDates,
    ...(sign === undefined ? [] : [sign.column]),
    ...(totals === undefined ? [] : [totals.column]),
  ];
  return [...new Set(all)];
}

function formOf(members: SettingsJson) {
  const delimiter = members.optionalText('delimiter') ?? ',';
  const quote = members.get('quote') ?? '"';
  const skipLines = members.get('skipLines') ?? 0;
  if ([...delimiter].length !== 1)
    throw fieldError('contract-violation', '/delimiter', 'is one character.');
  if (typeof quote !== 'string' || [...quote].length > 1)
    throw fieldError('contract-violation', '/quote', 'is one character, or empty for none.');
  if (
    typeof skipLines !== 'number' ||
    !Number.isInteger(skipLines) ||
    skipLines < 0 ||
    skipLines > 1_000
  )
    throw fieldError('contract-violation', '/skipLines', 'is a whole number up to 1000.');
  const encoding = members.get('encoding');
  return {
    delimiter,
    quote,
    skipLines,
    ...(encoding === undefined ? {} : { encoding: members.oneOf('encoding', ENCODINGS) }),
  };
}

function valuesOf(members: SettingsJson) {
  const date = members.text('date');
  if (dateForm(date) === undefined)
    throw fieldError('contract-violation', '/date', 'is a form such as DD.MM.YYYY, or day-number.');
  const decimal = members.oneOf('decimal', ['.', ',']);
  const thousands =
    (members.get('thousands') ?? '') === '' ? '' : members.oneOf('thousands', ['.', ',', ' ', "'"]);
  if (thousands === decimal)
    throw fieldError('contract-violation', '/thousands', 'is not the decimal sign.');
  const currency = members.optionalText('currency');
  if (currency !== undefined && minorDigits(currency) === undefined)
    throw fieldError('contract-violation', '/currency', 'is an ISO 4217 code.');
  const account = members.optionalText('account');
  const order = members.get('order');
  return {
    date,
    decimal,
    thousands,
    isInverted: flag(members, 'invert'),
    sidesAreSigned: flag(members, 'signedSides'),
    ...(currency === undefined ? {} : { currency }),
    ...(account === undefined ? {} : { account }),
    noDates: texts(members, 'noDates'),
    otherDates: texts(members, 'otherDates'),
    order:
      order === undefined
        ? ('ascending' as const)
        : members.oneOf('order', ['ascending', 'descending']),
  } as const;
}

function flag(members: SettingsJson, name: string): boolean {
  const value = members.get(name) ?? false;
  if (typeof value === 'boolean') return value;
  throw fieldError('contract-violation', members.at(name), 'is true or false.');
}

function texts(members: SettingsJson, name: string): readonly string[] {
  return members.list(name).map((item, i) => {
    if (typeof item === 'string' && item !== '') return item;
    throw fieldError('contract-violation', `${members.at(name)}/${i}`, 'is text, and not empty.');
  });
}

function columnsOf(columns: SettingsJson): CsvMapping['columns'] {
  const named = ROLES.flatMap((role) => {
    const column = columns.optionalText(role);
    return column === undefined ? [] : [[role, column] as const];
  });
  columns.finish();
  return Object.fromEntries(named);
}

function referencesOf(members: SettingsJson): CsvMapping['references'] {
  return members.objects('references').map((item) => {
    const reference = { kind: item.oneOf('kind', REFERENCES), column: item.text('column') };
    item.finish();
    return reference;
  });
}

function signOf(members: SettingsJson) {
  const sign = members.optionalObject('sign');
  if (sign === undefined) return {};
  const read = {
    column: sign.text('column'),
    debit: texts(sign, 'debit'),
    credit: texts(sign, 'credit'),
  };
  sign.finish();
  return { sign: read };
}

function totalsOf(members: SettingsJson) {
  const totals = members.optionalObject('totals');
  if (totals === undefined) return {};
  const read = { column: totals.text('column'), values: texts(totals, 'values') };
  totals.finish();
  return { totals: read };
}

function checkColumns({ kind, columns, sign, currency, account }: CsvMapping): void {
  const need = (role: CsvRole) =>
    fieldError('contract-violation', `/columns/${role}`, 'is needed: name its column.');
  if (columns.bookDate === undefined) throw need('bookDate');
  const isSplit = columns.debit !== undefined && columns.credit !== undefined;
  if (columns.amount === undefined && !isSplit) throw need('amount');
  if (columns.amount !== undefined && (columns.debit ?? columns.credit) !== undefined)
    throw fieldError(
      'contract-violation',
      '/columns',
      'has amount, or debit and credit, not both.',
    );
  if (sign !== undefined && isSplit)
    throw fieldError('contract-violation', '/sign', 'goes with the column amount only.');
  if (columns.currency === undefined && currency === undefined) throw need('currency');
  if (columns.account === undefined && account === undefined) throw need('account');
  if (kind === 'ledger' && columns.journal === undefined) throw need('journal');
}
