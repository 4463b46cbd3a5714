/** Kinds of key that a pass can compare. */
export type KeyKind = 'endToEnd' | 'document' | 'batch';

export const KEY_KINDS: readonly KeyKind[] = ['endToEnd', 'document', 'batch'];

/** How far two amounts may lie apart; what is not stated allows nothing, and 0 is 0. */
export interface Tolerance {
  /** decimal text by currency, such as `{"EUR": "0.05"}` */
  readonly absolute?: Readonly<Record<string, string>>;
  /** `abs(a - b) * 10000 <= basisPoints * abs(base)` */
  readonly basisPoints?: number;
  readonly base?: 'A' | 'B' | 'MAX' | 'MIN';
  /** with both limits: the smaller or the larger one holds */
  readonly both?: 'LESSER' | 'GREATER';
}

/** Date of side B minus date of side A, in civil days, both ends included; for `contra` the days between its two lines. */
export interface DayWindow {
  readonly from: number;
  readonly to: number;
}

/** All lines of a bucket against one line; `sameDay`: a bucket is one day's lines. */
export interface BucketSum {
  readonly kind: 'bucket';
  readonly sameDay: boolean;
}

/** Some lines of a pool against one line. */
export interface SubsetSum {
  readonly kind: 'subset';
  /** a larger pool is not searched */
  readonly poolMax: number;
  readonly sizeMax: number;
  /** expected solutions by chance, in parts per million, above which a find means nothing */
  readonly chancePpmMax: number;
}

/** One way to explain lines by one another; passes run in the order of their definition, the strongest first. */
export interface MatchPass {
  readonly id: string;
  /** as a controller would say it */
  readonly name: string;
  /** lines of A to lines of B; `contra`: a line and its reversal on one side */
  readonly shape: '1:1' | '1:N' | 'N:1' | 'N:M' | 'contra';
  /** `same`: all lines name one account; `not-named-by-A`: for lines of side A that name none */
  readonly account: 'same' | 'not-named-by-A';
  /** what all lines carry */
  readonly key: KeyKind | 'none';
  /** `equal`: all lines have one known counterparty (default `any`) */
  readonly counterparty?: 'equal' | 'any';
  /** `sum`: amounts of the one side add up to those of the other */
  readonly amount: 'equal' | 'within' | 'sum';
  readonly tolerance?: Tolerance;
  readonly days?: DayWindow;
  /** most days between the lines of one key (`N:M`) */
  readonly spreadDaysMax?: number;
  readonly sums?: BucketSum | SubsetSum;
  /** `mutual`: no line has another candidate; `group-equal`: all lines of the key belong together */
  readonly uniqueness: 'mutual' | 'group-equal';
  /** a suggestion is shown and never confirmed by the machine */
  readonly outcome: 'confirm' | 'suggest';
  /** ambiguous lines are kept from later passes, or left to them */
  readonly ambiguous: 'hold' | 'pass-on';
}

/** How far two figures may lie apart: the greater of both limits holds; what is not stated allows nothing. */
export interface FieldTolerance {
  readonly basisPoints?: number;
  /** exact decimal */
  readonly absolute?: string;
}

/** Tolerances of a three-way match, each field on its own. */
export interface LineTolerances {
  readonly quantity?: FieldTolerance;
  readonly price?: FieldTolerance;
  readonly tax?: FieldTolerance;
}
