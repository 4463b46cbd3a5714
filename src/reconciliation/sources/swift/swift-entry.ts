import { clip } from '../clip';
import { quoted, RowRefused } from '../row-refused';
import { type LineStatus, type RawReference, type StatementLine } from '../statement';
import { type TextPlace } from '../refused-file';
import { readDescription } from './description';
import { type EntryLine, readEntryLine } from './entry-line';
import { readCommaAmount } from './swift-amount';
import { readEntryDate, readSwiftDate, type SwiftDate } from './swift-date';
import { type SwiftMessage } from './swift-message';

/** A field 61 with the fields 86 that follow it. */
export interface EntryDraft {
  readonly place: TextPlace;
  readonly field: string;
  readonly description: string[];
}

/**
 * One entry as a line.
 *
 * @throws RowRefused when it cannot be one
 */
export function readSwiftEntry(
  draft: EntryDraft,
  message: SwiftMessage,
  statement: number,
): StatementLine {
  const parts = readEntryLine(draft.field);
  if (parts === undefined)
    throw new RowRefused('row-unreadable', 'Field 61 does not follow its grammar.');
  if (message.account === undefined)
    throw new RowRefused('account-missing', 'The message names no account.');
  const currency = message.currency;
  if (currency === undefined)
    throw new RowRefused('currency-unknown', 'No field before the entry names the currency.');
  const { valueDate, bookDate } = datesOf(parts, message);
  const said = readDescription(draft.description);
  const text = [said.text, parts.supplement ?? ''].filter((part) => part !== '').join(' ');
  const hasParty = Object.keys(said.counterparty).length > 0;
  return {
    kind: 'line',
    statement,
    entry: message.entries,
    part: 0,
    place: draft.place,
    role: 'entry',
    status: statusOf(parts),
    account: message.account,
    amountMinor: signedOf(parts, currency, message),
    currency,
    bookDate,
    valueDate,
    reversal: parts.mark === 'RC' || parts.mark === 'RD',
    references: [...said.references, ...referencesOf(parts)],
    ...(text === '' ? {} : { text: clip(text, 2_000) }),
    ...(hasParty ? { counterparty: said.counterparty } : {}),
    ...codeOf(parts.type, said.code),
  };
}

/** A reversed credit lowers the balance and a reversed debit raises it. */
function signedOf({ mark, amount }: EntryLine, currency: string, message: SwiftMessage): bigint {
  const read = readCommaAmount(amount, currency);
  if ('refusal' in read) throw new RowRefused(read.refusal, `"${quoted(amount)}" ${currency}`);
  if (!amount.includes(','))
    message.warnings.add(
      `Entry ${message.entries}: the amount ${amount} has no comma; read as ${amount},00.`,
    );
  const raises = mark === 'C' || mark === 'EC' || mark === 'RD';
  return raises ? read.minor : -read.minor;
}

const statusOf = ({ mark }: EntryLine): LineStatus =>
  mark === 'EC' || mark === 'ED' ? 'pending' : 'booked';

function datesOf(parts: EntryLine, message: SwiftMessage) {
  const value = readSwiftDate(parts.valueDate);
  if (value === undefined)
    throw new RowRefused('date-unreadable', `The value date "${parts.valueDate}" is no date.`);
  const entry = parts.entryDate === undefined ? value : readEntryDate(parts.entryDate, value.date);
  if (entry === undefined)
    throw new RowRefused('date-unreadable', `The entry date "${parts.entryDate}" is no date.`);
  warnOfMoved(value, parts.valueDate, message);
  if (parts.entryDate !== undefined) warnOfMoved(entry, parts.entryDate, message);
  return { valueDate: value.date, bookDate: entry.date };
}

function warnOfMoved({ date, isMoved }: SwiftDate, text: string, message: SwiftMessage): void {
  if (!isMoved) return;
  message.warnings.add(
    `Entry ${message.entries}: the calendar has no day ${text}; ${date} was taken.`,
  );
}

function referencesOf({ customerReference, bankReference }: EntryLine): RawReference[] {
  return [
    ...(customerReference === undefined
      ? []
      : [{ kind: 'instruction', value: clip(customerReference, 256) } as const]),
    ...(bankReference === undefined
      ? []
      : [{ kind: 'servicer', value: clip(bankReference, 256) } as const]),
  ];
}

function codeOf(type: string | undefined, code: string | undefined) {
  const parts = [type, code].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { code: parts.join('/') };
}
