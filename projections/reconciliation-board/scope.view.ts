import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { type SideName } from '../../src/reconciliation/matching/line';
import { normaliseAccount } from '../../src/reconciliation/matching/reference.policy';
import {
  factorOf,
  type FileSide,
  isFileSide,
  isLedgerSide,
  type LedgerSide,
  type SideDefinition,
} from '../../src/reconciliation/matching/sides.policy';
import { type ReadDb } from '../read-model';
import { ledgerLines } from './book-lines.view';
import { closingBalances } from './stated-balances.view';

/** Whose lines a reconciliation is about. */
export interface Scope {
  readonly entity: string;
  /** as compared; absent: every account of the entity */
  readonly accounts?: readonly string[] | undefined;
}

export interface ScopedTotal {
  readonly side: 'A' | 'B';
  /** as compared */
  readonly account: string;
  readonly currency: string;
  readonly lines: number;
  readonly minor: bigint;
}

/** Entity of files that are about accounts of several. */
const WHOLE_LEDGER = '_';

/** A file without an entity belongs to a scope only by an account that the scope names. */
export const isInScope = (
  { entity, accounts }: Scope,
  line: { readonly entity: string; readonly account: string },
): boolean =>
  accounts === undefined
    ? line.entity === entity
    : (line.entity === entity || line.entity === WHOLE_LEDGER) &&
      accounts.includes(normaliseAccount(line.account));

/** Parts of sums: a total of many amounts may have more digits than a column of 64 bits. */
const PART = 1_000_000_000n;

const SUM_BOOK_LINES = `
  SELECT entity, coalesce(account, '') AS account, currency, count(*) AS lines,
         sum(amount_minor / 1000000000) AS whole, sum(amount_minor % 1000000000) AS rest
    FROM book_line
   WHERE object = :object AND state IN (SELECT value FROM json_each(:states)) AND entity = :entity AND line = ''
     AND amount_minor IS NOT NULL AND currency IS NOT NULL
     AND (SELECT min(d.value) FROM json_each(days) d WHERE d.key IN (SELECT value FROM json_each(:states))) <= :to
   GROUP BY entity, account, currency`;

const SUM_STATEMENT_LINES = `
  SELECT entity, account, currency, count(*) AS lines,
         sum(amount_minor / 1000000000) AS whole, sum(amount_minor % 1000000000) AS rest
    FROM statement_line
   WHERE status = :status AND entity IN (:entity, '_') AND book_date <= :to
     AND (:sources IS NULL OR source IN (SELECT value FROM json_each(:sources)))
   GROUP BY entity, account, currency`;

interface SumRow {
  readonly entity: string;
  readonly account: string;
  readonly currency: string;
  readonly lines: bigint;
  readonly whole: bigint;
  readonly rest: bigint;
}

/** Sums of lines of one entity, account and currency. */
interface Sum {
  readonly entity: string;
  readonly account: string;
  readonly currency: string;
  readonly lines: number;
  readonly minor: bigint;
}

/** Sums of the population of a definition by side, account and currency: of the same lines as a run up to `to` sees. */
export function scopedTotals(
  db: ReadDb,
  { sides }: Definition,
  scope: Scope,
  to: string,
): ScopedTotal[] {
  const a = sumsOf(db, sides.A, scope.entity, to);
  const b = ofKnownAccounts(sides.B, sumsOf(db, sides.B, scope.entity, to), a);
  return [...added('A', a, scope), ...added('B', b, scope)];
}

function sumsOf(db: ReadDb, side: SideDefinition, entity: string, to: string): Sum[] {
  if ((side.entity ?? entity) !== entity) return [];
  if (isLedgerSide(side)) return sumsOfLedger(db, side, entity, to);
  return isFileSide(side) ? sumsOfFiles(db, side, entity, to) : [];
}

/** What a plain side holds is added up by the database; of others the lines are looked at one by one. */
function sumsOfLedger(db: ReadDb, side: LedgerSide, entity: string, to: string): Sum[] {
  const isPlain =
    side.level !== 'lines' &&
    (side.account ?? 'bank') === 'bank' &&
    Object.values(side.objects).every(({ where }) => where === undefined);
  if (!isPlain)
    return ledgerLines(db, { ...side, entity }, to)
      .filter(({ account }) => side.account !== 'dimension' || account !== '')
      .map(({ account, currency, amountMinor: minor }) => ({
        entity,
        account,
        currency,
        lines: 1,
        minor,
      }));
  return Object.entries(side.objects).flatMap(([object, asked]) =>
    db
      .all<SumRow>(SUM_BOOK_LINES, { object, states: JSON.stringify(asked.states), entity, to })
      .filter(({ account }) => side.accounts?.includes(account) ?? true)
      .map((row) => sumOf(row, factorOf(object, asked))),
  );
}

function sumsOfFiles(db: ReadDb, side: FileSide, entity: string, to: string): Sum[] {
  const { status, accounts } = side;
  if (side.balance === 'closing')
    return closingBalances(db, { ...side, entity }, to).map(({ account, currency, minor }) => ({
      ...{ entity, account, currency, lines: 1, minor },
    }));
  const sources = side.sources === undefined ? null : JSON.stringify(side.sources);
  return db
    .all<SumRow>(SUM_STATEMENT_LINES, { status, sources, entity, to })
    .filter(({ account }) => accounts?.includes(account) ?? true)
    .map((row) => sumOf(row, 1n));
}

const sumOf = ({ entity, account, currency, lines, whole, rest }: SumRow, factor: bigint): Sum => ({
  ...{ entity, account, currency, lines: Number(lines) },
  minor: factor * (whole * PART + rest),
});

/** A posted side without accounts of its own is taken of the accounts that side A names. */
function ofKnownAccounts(
  side: SideDefinition,
  b: readonly Sum[],
  a: readonly Sum[],
): readonly Sum[] {
  if (!isFileSide(side) || side.status === 'booked' || side.accounts !== undefined) return b;
  const known = new Set(a.map(({ account }) => account));
  return b.filter(({ account }) => known.has(account));
}

/** Spellings of one account are one account. */
function added(side: 'A' | 'B', rows: readonly Sum[], scope: Scope): ScopedTotal[] {
  const totals = new Map<string, ScopedTotal>();
  for (const row of rows.filter((one) => isInScope(scope, one))) {
    const account = normaliseAccount(row.account);
    const key = `${row.currency} ${account}`;
    const before = totals.get(key) ?? { lines: 0, minor: 0n };
    totals.set(key, {
      side,
      account,
      currency: row.currency,
      lines: before.lines + row.lines,
      minor: before.minor + row.minor,
    });
  }
  return [...totals.values()];
}

/** The side that files bring statements of bank accounts to: what they close with can be proved by their lines. */
export function bankSide({
  sides,
}: Definition): (FileSide & { readonly side: SideName }) | undefined {
  for (const name of ['A', 'B'] as const) {
    const side = sides[name];
    if (isFileSide(side) && side.status === 'booked' && side.balance === undefined)
      return { ...side, side: name };
  }
  return undefined;
}
