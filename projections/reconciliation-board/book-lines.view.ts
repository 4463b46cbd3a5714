import { type CivilDate } from '../../src/kernel/civil-date';
import {
  factorOf,
  isMember,
  type LedgerObjects,
  type LedgerSide,
} from '../../src/reconciliation/matching/sides.policy';
import { type BookInput } from '../../src/reconciliation/runs/input-lines';
import { type RawReference } from '../../src/reconciliation/sources/statement';
import { type ReadDb } from '../read-model';

/** Lines of one kind of object in some states. A fact that states no amount is a line only of a document. */
const LIST_BOOK_LINES = `
  SELECT id, line, entity, object, object_id, state, days, amount_minor, currency, account, end_to_end_id,
         counterparty, refs, fields
    FROM book_line
   WHERE object = :object AND state IN (SELECT value FROM json_each(:states))
     AND (line <> '') = :isLine AND (amount_minor IS NOT NULL OR line <> '')
   ORDER BY id`;

const FIND_LATEST = `
  SELECT max(state_at) AS at FROM book_line
   WHERE object IN (SELECT value FROM json_each(:objects)) AND (:entity IS NULL OR entity = :entity)`;

interface BookLineRow {
  readonly id: string;
  readonly line: string;
  readonly entity: string;
  readonly object: string;
  readonly object_id: string;
  readonly days: string;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly account: string | null;
  readonly end_to_end_id: string | null;
  readonly counterparty: string | null;
  readonly refs: string;
  readonly fields: string;
}

/** What a side of the ledger holds up to a day, in the side's sign. */
export function ledgerLines(db: ReadDb, side: LedgerSide, cutoff: CivilDate): BookInput[] {
  const accounts = side.accounts === undefined ? undefined : new Set(side.accounts);
  const found: BookInput[] = [];
  for (const [object, asked] of Object.entries(side.objects)) {
    const rows = db.all<BookLineRow>(LIST_BOOK_LINES, {
      object,
      states: JSON.stringify(asked.states),
      isLine: side.level === 'lines' ? 1 : 0,
    });
    for (const row of rows) {
      const input = inputOf(row, side, asked);
      if (input.bookDate > cutoff || (side.entity ?? row.entity) !== row.entity) continue;
      if (accounts === undefined || accounts.has(input.account)) found.push(input);
    }
  }
  const isAsked = ({ object, fields }: BookInput) =>
    isMember(side.objects[object] as LedgerObjects, fields ?? {});
  return Object.values(side.objects).some(({ where }) => where !== undefined)
    ? found.filter(isAsked)
    : found;
}

/** Day of the newest fact about the objects of a side. */
export function latestFact(db: ReadDb, { objects, entity }: LedgerSide): CivilDate | undefined {
  const params = { objects: JSON.stringify(Object.keys(objects)), entity: entity ?? null };
  return db.get<{ at: string | null }>(FIND_LATEST, params)?.at?.slice(0, 10);
}

function inputOf(row: BookLineRow, side: LedgerSide, asked: LedgerObjects): BookInput {
  const needsFields = side.account !== undefined || side.level === 'lines' || 'where' in asked;
  const fields = needsFields ? (JSON.parse(row.fields) as Record<string, string>) : undefined;
  return {
    id: row.id,
    entity: row.entity,
    object: row.object,
    objectId: row.object_id,
    line: row.line,
    account: accountOf(row, side, fields ?? {}),
    currency: row.currency ?? '',
    amountMinor: (row.amount_minor ?? 0n) * factorOf(row.object, asked),
    bookDate: firstDay(row.days, asked.states),
    ...(row.end_to_end_id === null ? {} : { endToEndId: row.end_to_end_id }),
    ...(row.counterparty === null ? {} : { counterparty: row.counterparty }),
    references: JSON.parse(row.refs) as RawReference[],
    ...(fields === undefined ? {} : { fields }),
  };
}

function accountOf(
  { account, entity }: BookLineRow,
  side: LedgerSide,
  fields: Readonly<Record<string, string>>,
): string {
  if (side.level === 'lines') return account ?? '';
  if (side.account === 'dimension') return fields.account ?? '';
  if (side.account === 'entities') return [entity, fields.counterparty ?? ''].sort().join('/');
  return account ?? '';
}

/** First day on which an object was in one of these states, as its events tell. */
export function firstDay(days: string, states: readonly string[]): CivilDate {
  const all = JSON.parse(days) as Readonly<Record<string, string>>;
  let first = '9999-12-31';
  for (const state of states) {
    const day = all[state];
    if (day !== undefined && day < first) first = day;
  }
  return first;
}
