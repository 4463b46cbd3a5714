import { type CivilDate } from '../../kernel/civil-date';
import { type JsonObject } from '../../kernel/json';
import { type MoneyJson } from '../../kernel/money';
import { type Instant } from '../../kernel/runtime';

export const ADJUSTMENT_TYPES = [
  'bank-fee',
  'interest',
  'fx',
  'rounding',
  'write-off',
  'reclass',
  'accrual',
] as const;
export type AdjustmentType = (typeof ADJUSTMENT_TYPES)[number];

/** Which proposal of the stream it is about, who decided, and when. */
export type AdjustmentAct = {
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
  readonly byPerson?: string;
};

/** What may be adjusted at all: one item, and all of its type, definition and period. */
export type UsedLimit = {
  readonly item: string;
  readonly run: string;
  /** version of the break rules that says so */
  readonly version: number;
};

/** `adjustment.proposed`: nothing is posted by it, neither here nor anywhere else. */
export type AdjustmentProposed = AdjustmentAct & {
  readonly break: string;
  readonly type: AdjustmentType;
  readonly debitAccount: string;
  readonly creditAccount: string;
  /** above zero */
  readonly amount: MoneyJson;
  /** what was open of the break, signed, when it was proposed */
  readonly open: MoneyJson;
  readonly reason: string;
  /** absent for a type that no rule limits */
  readonly limit?: UsedLimit;
  /** last day on which it may be approved */
  readonly expiresOn: CivilDate;
};

/** `adjustment.posted`: the ERP reported the posting under its own reference. */
export type AdjustmentPosted = AdjustmentAct & {
  readonly reference: string;
  readonly postedOn: CivilDate;
  /** the ledger's object of the posting, which clears the adjustment once it is matched */
  readonly object: { readonly type: string; readonly entity: string; readonly id: string };
};

interface DataOf {
  readonly 'adjustment.proposed': AdjustmentProposed;
  readonly 'adjustment.approved': AdjustmentAct;
  readonly 'adjustment.rejected': AdjustmentAct & { readonly reason: string };
  readonly 'adjustment.posted': AdjustmentPosted;
  readonly 'adjustment.expired': AdjustmentAct;
}

/** Proposals of one definition and fiscal period, in the stream `adjustment-_.<definition>.<period>`. */
export type AdjustmentEvent = {
  [T in keyof DataOf]: { readonly type: T; readonly data: DataOf[T] & JsonObject };
}[keyof DataOf];
