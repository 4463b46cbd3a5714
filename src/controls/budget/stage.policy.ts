/** What a document does to a budget at one moment of its life. */
export type Stage = 'none' | 'precommitted' | 'committed' | 'actual';

type States = Readonly<Record<string, Stage>>;

const PRECOMMITTED: Stage = 'precommitted';
const COMMITTED: Stage = 'committed';

/**
 * A demand reserves from the moment it is submitted, an order commits once it is approved, and what is billed stays
 * committed until it is in the books, so that no amount is free between two documents.
 */
const STAGES: Readonly<Record<string, States>> = {
  requisition: { submitted: PRECOMMITTED, approved: PRECOMMITTED, ordered: PRECOMMITTED },
  'purchase-order': {
    created: PRECOMMITTED,
    submitted: PRECOMMITTED,
    approved: COMMITTED,
    issued: COMMITTED,
    confirmed: COMMITTED,
    received: COMMITTED,
  },
  invoice: {
    received: COMMITTED,
    validated: COMMITTED,
    matched: COMMITTED,
    blocked: COMMITTED,
    approved: COMMITTED,
  },
  'expense-claim': {
    submitted: PRECOMMITTED,
    endorsed: PRECOMMITTED,
    approved: COMMITTED,
    'payment-requested': COMMITTED,
  },
  'credit-note': {},
  'journal-entry': {},
};

/** Types whose amounts count against a budget. */
export const SPENDING_TYPES: ReadonlySet<string> = new Set(Object.keys(STAGES));

/** States in which the amount is in the books; a payment block does not take it out of them. */
const IN_BOOKS: ReadonlySet<string> = new Set(['posted', 'paid', 'applied']);
/** States that say whether the amount is in the books or is not. */
const BOOKING: ReadonlySet<string> = new Set([...IN_BOOKS, 'reversed', 'rejected']);

/** Whether a state speaks of the books; the latest that does holds. */
export const isBooking = (state: string): boolean => BOOKING.has(state);

/**
 * @param state the latest state but `archived`, which changes no figure
 * @param booked the latest state that speaks of the books
 */
export function stageOf(type: string, state: string | undefined, booked?: string): Stage {
  const stages = Object.hasOwn(STAGES, type) ? STAGES[type] : undefined;
  if (stages === undefined) return 'none';
  if (booked !== undefined && IN_BOOKS.has(booked)) return 'actual';
  return state !== undefined && Object.hasOwn(stages, state) ? (stages[state] ?? 'none') : 'none';
}

/** An order that was closed keeps what it took over from its requisition; one that was cancelled gives it back. */
export const keepsDemand = (type: string, state: string | undefined): boolean =>
  type === 'purchase-order' && state === 'closed';

/** Which document takes over from which: the later one relieves the earlier one. */
const STEP: Readonly<Record<string, number>> = {
  requisition: 1,
  'purchase-order': 2,
  invoice: 3,
  'expense-claim': 3,
  'credit-note': 4,
};

/** True where `later` takes over an amount of `earlier`. */
export function relieves(later: string, earlier: string): boolean {
  const [a, b] = [STEP[later], STEP[earlier]];
  return a !== undefined && b !== undefined && a > b;
}
