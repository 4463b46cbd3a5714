import { type Counterparty, type RawReference } from '../statement';
import { type TextPlace } from '../refused-file';

/** An amount as the file has it, before anything is decided about it. */
export interface AmountText {
  readonly text: string;
  readonly currency: string;
}

export interface ChargeDraft {
  amount?: AmountText;
  direction?: string;
  /** `true` says that the entry's amount already contains the charge */
  included?: string;
}

/** One `TxDtls`. */
export interface DetailDraft {
  amount?: AmountText;
  transactionAmount?: AmountText;
  direction?: string;
  readonly references: RawReference[];
  readonly texts: string[];
  readonly charges: ChargeDraft[];
  debtor: Mutable<Counterparty>;
  creditor: Mutable<Counterparty>;
  code: CodeDraft;
}

/** One `Ntry`, kept until it closes: its details can only be read when its amount, charges and count are known. */
export interface EntryDraft {
  readonly place: TextPlace;
  amount?: AmountText;
  direction?: string;
  status?: string;
  bookDate?: string;
  valueDate?: string;
  reversal?: string;
  /** sum of `NbOfTxs` over the entry's batches */
  transactions?: number;
  readonly references: RawReference[];
  readonly texts: string[];
  readonly charges: ChargeDraft[];
  readonly details: DetailDraft[];
  code: CodeDraft;
}

export interface CodeDraft {
  domain?: string;
  family?: string;
  subFamily?: string;
  proprietary?: string;
}

export interface BalanceDraft {
  type?: string;
  amount?: AmountText;
  direction?: string;
  date?: string;
}

export interface TotalsDraft {
  entries?: string;
  sum?: string;
}

/** One `Stmt`, `Rpt` or `Ntfctn` without its entries. */
export interface StatementDraft {
  readonly place: TextPlace;
  id?: string;
  account?: string;
  currency?: string;
  from?: string;
  to?: string;
  page?: string;
  copy?: string;
  readonly balances: BalanceDraft[];
  totals: TotalsDraft;
  credits: TotalsDraft;
  debits: TotalsDraft;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const newEntry = (place: TextPlace): EntryDraft => ({
  place,
  references: [],
  texts: [],
  charges: [],
  details: [],
  code: {},
});

export const newDetail = (): DetailDraft => ({
  references: [],
  texts: [],
  charges: [],
  debtor: {},
  creditor: {},
  code: {},
});

export const newStatement = (place: TextPlace): StatementDraft => ({
  place,
  balances: [],
  totals: {},
  credits: {},
  debits: {},
});

/** `PMNT/RCDT/ESCT`, or the bank's own code. */
export function codeText(code: CodeDraft): string | undefined {
  const parts = [code.domain, code.family, code.subFamily].filter(
    (part) => part !== undefined && part !== '',
  );
  return parts.length > 0 ? parts.join('/') : code.proprietary;
}
