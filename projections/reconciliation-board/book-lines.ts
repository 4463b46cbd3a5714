import { transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { bookedStates } from '../../src/reconciliation/matching/definition.policy';
import { derivedId } from '../../src/reconciliation/matching/ids';
import { dateAsWritten } from '../../src/reconciliation/sources/dates';
import { type RawReference } from '../../src/reconciliation/sources/statement';
import { type Apply, type ProjectedEvent, type ReadDb } from '../read-model';

interface BookLine {
  readonly state: string;
  readonly state_at: string;
  readonly booked_on: string | null;
  readonly value_date: string | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly account: string | null;
  readonly end_to_end_id: string | null;
  readonly refs: string;
}

const FIND_BOOK_LINE = `
  SELECT state, state_at, booked_on, value_date, amount_minor, currency, account, end_to_end_id, refs
    FROM book_line WHERE id = :id`;

const SAVE_BOOK_LINE = `
  INSERT OR REPLACE INTO book_line (id, stream, object, entity, object_id, state, state_at, booked_on, value_date,
         amount_minor, currency, account, end_to_end_id, refs, position)
  VALUES (:id, :stream, :object, :entity, :objectId, :state, :stateAt, :bookedOn, :valueDate,
         :amountMinor, :currency, :account, :endToEndId, :refs, :position)`;

/** Finance objects whose sign on a bank account is negative. */
const MONEY_OUT = new Set(['payment']);

/** Keeps one line for each payment and receipt of the ledger, as its transitions tell. */
export const applyBookTransition: Apply = (event, db) => {
  const transition = transitionOf(event.entry);
  const name = parseStreamName(event.stream);
  const states = bookedStates(name.objectType);
  if (transition === undefined || states.size === 0) return;
  const id = derivedId('line', 'ledger', event.stream);
  const before = db.get<BookLine>(FIND_BOOK_LINE, { id });
  const line = folded(event, transition, before, states);
  const { amount } = transition;
  const amountMinor = amount === undefined ? undefined : parseMoney(amount).minor;
  const sign = MONEY_OUT.has(name.objectType) ? -1n : 1n;
  db.run(SAVE_BOOK_LINE, {
    id,
    stream: event.stream,
    object: name.objectType,
    entity: name.entity,
    objectId: name.key,
    ...line,
    amountMinor: amountMinor === undefined ? (before?.amount_minor ?? null) : sign * amountMinor,
    currency: amount?.currency ?? before?.currency ?? null,
    position: event.position,
  });
};

/** State of the transition that occurred last; the day on which the object was first in a state that moves money. */
function folded(
  { entry }: ProjectedEvent,
  { transition, dimensions = {}, related = [], custom = {} }: TransitionData,
  before: BookLine | undefined,
  states: ReadonlySet<string>,
) {
  const isLate = before !== undefined && entry.occurredAt < before.state_at;
  const day = entry.occurredAt.slice(0, 10);
  const booked = states.has(transition.to) ? [day] : [];
  if (before?.booked_on) booked.push(before.booked_on);
  const endToEndId = dimensions.endToEndId ?? custom.endToEndId;
  const batch = dimensions.paymentBatch ?? dimensions.payout;
  const refs = [
    ...(batch === undefined ? [] : [reference('payment-information', batch)]),
    ...(entry.source.document === undefined ? [] : [reference('document', entry.source.document)]),
    ...related
      .filter(({ role }) => role === 'settles' || role === 'invoice')
      .map(({ id }) => reference('document', id)),
  ];
  return {
    state: isLate ? before.state : transition.to,
    stateAt: isLate ? before.state_at : entry.occurredAt,
    bookedOn: booked.sort()[0] ?? null,
    valueDate: dateAsWritten(dimensions.valueDate ?? '') ?? before?.value_date ?? null,
    account: accountOf(dimensions, related) ?? before?.account ?? null,
    endToEndId: typeof endToEndId === 'string' ? endToEndId : (before?.end_to_end_id ?? null),
    refs: JSON.stringify(withNew(before?.refs, refs)),
  };
}

const accountOf = (
  dimensions: Readonly<Record<string, string>>,
  related: NonNullable<TransitionData['related']>,
): string | undefined =>
  dimensions.bankAccount ?? related.find(({ role }) => role === 'bank-account')?.id;

const reference = (kind: RawReference['kind'], value: string): RawReference => ({ kind, value });

function withNew(
  before: string | undefined,
  found: readonly RawReference[],
): readonly RawReference[] {
  const all = new Map<string, RawReference>();
  for (const ref of [...(JSON.parse(before ?? '[]') as RawReference[]), ...found])
    all.set(ref.value, ref);
  return [...all.values()];
}

/** Lines of one kind of object in some states, up to a day. A fact that states no amount is no line. */
const LIST_BOOK_LINES = `
  SELECT id, entity, object, object_id, state, booked_on AS book_date, value_date,
         amount_minor, currency, account, end_to_end_id, refs
    FROM book_line
   WHERE object = :object AND state IN (SELECT value FROM json_each(:states))
     AND amount_minor IS NOT NULL AND booked_on <= :cutoff
   ORDER BY id`;

export interface BookLineRow {
  readonly id: string;
  readonly entity: string;
  readonly object: string;
  readonly object_id: string;
  readonly state: string;
  readonly book_date: string;
  readonly value_date: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly account: string | null;
  readonly end_to_end_id: string | null;
  readonly refs: string;
}

export function bookLines(
  db: ReadDb,
  object: string,
  states: readonly string[],
  cutoff: string,
): BookLineRow[] {
  return db.all<BookLineRow>(LIST_BOOK_LINES, { object, states: JSON.stringify(states), cutoff });
}
