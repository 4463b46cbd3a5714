import { transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseAmount } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply, projection } from '../read-model';

const SCHEMA = `
  CREATE TABLE billed_document (
    stream       TEXT PRIMARY KEY,
    type         TEXT NOT NULL,
    entity       TEXT NOT NULL,
    id           TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    document     TEXT NOT NULL,
    currency     TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    first_seen   TEXT NOT NULL,
    withdrawn    INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX billed_document_by_content
    ON billed_document (type, entity, counterparty, document, currency, amount_minor, stream) WHERE withdrawn = 0;
`;

/** The first event that names counterparty, document and amount fixes them; a later event changes only the amount. */
const NOTE_DOCUMENT = `
  INSERT INTO billed_document (stream, type, entity, id, counterparty, document, currency, amount_minor, first_seen, withdrawn)
  VALUES (:stream, :type, :entity, :id, :counterparty, :document, :currency, :amountMinor, :firstSeen, 0)
  ON CONFLICT (stream) DO UPDATE SET currency = excluded.currency, amount_minor = excluded.amount_minor`;

const WITHDRAW = `UPDATE billed_document SET withdrawn = 1 WHERE stream = :stream`;

/** Types of document that somebody is paid, or pays, by. */
const BILLED = new Set(['invoice', 'credit-note', 'customer-invoice']);
/** After these a second document is no second claim. */
const WITHDRAWN_BY = new Set(['rejected', 'reversed', 'cancelled']);

const note: Apply = (event, db) => {
  const { objectType: type, entity, key: id } = parseStreamName(event.stream);
  if (!BILLED.has(type)) return;
  const data = transitionOf(event.entry);
  if (data === undefined) return;
  const counterparty = counterpartyOf(data);
  const { document } = event.entry.source;
  if (counterparty !== undefined && document !== undefined && data.amount !== undefined) {
    const { amount, currency } = data.amount;
    db.run(NOTE_DOCUMENT, {
      stream: event.stream,
      type,
      entity,
      id,
      counterparty,
      document: comparable(document),
      currency,
      amountMinor: parseAmount(amount, currency),
      firstSeen: event.entry.occurredAt,
    });
  }
  if (WITHDRAWN_BY.has(data.transition.action)) db.run(WITHDRAW, { stream: event.stream });
};

function counterpartyOf(data: TransitionData): string | undefined {
  const party = data.related?.find(({ role }) => role === 'supplier' || role === 'customer');
  return party === undefined ? undefined : `${party.type}/${party.id}`;
}

/** "INV-001/a" and "inv 001 A" are one number to the person who typed both. */
function comparable(document: string): string {
  return document
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^0+/, '');
}

/** Documents of one counterparty, number and amount: the same claim, perhaps entered twice. */
export const duplicateDocuments = projection('duplicate-documents', 1, {
  schema: SCHEMA,
  onTransition: note,
});
