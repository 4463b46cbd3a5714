export type ItemClass = 'TIMING' | 'PERMANENT' | 'ERROR_OURS' | 'ERROR_THEIRS' | 'UNEXPLAINED';

/** Sum of the lines of one side, account and currency up to the cut-off. */
export interface AccountTotal {
  readonly side: 'A' | 'B';
  readonly account: string;
  readonly currency: string;
  readonly lines: number;
  readonly minor: bigint;
}

/** Balance of an account before the first line that is here. */
export interface OpeningBalance {
  readonly account: string;
  readonly currency: string;
  readonly booksMinor: bigint;
  readonly sourceMinor: bigint;
  /** stated when the period was opened, or the first statement's opening balance, taken for both sides */
  readonly basis: 'stated' | 'first-statement';
}

/** A break that is open at the cut-off, with what of it belongs to this reconciliation. */
export interface ReconcilingItem {
  readonly id: string;
  readonly type: string;
  readonly class: ItemClass;
  readonly currency: string;
  readonly aMinor: bigint;
  readonly bMinor: bigint;
  readonly cause?: string;
  /** 64 hex of the explanation's text */
  readonly explanation?: string;
}

/** A live group whose two sides differ by what a tolerance or a person allowed. */
export interface GroupDifference {
  readonly group: string;
  readonly currency: string;
  /** side A - side B */
  readonly minor: bigint;
}

/** What the newest statement up to the cut-off says its account holds. */
export interface SourceControl {
  readonly account: string;
  readonly currency: string;
  readonly on: string;
  readonly statedMinor: bigint;
  readonly computedMinor: bigint;
}

/** A control of a statement that failed within the period. */
export interface FailedControl {
  readonly batch: string;
  readonly statement: number;
  readonly control: string;
  /** accepted by a person, with a reason */
  readonly accepted: boolean;
}

/** Changes of a closed period that entered this one, by side and currency. */
export interface LateTotal {
  /** the closed period that they belong to */
  readonly period: string;
  readonly side: string;
  readonly currency: string;
  readonly count: number;
  readonly netMinor: bigint;
  readonly grossMinor: bigint;
}

/** Everything that a reconciliation is computed from, as of one position of the log. */
export interface ReconciliationRows {
  readonly definition: { readonly id: string; readonly version: number };
  readonly entity: string;
  readonly period: string;
  readonly from: string;
  readonly cutoff: string;
  readonly accounts: readonly string[] | undefined;
  readonly levels: readonly string[];
  /** by currency, decimal text */
  readonly thresholds: Readonly<Record<string, string>>;
  /** the closing that the opening items come from */
  readonly opening:
    { readonly period: string; readonly version: number; readonly snapshot: string } | undefined;
  readonly totals: readonly AccountTotal[];
  readonly broughtForward: readonly OpeningBalance[];
  readonly run: { readonly cutoff: string; readonly result: string } | undefined;
  readonly items: readonly ReconcilingItem[];
  readonly differences: readonly GroupDifference[];
  /** ids of live groups that persons made */
  readonly decided: readonly string[];
  /** clients that made them; no part of the statement */
  readonly workers: readonly string[];
  readonly late: readonly LateTotal[];
  readonly source: readonly SourceControl[];
  readonly failed: readonly FailedControl[];
}
