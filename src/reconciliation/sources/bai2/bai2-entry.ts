import { minorDigits } from '../../../kernel/money';
import { clip } from '../clip';
import { type TextPlace } from '../refused-file';
import { quoted, RowRefused } from '../row-refused';
import { type RawReference, type StatementLine } from '../statement';
import { freeText } from '../swift/description';
import { readSwiftDate } from '../swift/swift-date';
import { type Bai2Account, type Bai2Group } from './bai2-account';
import { type Bai2Record, Fields, meaningOf, readFunds } from './bai2-record';

export interface ReadEntry {
  readonly line: StatementLine;
  readonly side: 'credit' | 'debit';
}

interface EntryPlace {
  readonly statement: number;
  readonly entry: number;
  readonly place: TextPlace;
}

/**
 * A record 16 as a line. Its amount is added to the control total of the account, whatever becomes of it.
 *
 * @throws RowRefused when it cannot be a line
 */
export function readBai2Entry(
  { parts }: Bai2Record,
  { account, group }: { readonly account: Bai2Account; readonly group: Bai2Group },
  place: EntryPlace,
): ReadEntry {
  const fields = new Fields(parts);
  const code = fields.next();
  const amount = fields.next();
  const minor = account.addAmount(amount);
  const { currency } = account;
  if (group.refusal !== undefined) throw new RowRefused('group-refused', group.refusal);
  if (amount === '') throw new RowRefused('amount-missing', 'The entry has no amount.');
  if (minor === undefined)
    throw new RowRefused('amount-unreadable', `"${quoted(amount)}" is no whole number.`);
  if (minorDigits(currency) === undefined)
    throw new RowRefused('currency-unknown', `"${quoted(currency)}"`);
  if (account.account === '') throw new RowRefused('account-missing', 'The account has no number.');
  const side = meaningOf(code);
  if (side !== 'credit' && side !== 'debit')
    throw new RowRefused('direction-unknown', `Type code "${quoted(code)}" has no direction.`);
  const funds = readFunds(fields);
  if (funds === undefined)
    throw new RowRefused(
      'row-unreadable',
      'The entry has a funds type that the format does not have.',
    );
  const line: StatementLine = {
    kind: 'line',
    ...place,
    part: 0,
    role: 'entry',
    status: group.isSameDay ? 'reported' : 'booked',
    account: account.account,
    amountMinor: side === 'credit' ? minor : -minor,
    currency,
    bookDate: group.asOf,
    ...valueDateOf(funds.valueDate),
    reversal: false,
    references: referencesOf(fields),
    ...textOf(fields),
    code,
  };
  return { line, side };
}

function valueDateOf(text: string | undefined) {
  if (text === undefined) return {};
  const read = readSwiftDate(text);
  if (read === undefined || read.isMoved)
    throw new RowRefused('date-unreadable', `The value date "${quoted(text)}" is no date.`);
  return { valueDate: read.date };
}

function referencesOf(fields: Fields): readonly RawReference[] {
  const bank = clip(fields.next(), 256);
  const own = clip(fields.next(), 256);
  return [
    ...(own === '' ? [] : [{ kind: 'instruction', value: own } as const]),
    ...(bank === '' ? [] : [{ kind: 'servicer', value: bank } as const]),
  ];
}

function textOf(fields: Fields) {
  const text = freeText(fields.text());
  return text === '' ? {} : { text: clip(text, 2_000) };
}
