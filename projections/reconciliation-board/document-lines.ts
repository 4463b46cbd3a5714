import { parseDecimal, roundDecimal } from '../../src/kernel/decimal';
import { type TransitionData } from '../../src/kernel/entry';
import { isJsonObject } from '../../src/kernel/json';
import { minorDigits } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type ProjectedEvent, type ProjectionDb } from '../read-model';
import { type BookLine, bookLineId } from './book-line';

type DocumentLine = Readonly<Record<string, string>> & { readonly line: string };
type Header = Pick<BookLine, 'state' | 'days' | 'currency' | 'counterparty' | 'fields'> & {
  readonly stateAt: string;
};

const FIND_LINE = `SELECT fields, state_at FROM book_line WHERE id = :id`;

const SAVE_LINE = `
  INSERT OR REPLACE INTO book_line (id, stream, line, object, entity, object_id, state, state_at, days, value_date,
         amount_minor, currency, account, end_to_end_id, counterparty, refs, fields, position)
  VALUES (:id, :stream, :line, :object, :entity, :objectId, :state, :stateAt, :days, NULL,
         :amountMinor, :currency, :account, NULL, :counterparty, :refs, :fields, :position)`;

/** Lines stand and fall with their document. */
const MOVE_LINES = `
  UPDATE book_line SET state = :state, days = :days WHERE stream = :stream AND line <> ''`;

/** Lines of a document, each under its number: what a later event says of a line takes the place of what was said. */
export function applyDocumentLines(
  event: ProjectedEvent,
  { custom = {}, dimensions = {} }: TransitionData,
  header: Header,
  db: ProjectionDb,
): void {
  const { stream, entry, position } = event;
  const name = parseStreamName(stream);
  db.run(MOVE_LINES, { stream, state: header.state, days: header.days });
  const lines = Array.isArray(custom.lines) ? custom.lines : [];
  for (const line of lines.filter(isJsonObject) as unknown as readonly DocumentLine[]) {
    const id = bookLineId(stream, line.line);
    const before = db.get<{ fields: string; state_at: string }>(FIND_LINE, { id });
    if (before !== undefined && entry.occurredAt < before.state_at) continue;
    const known = JSON.parse(before?.fields ?? '{}') as Record<string, string>;
    const headerFields = JSON.parse(header.fields) as Record<string, string>;
    const fields: Record<string, string> = { ...headerFields, ...known, ...line };
    const currency = line.currency ?? header.currency;
    db.run(SAVE_LINE, {
      id,
      stream,
      line: line.line,
      object: name.objectType,
      entity: name.entity,
      objectId: name.key,
      state: header.state,
      stateAt: entry.occurredAt,
      days: header.days,
      amountMinor: currency === null ? null : amountOf(fields, currency),
      currency,
      account: line.account ?? dimensions.account ?? null,
      counterparty: header.counterparty,
      refs: JSON.stringify(
        [line.document, fields.documentReference].flatMap((value) =>
          value === undefined ? [] : [{ kind: 'document', value }],
        ),
      ),
      fields: JSON.stringify(fields),
      position,
    });
  }
}

/** Minor units of a line: its amount, else credit less debit; `null` when it names none. */
function amountOf(
  { amount, debit, credit }: Readonly<Record<string, string>>,
  currency: string,
): bigint | null {
  const digits = minorDigits(currency);
  if (digits === undefined) return null;
  const minor = (text: string) => roundDecimal(parseDecimal(text), digits).unscaled;
  if (amount !== undefined) return minor(amount);
  if (debit === undefined && credit === undefined) return null;
  return minor(credit ?? '0') - minor(debit ?? '0');
}
