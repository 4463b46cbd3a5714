import { type Entry, type TransitionData } from '../../kernel/entry';
import { type MoneyJson } from '../../kernel/money';
import { type Instant } from '../../kernel/runtime';
import { BUDGET_DIMENSIONS, type BudgetDimension } from './budget-line.policy';
import { isBooking, stageOf } from './stage.policy';

/**
 * One word of a source. Which of two holds follows from the words alone and not from their arrival: a strong one before
 * a weak one, then the later by the source's own time, then the state further on in the workflow, then the event id.
 */
export interface Said<T> {
  readonly value: T;
  readonly at: Instant;
  /** place of the event's state in its workflow: sources whose times are dates report several steps at one instant */
  readonly rank: number;
  readonly event: string;
  readonly isWeak?: true;
}

export interface SaidAmount extends MoneyJson {
  readonly base?: TransitionData['baseAmount'];
}

/** A step of a budget: what it sets the budget to, or adds to it. */
export interface BudgetStep {
  readonly action: string;
  readonly amount?: MoneyJson;
}

/** What the events of one document say that bears on budgets; plain JSON. */
export interface DocumentFold {
  readonly firstAt: Instant;
  readonly state?: Said<string>;
  /** the latest state that speaks of the books */
  readonly booked?: Said<string>;
  readonly amount?: Said<SaidAmount>;
  readonly dimensions: Readonly<Partial<Record<BudgetDimension, Said<string>>>>;
  /** answers to checks that its events cite, ascending */
  readonly checks: readonly string[];
  /** it was once in a stage that counts against a budget */
  readonly wasLive: boolean;
  /** it is the posting of another document, or of a sale: its amount is not spent here */
  readonly isElsewhere: boolean;
  /** of a budget only */
  readonly steps?: readonly Said<BudgetStep>[];
}

const ARCHIVED = 'archived';

/** Amounts of these are of a part, such as a payment, and hold only where nothing says the whole. */
const PARTIAL: ReadonlySet<string> = new Set([
  'invoice.paid',
  'credit-note.applied',
  'requisition.ordered',
  'purchase-order.received',
]);

const SALES_TYPES: ReadonlySet<string> = new Set(['customer', 'customer-invoice', 'sales-order']);

/** A transition as the ledger has it. */
export interface DocumentEvent {
  readonly entry: Entry;
  readonly data: TransitionData;
  /** place of the reached state in the workflow of the type */
  readonly rank: number;
}

/** Adds one event to what is known of its document. The result does not depend on the order of the events. */
export function foldDocument(
  type: string,
  before: DocumentFold | undefined,
  { entry, data, rank }: DocumentEvent,
): DocumentFold {
  const said = sayer(entry, rank);
  const { to, action } = data.transition;
  const state = to === ARCHIVED ? before?.state : later(before?.state, said(to));
  const booked = isBooking(to) ? later(before?.booked, said(to)) : before?.booked;
  const amount =
    data.amount === undefined ? before?.amount : amountAfter(before, said, data, entry);
  const own = type === 'budget' ? { steps: stepsAfter(before?.steps, said, action, data) } : {};
  return {
    firstAt:
      before === undefined || entry.occurredAt < before.firstAt ? entry.occurredAt : before.firstAt,
    ...(state === undefined ? {} : { state }),
    ...(booked === undefined ? {} : { booked }),
    ...(amount === undefined ? {} : { amount }),
    dimensions: dimensionsAfter(before?.dimensions ?? {}, said, data),
    checks: [...new Set([...(before?.checks ?? []), ...(data.checks ?? [])])].sort(),
    wasLive: before?.wasLive === true || stageOf(type, to, to) !== 'none',
    isElsewhere: before?.isElsewhere === true || saysElsewhere(type, data),
    ...own,
  };
}

type Sayer = <T>(value: T, isWeak?: boolean) => Said<T>;

function sayer(entry: Entry, rank: number): Sayer {
  const word = { at: entry.occurredAt, rank, event: entry.id };
  return (value, isWeak = false) => ({ value, ...word, ...(isWeak ? { isWeak } : {}) });
}

function amountAfter(
  before: DocumentFold | undefined,
  said: Sayer,
  { amount, baseAmount }: TransitionData,
  { type }: Entry,
): Said<SaidAmount> | undefined {
  if (amount === undefined) return before?.amount;
  const base = baseAmount === undefined ? {} : { base: baseAmount };
  return later(before?.amount, said({ ...amount, ...base }, PARTIAL.has(type)));
}

function dimensionsAfter(
  before: DocumentFold['dimensions'],
  said: Sayer,
  { dimensions }: TransitionData,
): DocumentFold['dimensions'] {
  if (dimensions === undefined) return before;
  const after: Partial<Record<BudgetDimension, Said<string>>> = { ...before };
  for (const name of BUDGET_DIMENSIONS) {
    const value = dimensions[name];
    if (value !== undefined) after[name] = later(before[name], said(value));
  }
  return after;
}

/** Steps of a budget in the order in which they occurred. */
function stepsAfter(
  before: readonly Said<BudgetStep>[] = [],
  said: Sayer,
  action: string,
  { amount }: TransitionData,
): readonly Said<BudgetStep>[] {
  const step = said({ action, ...(amount === undefined ? {} : { amount }) });
  if (before.some(({ event }) => event === step.event)) return before;
  return [...before, step].sort((a, b) => (isLater(a, b) ? 1 : -1));
}

function saysElsewhere(type: string, { related = [], dimensions }: TransitionData): boolean {
  if (type === 'journal-entry') return related.some(({ role }) => role === 'posts');
  if (type !== 'credit-note') return false;
  return dimensions?.['side'] === 'customer' || related.some((one) => SALES_TYPES.has(one.type));
}

function later<T>(a: Said<T> | undefined, b: Said<T>): Said<T> {
  return a === undefined || isLater(b, a) ? b : a;
}

/** Whether `a` holds against `b`. */
function isLater(a: Said<unknown>, b: Said<unknown>): boolean {
  if (a.isWeak !== b.isWeak) return b.isWeak === true;
  if (a.at !== b.at) return a.at > b.at;
  if (a.rank !== b.rank) return a.rank > b.rank;
  return a.event > b.event;
}
