import { type CivilDate } from '../../kernel/civil-date';
import { type JsonObject } from '../../kernel/json';
import { type Instant } from '../../kernel/runtime';

/** Who decided, and when; absent in assignments of service versions before 0.3. */
export type BreakAct = {
  readonly at?: Instant;
  readonly by?: string;
  readonly byPerson?: string;
};

export const BREAK_CLASSES = [
  'TIMING',
  'PERMANENT',
  'ERROR_OURS',
  'ERROR_THEIRS',
  'UNEXPLAINED',
] as const;
export type BreakClass = (typeof BREAK_CLASSES)[number];

/** `break.assigned`: who works on it, and until when. Before its first decision a break is only a row. */
export type BreakAssigned = BreakAct & {
  /** client or person id */
  readonly owner: string;
  readonly due?: CivilDate;
};

export type BreakClassified = BreakAct & { readonly class: BreakClass };

/** The cause is a code of the ledger's own list; both hold for one fiscal period. */
export type BreakExplained = BreakAct & {
  readonly period: string;
  readonly cause: string;
  readonly explanation?: string;
};

export type CounterpartyAwaited = BreakAct & {
  readonly counterparty: string;
  readonly due: CivilDate;
};

/** `matched` and `withdrawn` follow from lines and are no decisions; `adjusted` and `written-off` from adjustments. */
export type BreakResolved = BreakAct & {
  readonly resolution: 'carried';
  /** it holds for this fiscal period only */
  readonly period: string;
};

export type BreakReasoned = BreakAct & { readonly reason: string };
export type BreakCommented = BreakAct & { readonly text: string };

/** A file beside the break; its bytes are in the blob store under the hash, its name is not kept. */
export type BreakAttached = BreakAct & {
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
};

interface DataOf {
  readonly 'break.assigned': BreakAssigned;
  readonly 'break.taken-up': BreakAct;
  readonly 'break.classified': BreakClassified;
  readonly 'break.explained': BreakExplained;
  readonly 'break.counterparty-awaited': CounterpartyAwaited;
  readonly 'break.resolved': BreakResolved;
  readonly 'break.closed': BreakAct & { readonly note?: string };
  readonly 'break.reopened': BreakReasoned;
  readonly 'break.commented': BreakCommented;
  readonly 'break.attached': BreakAttached;
}

export type BreakEventType = keyof DataOf;

/** Decisions on one break, in the stream `break-_.<break id>`. */
export type BreakEvent = {
  [T in BreakEventType]: { readonly type: T; readonly data: DataOf[T] & JsonObject };
}[BreakEventType];
