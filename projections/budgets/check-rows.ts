import { type JsonObject } from '../../src/kernel/json';
import { formatMinor, parseAmount } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply, type ReadDb } from '../read-model';
import { type PendingDocument } from './document-rows';

const PUT_CHECK = `
  INSERT OR IGNORE INTO budget_check (check_id, entity, decision, line, currency, requested, event)
  VALUES (:check, :entity, :decision, :line, :currency, :requested, :event)`;

const FIND_CHECK = `
  SELECT decision, line, currency, requested, event FROM budget_check WHERE check_id = :check`;

/** What a recorded answer about funds says, as far as a citation of it is held against it. */
interface Answered {
  readonly kind?: string;
  readonly check: string;
  readonly decision: string;
  readonly line: { readonly id: string; readonly currency: string };
  readonly figures: { readonly requested?: string };
}

interface CheckRow {
  readonly decision: string;
  readonly line: string;
  readonly currency: string;
  readonly requested: string | null;
  readonly event: string;
}

/** Answers to other questions than those about budgets pass by. */
export const noteCheck: Apply = ({ stream, entry }, db) => {
  const data = entry.data as unknown as Answered;
  if (data.kind !== 'budget') return;
  const { check, decision, line, figures } = data;
  const requested =
    figures.requested === undefined ? null : parseAmount(figures.requested, line.currency);
  db.run(PUT_CHECK, {
    ...{ check, entity: parseStreamName(stream).entity, decision, event: entry.id },
    ...{ line: line.id, currency: line.currency, requested: requested?.toString() ?? null },
  });
};

/**
 * Answers about funds that a document cites. `denied-before`: the answer was no. `other-facts`: it was about another line,
 * or about less than the document demands.
 */
export function citedChecks(db: ReadDb, { fold, counted }: PendingDocument): JsonObject[] {
  const { whole, currency } = counted.told;
  return fold.checks.flatMap((check) => {
    const row = db.get<CheckRow>(FIND_CHECK, { check });
    if (row === undefined) return [];
    const requested = row.requested === null ? undefined : BigInt(row.requested);
    const isMore =
      requested === undefined || (currency === row.currency && BigInt(whole) > requested);
    const isOther = row.line !== counted.line || isMore;
    const flag = row.decision === 'deny' ? 'denied-before' : isOther ? 'other-facts' : undefined;
    return [
      {
        ...{ checkId: check, decision: row.decision, event: row.event },
        ...(requested === undefined ? {} : { requested: formatMinor(requested, row.currency) }),
        ...(flag === undefined ? {} : { flag }),
      },
    ];
  });
}
