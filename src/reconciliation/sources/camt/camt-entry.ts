import { readAmount } from '../amounts';
import { clip } from '../clip';
import { type CivilDate } from '../../../kernel/civil-date';
import { dateAsWritten } from '../dates';
import { quoted, rejectedRow, RowRefused } from '../row-refused';
import { type LineStatus, type RejectedRow, type StatementLine, type Verdict } from '../statement';
import { type AmountText, codeText, type DetailDraft, type EntryDraft } from './camt-draft';
import { splitEntry } from './camt-split';

export interface EntryPlace {
  readonly statement: number;
  readonly entry: number;
  readonly account: string;
}

export interface ReadEntry {
  readonly rows: readonly (StatementLine | RejectedRow)[];
  /** does the entry agree with its details and charges */
  readonly details: Verdict;
  /** of the whole entry; absent when it was rejected */
  readonly total?: {
    readonly amountMinor: bigint;
    readonly currency: string;
    readonly status: LineStatus;
  };
}

/**
 * One entry as lines: one a detail and one a charge where they add up to the entry, else one for the whole entry with a
 * failed control. What cannot be read is one rejected row.
 */
export function readEntry(draft: EntryDraft, place: EntryPlace): ReadEntry {
  try {
    return linesOf(draft, place);
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    const row = rejectedRow(error, { ...place, place: draft.place }, rawOf(draft));
    return { rows: [row], details: 'not-stated' };
  }
}

function linesOf(draft: EntryDraft, place: EntryPlace): ReadEntry {
  if (place.account === '')
    throw new RowRefused('account-missing', 'The statement names no account.');
  const amountMinor = signedOf(draft.amount, draft.direction);
  const currency = draft.amount?.currency ?? '';
  const status = statusOf(draft.status);
  const split = splitEntry(draft, amountMinor, currency);
  const common = commonOf(draft, place, status, currency);
  const rows = split.parts.map((part, i): StatementLine => {
    const { detail } = part;
    const code = (detail === undefined ? undefined : codeText(detail.code)) ?? codeText(draft.code);
    return {
      ...common,
      part: split.parts.length === 1 && detail === undefined ? 0 : i + 1,
      role: part.role,
      amountMinor: part.amountMinor,
      references:
        part.role === 'charge'
          ? draft.references
          : [...(detail?.references ?? []), ...draft.references],
      ...optional('text', textOf(draft, detail)),
      ...counterpartyOf(detail, part.amountMinor),
      ...optional('code', code),
    };
  });
  return { rows, details: split.verdict, total: { amountMinor, currency, status } };
}

function commonOf(draft: EntryDraft, place: EntryPlace, status: LineStatus, currency: string) {
  const bookDate = dateOf(draft.bookDate, 'BookgDt');
  const valueDate = dateOf(draft.valueDate, 'ValDt');
  const effective = bookDate ?? valueDate;
  if (effective === undefined) {
    throw new RowRefused('date-missing', 'The entry has neither a booking date nor a value date.');
  }
  return {
    kind: 'line' as const,
    ...place,
    place: draft.place,
    status,
    currency,
    bookDate: effective,
    ...optional('valueDate', valueDate),
    // The standard: `RvslInd` marks a reversal and leaves the direction to `CdtDbtInd`.
    reversal: draft.reversal === 'true' || draft.reversal === '1',
  };
}

function signedOf(amount: AmountText | undefined, direction: string | undefined): bigint {
  if (amount === undefined) throw new RowRefused('amount-missing', 'The entry has no amount.');
  const read = readAmount(amount.text, amount.currency);
  if ('refusal' in read)
    throw new RowRefused(read.refusal, `"${quoted(amount.text)}" ${quoted(amount.currency)}`);
  if (direction === undefined)
    throw new RowRefused('direction-missing', 'The entry is neither credit nor debit.');
  if (direction === 'CRDT') return read.minor;
  if (direction === 'DBIT') return -read.minor;
  throw new RowRefused('direction-unknown', `"${quoted(direction)}" is neither CRDT nor DBIT.`);
}

function statusOf(text: string | undefined): LineStatus {
  switch (text) {
    case undefined:
    case '':
    case 'BOOK':
      return 'booked';
    case 'PDNG':
    case 'FUTR':
      return 'pending';
    case 'INFO':
      return 'information';
    default:
      throw new RowRefused('status-unknown', `"${quoted(text)}" is no status of an entry.`);
  }
}

function dateOf(text: string | undefined, name: string): CivilDate | undefined {
  if (text === undefined || text === '') return undefined;
  const date = dateAsWritten(text);
  if (date === undefined)
    throw new RowRefused('date-unreadable', `${name} "${quoted(text)}" is no date.`);
  return date;
}

function textOf(draft: EntryDraft, detail: DetailDraft | undefined): string | undefined {
  const text = [...(detail?.texts ?? []), ...draft.texts].filter((part) => part !== '').join(' ');
  return text === '' ? undefined : clip(text, 2_000);
}

/** Money in comes from the debtor, money out goes to the creditor. */
function counterpartyOf(detail: DetailDraft | undefined, amountMinor: bigint) {
  const party = amountMinor < 0n ? detail?.creditor : detail?.debtor;
  return party === undefined || Object.keys(party).length === 0
    ? {}
    : { counterparty: { ...party } };
}

function rawOf(draft: EntryDraft): Record<string, string> {
  const fields: Record<string, string | undefined> = {
    Amt: draft.amount?.text,
    Ccy: draft.amount?.currency,
    CdtDbtInd: draft.direction,
    Sts: draft.status,
    BookgDt: draft.bookDate,
    ValDt: draft.valueDate,
    NtryRef: draft.references.map((r) => r.value).join(' ') || undefined,
  };
  const stated = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  return Object.fromEntries(stated.map(([name, text]) => [name, quoted(text)]));
}

function optional<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: string };
}
