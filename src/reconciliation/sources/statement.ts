import { type CivilDate } from '../../kernel/civil-date';
import { type TextPlace } from './refused-file';

/**
 * Only `booked` lines may be matched. `reported` ones are booked too, but told by a file that is not the account's
 * statement of record; `posted` ones are of a general ledger.
 */
export type LineStatus = 'booked' | 'reported' | 'posted' | 'pending' | 'information';

/** Whether lines of this status make the balance. */
export const isMovement = (status: LineStatus): boolean =>
  status === 'booked' || status === 'reported' || status === 'posted';

/** What a line stands for in its statement: a whole entry, one of its details, or a charge inside it. */
export type LineRole = 'entry' | 'detail' | 'charge';

/** Where a bank wrote a reference. The raw text is kept; the normaliser decides what it means. */
export type ReferenceKind =
  | 'end-to-end'
  | 'instruction'
  | 'transaction'
  | 'uetr'
  | 'payment-information'
  | 'message'
  | 'mandate'
  | 'cheque'
  | 'creditor'
  | 'document'
  | 'proprietary'
  | 'servicer'
  | 'entry';

export interface RawReference {
  readonly kind: ReferenceKind;
  readonly value: string;
}

export interface Counterparty {
  readonly name?: string;
  readonly account?: string;
}

/** One dated amount of a statement, as the format's reader gives it. */
export interface StatementLine {
  readonly kind: 'line';
  /** place of its statement in the file, from 0 */
  readonly statement: number;
  /** place of its entry in the statement, from 1; of its detail in the entry, from 1, or 0 for a whole entry */
  readonly entry: number;
  readonly part: number;
  readonly place: TextPlace;
  readonly role: LineRole;
  readonly status: LineStatus;
  readonly account: string;
  /** credit positive, debit negative */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly bookDate: CivilDate;
  readonly valueDate?: CivilDate;
  /** the bank marks it as a reversal; the sign above already says which way the money went */
  readonly reversal: boolean;
  readonly references: readonly RawReference[];
  readonly text?: string;
  readonly counterparty?: Counterparty;
  /** the bank's transaction code, parts joined by a slash */
  readonly code?: string;
  /** what the format says is this entry's own for ever, within its account; other content under it is a conflict */
  readonly naturalKey?: string;
}

export type RowRefusal =
  | 'row-unreadable'
  | 'amount-missing'
  | 'amount-unreadable'
  | 'excess-precision'
  | 'amount-out-of-range'
  | 'currency-unknown'
  | 'direction-missing'
  | 'direction-unknown'
  | 'status-unknown'
  | 'date-missing'
  | 'date-unreadable'
  | 'account-missing'
  | 'group-refused'
  | 'columns-differ'
  | 'correction'
  | 'not-supported'
  | 'key-conflict';

/** A row that cannot become a line. It is kept, counted in completeness, and makes the balance control fail. */
export interface RejectedRow {
  readonly kind: 'rejected';
  readonly statement: number;
  readonly entry: number;
  readonly place: TextPlace;
  readonly reason: RowRefusal;
  readonly detail: string;
  /** the fields as the file has them */
  readonly raw: Readonly<Record<string, string>>;
}

export type Verdict = 'passed' | 'failed' | 'not-stated';

export interface Control {
  readonly verdict: Verdict;
  /** one sentence with the figures; absent when passed */
  readonly detail?: string;
}

export interface Balance {
  readonly type: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly date?: CivilDate;
}

/** Sums over the booked entries of one statement, in its currency; debit as a positive figure. */
export interface ComputedTotals {
  readonly entries: number;
  readonly bookedEntries: number;
  readonly details: number;
  readonly lines: number;
  readonly rejected: number;
  readonly creditMinor: bigint;
  readonly debitMinor: bigint;
}

/** Totals that the file itself declares, as written. */
export interface StatedTotals {
  readonly entries?: string;
  readonly records?: string;
  readonly sum?: string;
  readonly creditEntries?: string;
  readonly credit?: string;
  readonly debitEntries?: string;
  readonly debit?: string;
}

/** One statement with its control totals, given after its lines. */
export interface StatementSummary {
  readonly kind: 'statement';
  readonly statement: number;
  readonly message: string;
  readonly id: string;
  readonly account: string;
  readonly currency?: string;
  readonly from?: CivilDate;
  readonly to?: CivilDate;
  readonly page?: string;
  /** the bank marks it as a copy or a duplicate */
  readonly copy?: string;
  readonly opening?: Balance;
  readonly closing?: Balance;
  readonly balances: readonly Balance[];
  readonly computed: ComputedTotals;
  readonly stated: StatedTotals;
  readonly controls: {
    /** opening + booked = closing */
    readonly balance: Control;
    /** declared counts and sums = computed ones */
    readonly summary: Control;
    /** every entry = its details + charges, and no detail is missing */
    readonly details: Control;
  };
  /** what was read another way than it is written, one sentence each */
  readonly warnings?: readonly string[];
}

export type StatementItem = StatementLine | RejectedRow | StatementSummary;

/** What is known of a file once it has been read to its end. */
export interface StatementFile {
  /** `camt.053.001.08` */
  readonly format: string;
  /** lower case, as used */
  readonly encoding: string;
  readonly statements: number;
  readonly parser: { readonly name: string; readonly version: number };
}

/**
 * Items of a file in its order, a statement after its lines; each yield holds what one piece of bytes gave. Nothing of a
 * file may be used when the reader throws.
 */
export type StatementItems = AsyncGenerator<readonly StatementItem[], StatementFile>;
