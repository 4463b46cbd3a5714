import { moneyJson, type MoneyJson } from '../../src/kernel/money';
import { type ExplainedLine } from '../../src/reconciliation/matching/explain.policy';
import { normaliseReference } from '../../src/reconciliation/matching/reference.policy';
import { type RawReference, type ReferenceKind } from '../../src/reconciliation/sources/statement';
import { type ReadDb } from '../read-model';

/** One line as replies show it, whichever side it is on. */
export interface LineView {
  readonly id: string;
  readonly side: 'A' | 'B';
  readonly entity: string;
  readonly account: string;
  readonly amount: MoneyJson;
  readonly bookDate: string;
  readonly valueDate?: string;
  readonly references: readonly RawReference[];
  readonly text?: string;
  /** of the books: the object it is */
  readonly object?: { readonly type: string; readonly id: string; readonly state: string };
  /** of a statement: the batch that brought it, and whether the bank has booked it */
  readonly batch?: string;
  readonly status?: string;
}

const FIND_BOOK_LINES = `
  SELECT id, entity, object, object_id, state, booked_on AS book_date, value_date, amount_minor, currency, account,
         end_to_end_id, refs
    FROM book_line WHERE id IN (SELECT value FROM json_each(:ids))`;

const FIND_STATEMENT_LINES = `
  SELECT id, entity, batch, status, account, book_date, value_date, amount_minor, currency, refs, text
    FROM statement_line WHERE id IN (SELECT value FROM json_each(:ids))`;

interface CommonRow {
  readonly id: string;
  readonly entity: string;
  readonly account: string | null;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly book_date: string;
  readonly value_date: string | null;
  readonly refs: string;
}

type BookRow = CommonRow & {
  readonly object: string;
  readonly object_id: string;
  readonly state: string;
  readonly end_to_end_id: string | null;
};

type StatementRow = CommonRow & {
  readonly batch: string;
  readonly status: string;
  readonly text: string | null;
};

/** Lines by id, of both sides. */
export function linesById(db: ReadDb, ids: readonly string[]): ReadonlyMap<string, LineView> {
  const params = { ids: JSON.stringify([...new Set(ids)]) };
  const lines = [
    ...db.all<BookRow>(FIND_BOOK_LINES, params).map(bookLine),
    ...db.all<StatementRow>(FIND_STATEMENT_LINES, params).map(statementLine),
  ];
  return new Map(lines.map((line) => [line.id, line]));
}

function bookLine(row: BookRow): LineView {
  const endToEnd =
    row.end_to_end_id === null ? [] : [{ kind: 'end-to-end' as const, value: row.end_to_end_id }];
  return {
    ...common(row, 'A'),
    references: [...endToEnd, ...(JSON.parse(row.refs) as RawReference[])],
    object: { type: row.object, id: row.object_id, state: row.state },
  };
}

export function statementLine(row: StatementRow): LineView {
  return {
    ...common(row, 'B'),
    references: JSON.parse(row.refs) as RawReference[],
    ...(row.text === null ? {} : { text: row.text }),
    batch: row.batch,
    status: row.status,
  };
}

function common(row: CommonRow, side: 'A' | 'B') {
  return {
    id: row.id,
    side,
    entity: row.entity,
    account: row.account ?? '',
    amount: moneyJson({ minor: row.amount_minor, currency: row.currency }),
    bookDate: row.book_date,
    ...(row.value_date === null ? {} : { valueDate: row.value_date }),
  };
}

/** The reference that a person recognises the line by: the first of these kinds that says something. */
const LABEL_KINDS: readonly ReferenceKind[] = [
  'end-to-end',
  'document',
  'creditor',
  'instruction',
  'payment-information',
];

export function explained(line: LineView): ExplainedLine {
  const label = LABEL_KINDS.flatMap((kind) => line.references.filter((r) => r.kind === kind)).find(
    ({ value }) => normaliseReference(value) !== undefined,
  )?.value;
  return {
    side: line.side,
    bookDate: line.bookDate,
    amountMinor: BigInt(line.amount.amount.replace('.', '')),
    currency: line.amount.currency,
    label: label ?? line.object?.id ?? line.text?.slice(0, 35) ?? '',
  };
}
