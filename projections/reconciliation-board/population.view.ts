import { type CivilDate } from '../../src/kernel/civil-date';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { type BookInput, type StatementInput } from '../../src/reconciliation/runs/input-lines';
import { type Population } from '../../src/reconciliation/runs/population';
import { type RawReference } from '../../src/reconciliation/sources/statement';
import { type Snapshot } from '../read-model';
import { type BookLineRow, bookLines } from './book-lines';

const LIST_STATEMENT_LINES = `
  SELECT id, account, amount_minor, currency, book_date, refs, text
    FROM statement_line
   WHERE status = :status AND book_date <= :cutoff
   ORDER BY id`;

const LIST_FILES = `
  SELECT DISTINCT b.normalised_sha256 AS sha256
    FROM statement_line l JOIN batch b ON b.id = l.batch
   WHERE l.status = :status AND l.book_date <= :cutoff
   ORDER BY 1`;

interface StatementRow {
  readonly id: string;
  readonly account: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly book_date: string;
  readonly refs: string;
  readonly text: string | null;
}

/** What a definition compares up to a day: what the books say of it, and what statements booked. */
export function populationOf(db: Snapshot, { sides }: Definition, cutoff: CivilDate): Population {
  const { status } = sides.B;
  const a = Object.entries(sides.A.objects).flatMap(([object, { states }]) =>
    bookLines(db, object, states, cutoff),
  );
  return {
    position: db.position ?? '',
    a: a.map(bookInput),
    b: db.all<StatementRow>(LIST_STATEMENT_LINES, { status, cutoff }).map(statementInput),
    files: db.all<{ sha256: string }>(LIST_FILES, { status, cutoff }).map(({ sha256 }) => sha256),
  };
}

const bookInput = (row: BookLineRow): BookInput => ({
  id: row.id,
  account: row.account ?? '',
  currency: row.currency,
  amountMinor: row.amount_minor,
  bookDate: row.book_date,
  objectId: row.object_id,
  ...(row.end_to_end_id === null ? {} : { endToEndId: row.end_to_end_id }),
  references: JSON.parse(row.refs) as RawReference[],
});

const statementInput = (row: StatementRow): StatementInput => ({
  id: row.id,
  account: row.account,
  currency: row.currency,
  amountMinor: row.amount_minor,
  bookDate: row.book_date,
  references: JSON.parse(row.refs) as RawReference[],
  ...(row.text === null ? {} : { text: row.text }),
});
