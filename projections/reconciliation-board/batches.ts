import { parseAmount, type MoneyJson } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type BatchReceived } from '../../src/reconciliation/imports/batch.events';
import {
  type NormalisedBalance,
  type NormalisedItem,
  type NormalisedLine,
  readNormalised,
} from '../../src/reconciliation/imports/normalised-file';
import { type Apply, type ProjectedEvent, type ProjectionDb } from '../read-model';

const SAVE_BATCH = `
  INSERT INTO batch (id, stream, revision, source, entity, received_at, received_by, position, log_index,
         file_sha256, normalised_sha256, data)
  VALUES (:id, :stream, :revision, :source, :entity, :receivedAt, :receivedBy, :position, :logIndex,
         :fileSha256, :normalisedSha256, :data)
  ON CONFLICT (id) DO NOTHING`;

const SAVE_STATEMENT = `
  INSERT OR REPLACE INTO statement (batch, ordinal, source, account, opening_minor, opening_currency, opening_date,
         closing_minor, closing_currency, closing_date, data)
  VALUES (:batch, :ordinal, :source, :account, :openingMinor, :openingCurrency, :openingDate,
         :closingMinor, :closingCurrency, :closingDate, :data)`;

/** A line that an earlier batch brought stays that batch's: importing it again adds nothing, unless that was withdrawn. */
const ADD_LINE = `
  INSERT INTO statement_line (id, batch, source, entity, account, status, book_date, value_date,
         amount_minor, currency, refs, text, counterparty, ordinal, natural_key)
  VALUES (:id, :batch, :source, :entity, :account, :status, :bookDate, :valueDate,
         :amountMinor, :currency, :refs, :text, :counterparty, :ordinal, :naturalKey)
  ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, status = excluded.status, ordinal = excluded.ordinal
   WHERE statement_line.status = 'withdrawn'`;

const ADD_BATCH_LINE = `
  INSERT OR REPLACE INTO batch_line (batch, ordinal, line, is_new)
  SELECT :batch, :ordinal, id, batch = :batch FROM statement_line WHERE id = :line`;

const SAVE_REJECT = `
  INSERT OR REPLACE INTO rejected_row (batch, ordinal, reason, data) VALUES (:batch, :ordinal, :reason, :data)`;

interface BatchPlace {
  readonly id: string;
  readonly source: string;
  readonly entity: string;
}

/** Rows of a batch come from its normalised file, whose hash the event names. */
export const applyBatchReceived: Apply = (event, db) => {
  const received = event.entry.data as unknown as BatchReceived;
  const { entity, key: id } = parseStreamName(event.stream);
  // What was taken from the ledger itself is in its own tables already.
  if (received.extract !== undefined)
    return saveBatch(event, { id, source: received.source, entity }, received, db);
  const file = db.blob(received.normalised.sha256);
  if (file === undefined)
    throw new Error(`the blob store has no ${received.normalised.sha256} of batch ${id}`);
  saveBatch(event, { id, source: received.source, entity }, received, db);
  let ordinal = 0;
  for (const item of readNormalised(file)) {
    saveItem(item, ordinal, { id, source: received.source, entity }, db);
    ordinal += 1;
  }
};

function saveBatch(
  event: ProjectedEvent,
  { id, source, entity }: BatchPlace,
  received: BatchReceived,
  db: ProjectionDb,
) {
  db.run(SAVE_BATCH, {
    id,
    stream: event.stream,
    revision: event.revision,
    source,
    entity,
    receivedAt: event.entry.recordedAt,
    receivedBy: event.entry.actor.id,
    position: event.position,
    logIndex: event.index,
    fileSha256: received.file.sha256,
    normalisedSha256: received.normalised.sha256,
    data: JSON.stringify(received),
  });
}

function saveItem(
  item: NormalisedItem,
  ordinal: number,
  batch: BatchPlace,
  db: ProjectionDb,
): void {
  if (item.kind === 'line') return saveLine(item, ordinal, batch, db);
  if (item.kind === 'rejected') {
    return db.run(SAVE_REJECT, {
      batch: batch.id,
      ordinal,
      reason: item.reason,
      data: JSON.stringify(item),
    });
  }
  const { opening, closing } = item;
  db.run(SAVE_STATEMENT, {
    batch: batch.id,
    ordinal: item.statement,
    source: batch.source,
    account: item.account,
    openingMinor: minorOf(opening),
    openingCurrency: opening?.amount.currency ?? null,
    openingDate: opening?.date ?? null,
    closingMinor: minorOf(closing),
    closingCurrency: closing?.amount.currency ?? null,
    closingDate: closing?.date ?? null,
    data: JSON.stringify(item),
  });
}

function saveLine(
  line: NormalisedLine,
  ordinal: number,
  batch: BatchPlace,
  db: ProjectionDb,
): void {
  db.run(ADD_LINE, {
    id: line.id,
    batch: batch.id,
    source: batch.source,
    entity: batch.entity,
    account: line.account,
    status: line.status,
    bookDate: line.bookDate,
    valueDate: line.valueDate ?? null,
    amountMinor: minor(line.amount),
    currency: line.amount.currency,
    refs: JSON.stringify(line.references),
    text: line.text ?? null,
    naturalKey: line.naturalKey ?? null,
    counterparty: line.counterparty === undefined ? null : JSON.stringify(line.counterparty),
    ordinal,
  });
  db.run(ADD_BATCH_LINE, { batch: batch.id, ordinal, line: line.id });
}

const minor = ({ amount, currency }: MoneyJson) => parseAmount(amount, currency);
const minorOf = (balance: NormalisedBalance | undefined) =>
  balance === undefined ? null : minor(balance.amount);
