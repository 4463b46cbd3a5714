import { minorDigits } from '../../../kernel/money';
import { readAmount } from '../amounts';
import { clip } from '../clip';
import { dateAsWritten } from '../dates';
import { type TextPlace } from '../refused-file';
import { quoted, RowRefused } from '../row-refused';
import { type RawReference, type StatementLine } from '../statement';

/** Elements of one aggregate with their text, the first of each name. */
export type SaftFields = Map<string, string>;

interface LineDraft {
  readonly line: SaftFields;
  readonly transaction: SaftFields;
  readonly journal: SaftFields;
}

export interface ReadLine {
  readonly line: StatementLine;
  /** journal and transaction, in which debits equal credits */
  readonly journal: string;
  /** what names the line in its ledger, where it has a record id */
  readonly key: string | undefined;
}

/**
 * One line of a transaction. The amounts are in the currency of the file, whatever the document was in.
 *
 * @throws RowRefused when it cannot be a line
 */
export function readSaftLine(
  { line: fields, transaction, journal }: LineDraft,
  currency: string,
  place: { readonly statement: number; readonly entry: number; readonly place: TextPlace },
): ReadLine {
  const account = fields.get('AccountID') ?? '';
  if (account === '') throw new RowRefused('account-missing', 'The line names no account.');
  if (minorDigits(currency) === undefined)
    throw new RowRefused('currency-unknown', `"${quoted(currency)}"`);
  const within = [journal.get('JournalID'), transaction.get('TransactionID')]
    .filter((part) => part !== undefined)
    .join('/');
  const record = fields.get('RecordID');
  const key = record === undefined ? undefined : `${within}/${record}`;
  const valueDate = dateOf(fields, 'ValueDate');
  const text = fields.get('Description') ?? transaction.get('Description');
  const party = fields.get('CustomerID') ?? fields.get('SupplierID');
  const code = journal.get('JournalID');
  const line: StatementLine = {
    kind: 'line',
    ...place,
    part: 0,
    role: 'entry',
    status: 'booked',
    account: clip(account, 70),
    amountMinor: amountOf(fields, currency),
    currency,
    bookDate: bookDateOf(transaction),
    ...(valueDate === undefined ? {} : { valueDate }),
    reversal: false,
    references: referencesOf(fields, within, key),
    ...(text === undefined ? {} : { text: clip(text, 2_000) }),
    ...(party === undefined ? {} : { counterparty: { account: clip(party, 256) } }),
    ...(code === undefined ? {} : { code: clip(code, 35) }),
  };
  return { line, journal: within, key };
}

/** Credit is positive. Both sides may stand there if one of them is zero. */
function amountOf(fields: SaftFields, currency: string): bigint {
  const side = (name: string) => {
    const text = fields.get(name);
    return text === undefined ? undefined : signed(text, currency);
  };
  const debit = side('DebitAmount');
  const credit = side('CreditAmount');
  if (debit === undefined && credit === undefined)
    throw new RowRefused('amount-missing', 'The line has neither a debit nor a credit amount.');
  if ((debit ?? 0n) !== 0n && (credit ?? 0n) !== 0n)
    throw new RowRefused('direction-unknown', 'The line has a debit and a credit amount.');
  return (credit ?? 0n) - (debit ?? 0n);
}

function signed(text: string, currency: string): bigint {
  const read = readAmount(text.replace(/^-/, ''), currency);
  if ('refusal' in read) throw new RowRefused(read.refusal, `"${quoted(text)}" ${currency}`);
  return text.startsWith('-') ? -read.minor : read.minor;
}

/** The posting date decides the period; the date of the document does only where there is none. */
function bookDateOf(transaction: SaftFields): string {
  const date = dateOf(transaction, 'GLPostingDate') ?? dateOf(transaction, 'TransactionDate');
  if (date === undefined)
    throw new RowRefused('date-missing', 'The transaction has no date before its lines.');
  return date;
}

function dateOf(fields: SaftFields, name: string): string | undefined {
  const text = fields.get(name);
  if (text === undefined) return undefined;
  const date = dateAsWritten(text);
  if (date === undefined)
    throw new RowRefused('date-unreadable', `${name} "${quoted(text)}" is no date.`);
  return date;
}

function referencesOf(
  fields: SaftFields,
  within: string,
  key: string | undefined,
): readonly RawReference[] {
  const of = (kind: RawReference['kind'], value: string | undefined): RawReference[] =>
    value === undefined || value === '' ? [] : [{ kind, value: clip(value, 256) }];
  return [
    ...of('document', fields.get('SourceDocumentID')),
    ...of('creditor', fields.get('CID')),
    ...of('transaction', within),
    ...of('entry', key),
  ];
}
