import { moneyJson, type MoneyJson } from '../../src/kernel/money';
import { type ExplainedLine } from '../../src/reconciliation/matching/explain.policy';
import { type SideName } from '../../src/reconciliation/matching/line';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { normaliseReference } from '../../src/reconciliation/matching/reference.policy';
import {
  isLedgerSide,
  type LedgerObjects,
  placeOfLedgerLine,
  sideOfFiles,
  type Sides,
} from '../../src/reconciliation/matching/sides.policy';
import { type RawReference, type ReferenceKind } from '../../src/reconciliation/sources/statement';
import { type ReadDb } from '../read-model';
import { firstDay } from './book-lines.view';

/** One line as replies show it, whichever side it is on. */
export interface LineView {
  readonly id: string;
  readonly side: SideName;
  readonly entity: string;
  readonly account: string;
  readonly amount: MoneyJson;
  readonly bookDate: string;
  readonly valueDate?: string;
  readonly references: readonly RawReference[];
  readonly text?: string;
  /** of the books: the object it is */
  readonly object?: {
    readonly type: string;
    readonly id: string;
    readonly state: string;
    /** of a line of its document */
    readonly line?: string;
  };
  /** of a line of a document: what it says beside its amount, such as quantity and unit price */
  readonly fields?: Readonly<Record<string, string>>;
  /** of a statement: the batch that brought it, and whether the bank has booked it */
  readonly batch?: string;
  readonly status?: string;
}

const FIND_BOOK_LINES = `
  SELECT id, line, entity, object, object_id, state, days, value_date, amount_minor, currency, account,
         end_to_end_id, refs, fields
    FROM book_line WHERE id IN (SELECT value FROM json_each(:ids))`;

const FIND_STATEMENT_LINES = `
  SELECT id, entity, batch, status, account, book_date, value_date, amount_minor, currency, refs, text
    FROM statement_line WHERE id IN (SELECT value FROM json_each(:ids))`;

interface CommonRow {
  readonly id: string;
  readonly entity: string;
  readonly account: string | null;
  readonly value_date: string | null;
  readonly refs: string;
}

type BookRow = CommonRow & {
  readonly line: string;
  readonly object: string;
  readonly days: string;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly fields: string;
  readonly object_id: string;
  readonly state: string;
  readonly end_to_end_id: string | null;
};

type StatementRow = CommonRow & {
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly book_date: string;
  readonly batch: string;
  readonly status: string;
  readonly text: string | null;
};

/** Lines by id, each on its side of the definition and in that side's sign. */
export function linesById(
  db: ReadDb,
  ids: readonly string[],
  sides: Sides | undefined,
): ReadonlyMap<string, LineView> {
  const params = { ids: JSON.stringify([...new Set(ids)]) };
  const side = sides === undefined ? 'B' : sideOfFiles(sides);
  const lines = [
    ...db.all<BookRow>(FIND_BOOK_LINES, params).map((row) => bookLine(row, sides)),
    ...db.all<StatementRow>(FIND_STATEMENT_LINES, params).map((row) => statementLine(row, side)),
  ];
  return new Map(lines.map((line) => [line.id, line]));
}

/** Money of a line that names none, such as a goods receipt. */
const NO_MONEY: MoneyJson = { amount: '0.00', currency: 'XXX' };

function bookLine(row: BookRow, sides: Sides | undefined): LineView {
  const endToEnd =
    row.end_to_end_id === null ? [] : [{ kind: 'end-to-end' as const, value: row.end_to_end_id }];
  const fields = JSON.parse(row.fields) as Record<string, string>;
  const { object, line, amount_minor: minor, currency } = row;
  const place =
    sides === undefined
      ? ({ side: 'A', factor: 1n } as const)
      : placeOfLedgerLine(sides, { object, line, fields });
  return {
    ...common(row, place.side),
    amount:
      minor === null || currency === null
        ? NO_MONEY
        : moneyJson({ minor: minor * place.factor, currency }),
    bookDate: firstDay(row.days, statesOf(sides, place.side, object) ?? [row.state]),
    ...(row.value_date === null ? {} : { valueDate: row.value_date }),
    references: [...endToEnd, ...(JSON.parse(row.refs) as RawReference[])],
    object: {
      type: object,
      id: row.object_id,
      state: row.state,
      ...(line === '' ? {} : { line }),
    },
    ...(line === '' ? {} : { fields }),
  };
}

function statesOf(
  sides: Sides | undefined,
  name: SideName,
  object: string,
): readonly string[] | undefined {
  const side = sides?.[name];
  if (side === undefined || !isLedgerSide(side) || !Object.hasOwn(side.objects, object))
    return undefined;
  return (side.objects[object] as LedgerObjects).states;
}

export function statementLine(row: StatementRow, side: SideName = 'B'): LineView {
  return {
    ...common(row, side),
    amount: moneyJson({ minor: row.amount_minor, currency: row.currency }),
    bookDate: row.book_date,
    ...(row.value_date === null ? {} : { valueDate: row.value_date }),
    references: JSON.parse(row.refs) as RawReference[],
    ...(row.text === null ? {} : { text: row.text }),
    batch: row.batch,
    status: row.status,
  };
}

const common = (row: CommonRow, side: SideName) => ({
  id: row.id,
  side,
  entity: row.entity,
  account: row.account ?? '',
});

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
    amountMinor: minorOf(line.amount.amount),
    currency: line.amount.currency,
    label: label ?? line.object?.id ?? line.text?.slice(0, 35) ?? '',
  };
}
