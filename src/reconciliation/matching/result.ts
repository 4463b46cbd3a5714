import { type CivilDate } from '../../kernel/civil-date';
import { type Side } from './line';

export interface Member {
  readonly line: string;
  readonly side: Side;
  readonly allocatedMinor: bigint;
}

/** Lines that explain one another. */
export interface MatchGroup {
  readonly kind: 'group';
  readonly id: string;
  /** the pass that made it, or `person` */
  readonly pass: string;
  readonly currency: string;
  /** in order of line id */
  readonly members: readonly Member[];
  /** allocated A - allocated B */
  readonly differenceMinor: bigint;
  /** latest book date of its members */
  readonly clearingDate: CivilDate;
  /** keys that both sides carry */
  readonly keys: readonly string[];
  /** one of several identical pairs, paired in a fixed order */
  readonly interchangeable: boolean;
  /** what a sum rests on */
  readonly facts?: GroupFacts;
}

/** What was searched before a sum was taken for an explanation. */
export interface GroupFacts {
  /** lines that could have been part of it */
  readonly pool: number;
  /** sums of the pool that would hit the amount by chance, in parts per million */
  readonly chancePpm?: number;
}

/** Why the engine does not choose. */
export type AmbiguityReason =
  | 'competing'
  | 'surplus-twin'
  | 'key-reused'
  | 'second-solution'
  | 'contested-claim'
  | 'bucket-too-big'
  | 'budget-exhausted';

export interface Ambiguity {
  readonly kind: 'ambiguity';
  readonly id: string;
  readonly pass: string;
  readonly reason: AmbiguityReason;
  readonly currency: string;
  /** in order of id */
  readonly lines: readonly string[];
  readonly countA: number;
  readonly countB: number;
  /** pairs that the pass would join, by line id; left out when they are many or the pass makes no pairs */
  readonly candidates?: readonly (readonly [a: string, b: string])[];
}

export type BreakType =
  | 'UNMATCHED_A'
  | 'UNMATCHED_B'
  | 'AMOUNT_DIFFERENCE'
  | 'DATE_OUT_OF_WINDOW'
  | 'SPLIT_INCOMPLETE'
  | 'DUPLICATE'
  | 'AMBIGUOUS';

export type Predicate = 'reference' | 'amount' | 'account' | 'currency' | 'date';

export interface FailedPredicate {
  readonly predicate: Predicate;
  readonly a: string;
  readonly b: string;
}

/** The line of the other side that comes closest, and what keeps it away. */
export interface NearestCandidate {
  readonly line: string;
  readonly failed: readonly FailedPredicate[];
}

/** A difference: one or more open lines that the passes did not explain. */
export interface Break {
  readonly kind: 'break';
  readonly id: string;
  readonly type: BreakType;
  readonly reason?: AmbiguityReason;
  readonly currency: string;
  /** in order of id */
  readonly lines: readonly string[];
  readonly countA: number;
  readonly countB: number;
  /** open amounts of its lines; what is open is a - b */
  readonly aMinor: bigint;
  readonly bMinor: bigint;
  /** earliest book date of its lines */
  readonly bookDate: CivilDate;
  readonly failed: readonly FailedPredicate[];
  readonly nearest?: NearestCandidate;
}

/** Lines of one side and currency: all = allocated + open. */
export interface SideTotal {
  readonly kind: 'total';
  readonly id: string;
  readonly side: Side;
  readonly currency: string;
  readonly lines: number;
  readonly amountMinor: bigint;
  readonly allocatedLines: number;
  readonly allocatedMinor: bigint;
  readonly openLines: number;
  readonly openMinor: bigint;
}

/** What one pass confirmed in one currency. */
export interface PassTotal {
  readonly kind: 'total';
  readonly id: string;
  readonly pass: string;
  readonly currency: string;
  readonly groups: number;
  readonly allocatedAMinor: bigint;
  readonly allocatedBMinor: bigint;
  readonly differenceMinor: bigint;
}

export interface MatchResult {
  /** every list in order of id */
  readonly groups: readonly MatchGroup[];
  readonly ambiguities: readonly Ambiguity[];
  /** groups that a person may confirm; their lines are open */
  readonly suggestions: readonly MatchGroup[];
  readonly breaks: readonly Break[];
  readonly totals: readonly (SideTotal | PassTotal)[];
}
