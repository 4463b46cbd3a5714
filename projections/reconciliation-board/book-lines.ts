import { transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { dateAsWritten } from '../../src/reconciliation/sources/dates';
import { ledgerSource } from '../../src/reconciliation/sources/ledger-source.policy';
import { type RawReference } from '../../src/reconciliation/sources/statement';
import { type Apply, type ProjectedEvent } from '../read-model';
import { type BookLine, bookLineId } from './book-line';
import { applyDocumentLines } from './document-lines';

const FIND_BOOK_LINE = `
  SELECT state, state_at, days, value_date, amount_minor, currency, account, end_to_end_id, counterparty, refs, fields
    FROM book_line WHERE id = :id`;

const SAVE_BOOK_LINE = `
  INSERT OR REPLACE INTO book_line (id, stream, line, object, entity, object_id, state, state_at, days, value_date,
         amount_minor, currency, account, end_to_end_id, counterparty, refs, fields, position)
  VALUES (:id, :stream, '', :object, :entity, :objectId, :state, :stateAt, :days, :valueDate,
         :amountMinor, :currency, :account, :endToEndId, :counterparty, :refs, :fields, :position)`;

/** Finance objects whose sign on a bank account is negative. */
const MONEY_OUT = new Set(['payment']);

/** Objects whose events may bring lines of the document. */
const HAS_LINES = new Set([
  'purchase-order',
  'goods-receipt',
  'invoice',
  'credit-note',
  'customer-invoice',
  'journal-entry',
]);

/** Keeps one line for each finance object that a reconciliation can compare, and one for each line of its document. */
export const applyBookTransition: Apply = (event, db) => {
  const transition = transitionOf(event.entry);
  const name = parseStreamName(event.stream);
  if (transition === undefined || ledgerSource(name.objectType) === undefined) return;
  const id = bookLineId(event.stream);
  const before = db.get<BookLine>(FIND_BOOK_LINE, { id });
  const line = folded(event, transition, before);
  const { amount } = transition;
  const amountMinor = amount === undefined ? undefined : parseMoney(amount).minor;
  const sign = MONEY_OUT.has(name.objectType) ? -1n : 1n;
  const currency = amount?.currency ?? before?.currency ?? null;
  db.run(SAVE_BOOK_LINE, {
    id,
    stream: event.stream,
    object: name.objectType,
    entity: name.entity,
    objectId: name.key,
    ...line,
    amountMinor: amountMinor === undefined ? (before?.amount_minor ?? null) : sign * amountMinor,
    currency,
    position: event.position,
  });
  if (HAS_LINES.has(name.objectType))
    applyDocumentLines(event, transition, { ...line, currency }, db);
};

/** State of the transition that occurred last, and the day on which the object first came to each of its states. */
function folded(
  { entry }: ProjectedEvent,
  { transition, dimensions = {}, related = [], custom = {}, baseAmount }: TransitionData,
  before: BookLine | undefined,
) {
  const isLate = before !== undefined && entry.occurredAt < before.state_at;
  const endToEndId = dimensions.endToEndId ?? custom.endToEndId;
  const batch = dimensions.paymentBatch ?? dimensions.payout;
  const refs = [
    ...(batch === undefined ? [] : [reference('payment-information', batch)]),
    ...(entry.source.document === undefined ? [] : [reference('document', entry.source.document)]),
    ...related
      .filter(({ role }) => role === 'settles' || role === 'invoice')
      .map(({ id }) => reference('document', id)),
  ];
  const known = JSON.parse(before?.fields ?? '{}') as Record<string, string>;
  const told = {
    ...dimensions,
    ...(baseAmount === undefined
      ? {}
      : { baseAmount: baseAmount.amount, baseCurrency: baseAmount.currency }),
    ...relatedFields(related),
    ...(transition.action === 'approved' ? { approved: entry.occurredAt.slice(0, 10) } : {}),
  };
  return {
    state: isLate ? before.state : transition.to,
    stateAt: isLate ? before.state_at : entry.occurredAt,
    days: daysWith(before?.days, transition.to, entry.occurredAt.slice(0, 10)),
    valueDate: dateAsWritten(dimensions.valueDate ?? '') ?? before?.value_date ?? null,
    account: accountOf(dimensions, related) ?? before?.account ?? null,
    endToEndId: typeof endToEndId === 'string' ? endToEndId : (before?.end_to_end_id ?? null),
    counterparty:
      dimensions.counterparty ??
      dimensions.supplier ??
      dimensions.customer ??
      before?.counterparty ??
      null,
    refs: JSON.stringify(withNew(before?.refs, refs)),
    fields: JSON.stringify(isLate ? { ...told, ...known } : { ...known, ...told }),
  };
}

/** First day in each state, as canonical text: states in order of name. */
function daysWith(before: string | undefined, state: string, day: string): string {
  const days = JSON.parse(before ?? '{}') as Record<string, string>;
  const first = days[state];
  if (first !== undefined && first <= day) return before ?? '{}';
  return JSON.stringify({ ...days, [state]: day });
}

/** The documents that an object names as its own: a line that names another says so itself. */
function relatedFields(related: NonNullable<TransitionData['related']>): Record<string, string> {
  const of = (role: string) => related.find((one) => one.role === role)?.id;
  const [order, receipt] = [of('order'), of('receipt')];
  return {
    ...(order === undefined ? {} : { order }),
    ...(receipt === undefined ? {} : { receipt }),
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
