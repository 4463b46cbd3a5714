import { type CivilDate } from '../../kernel/civil-date';
import { type SideName } from './line';

export interface Member {
  readonly line: string;
  readonly side: SideName;
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

/** What was searched before a sum was taken for an explanation, or the figures that a comparison rests on. */
export interface GroupFacts {
  /** lines that could have been part of it */
  readonly pool?: number;
  /** decimal text by name */
  readonly figures?: Readonly<Record<string, string>>;
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

export const BREAK_TYPES = [
  'UNMATCHED_A',
  'UNMATCHED_B',
  'AMOUNT_DIFFERENCE',
  'FX_DIFFERENCE',
  'TAX_VARIANCE',
  'QUANTITY_VARIANCE',
  'PRICE_VARIANCE',
  'DATE_OUT_OF_WINDOW',
  'CUTOFF',
  'CURRENCY_MISMATCH',
  'MISCODING',
  'DUPLICATE',
  'AMBIGUOUS',
  'SPLIT_INCOMPLETE',
  'OVER_ALLOCATED',
  'MISSING_DOCUMENT',
  'STATE_MISMATCH',
  'STALE_TARGET',
  'BALANCE_BREAK',
] as const;
export type BreakType = (typeof BREAK_TYPES)[number];

export type Predicate =
  | 'reference'
  | 'amount'
  | 'account'
  | 'currency'
  | 'date'
  | 'period'
  | 'quantity'
  | 'price'
  | 'tax'
  | 'document'
  | 'state'
  | 'version'
  | 'base amount'
  | 'budget';

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
  /** what it is about when that is more than its lines: an order line, an object, a balance */
  readonly subject?: Readonly<Record<string, string>>;
}

/** An equation that every run of a kind must meet, with its terms: the first is the sum of the others. */
export interface Identity {
  readonly kind: 'identity';
  readonly id: string;
  readonly check: string;
  /** a currency, or what is counted */
  readonly unit: string;
  /** decimal or whole numbers as text, in the order of the equation */
  readonly terms: readonly { readonly name: string; readonly value: string }[];
  readonly holds: boolean;
}

/** Lines of one side and currency: all = allocated + open. */
export interface SideTotal {
  readonly kind: 'total';
  readonly id: string;
  readonly side: SideName;
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
  /** only of kinds that check more than that lines are conserved */
  readonly identities?: readonly Identity[];
}
