import { type CivilDate } from '../../src/kernel/civil-date';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { type SideName } from '../../src/reconciliation/matching/line';
import {
  type FileSide,
  isBudgetSide,
  isFileSide,
  isLedgerSide,
  isStateSide,
  type SideDefinition,
  type Sides,
  sidesOf,
} from '../../src/reconciliation/matching/sides.policy';
import { type LineInput, type StatementInput } from '../../src/reconciliation/runs/input-lines';
import { readsCounterparties } from '../../src/reconciliation/runs/kind-lines';
import { type Population } from '../../src/reconciliation/runs/population';
import { type Counterparty, type RawReference } from '../../src/reconciliation/sources/statement';
import { type ReadDb, type Snapshot } from '../read-model';
import { allAliases } from './aliases.view';
import { budgetCells } from './budget-cells.view';
import { latestFact, ledgerLines } from './book-lines.view';
import { closingBalances } from './stated-balances.view';
import { latestWord, systemStates } from './system-states.view';

const LIST_STATEMENT_LINES = `
  SELECT id, entity, source, account, amount_minor, currency, book_date, refs, text, counterparty
    FROM statement_line
   WHERE status = :status AND book_date <= :cutoff
   ORDER BY id`;

const LIST_FILES = `
  SELECT DISTINCT b.normalised_sha256 AS sha256
    FROM statement_line l JOIN batch b ON b.id = l.batch
   WHERE l.status = :status AND l.book_date <= :cutoff
     AND (:sources IS NULL OR l.source IN (SELECT value FROM json_each(:sources)))
   ORDER BY 1`;

/** The newest day of each account that files of these lines tell of. */
const LIST_LATEST_DAYS = `
  SELECT s.account, max(coalesce(s.closing_date, json_extract(s.data, '$.to'))) AS day
    FROM statement s
   WHERE EXISTS (SELECT 1 FROM statement_line l
                  WHERE l.batch = s.batch AND l.status = :status
                    AND (:sources IS NULL OR l.source IN (SELECT value FROM json_each(:sources)))
                    AND (:entity IS NULL OR l.entity = :entity))
   GROUP BY s.account`;

interface StatementRow {
  readonly id: string;
  readonly entity: string;
  readonly source: string;
  readonly account: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly book_date: string;
  readonly refs: string;
  readonly text: string | null;
  readonly counterparty: string | null;
}

/** What a definition compares up to a day, from one snapshot. */
export function populationOf(
  db: Snapshot,
  { sides, passes }: Definition,
  cutoff: CivilDate,
): Population {
  const lines = new Map<SideName, LineInput[]>();
  const asOf: Partial<Record<SideName, CivilDate>> = {};
  const files = new Set<string>();
  let leftOut = 0;
  for (const [name, side] of sidesOf(sides)) {
    const known = isFileSide(side) ? accountsOf(side, lines.get('A')) : undefined;
    const found = linesOf(db, side, cutoff, known);
    const placed = isPlaced(side) ? found.filter(({ account }) => account !== '') : found;
    leftOut += found.length - placed.length;
    lines.set(name, placed);
    if (isFileSide(side)) for (const sha256 of filesOf(db, side, cutoff)) files.add(sha256);
    const day = side.freshnessDays === undefined ? undefined : asOfDay(db, side);
    if (day !== undefined) asOf[name] = day;
  }
  const { A, B } = sides;
  const states =
    isStateSide(A) && isStateSide(B) ? { states: systemStates(db, [A, B], cutoff) } : {};
  return {
    position: db.position ?? '',
    a: lines.get('A') ?? [],
    b: lines.get('B') ?? [],
    ...(sides.C === undefined ? {} : { c: lines.get('C') ?? [] }),
    files: [...files].sort(),
    ...(leftOut === 0 ? {} : { leftOut }),
    ...(readsCounterparties(passes) ? { aliases: allAliases(db) } : {}),
    ...states,
    ...statedOf(db, sides, cutoff),
    ...(isBudgetSide(A) ? { budgets: budgetCells(db, A, cutoff) } : {}),
    asOf,
  };
}

function statedOf(db: ReadDb, { A, B }: Sides, cutoff: CivilDate): Pick<Population, 'stated'> {
  const of = (side: SideDefinition) =>
    isFileSide(side) && side.balance === 'closing' ? closingBalances(db, side, cutoff) : undefined;
  const [a, b] = [of(A), of(B)];
  if (a === undefined && b === undefined) return {};
  return { stated: { ...(a === undefined ? {} : { A: a }), ...(b === undefined ? {} : { B: b }) } };
}

/** A document that names no control account is in none; how many there are is told with the run. */
const isPlaced = (side: SideDefinition): boolean =>
  isLedgerSide(side) && side.account === 'dimension';

function linesOf(
  db: ReadDb,
  side: SideDefinition,
  cutoff: CivilDate,
  accounts: ReadonlySet<string> | undefined,
): LineInput[] {
  if (isLedgerSide(side)) return ledgerLines(db, side, cutoff);
  if (!isFileSide(side)) return [];
  const { status, entity, sources } = side;
  const found: StatementInput[] = [];
  for (const row of db.all<StatementRow>(LIST_STATEMENT_LINES, { status, cutoff })) {
    if (entity !== undefined && row.entity !== entity) continue;
    if (sources !== undefined && !sources.includes(row.source)) continue;
    if (accounts !== undefined && !accounts.has(row.account)) continue;
    found.push(statementInput(row));
  }
  return found;
}

/** Accounts of which a side of files is taken: those it lists; a posted side takes those that side A names. */
function accountsOf(
  { accounts, status }: FileSide,
  a: readonly LineInput[] | undefined,
): ReadonlySet<string> | undefined {
  if (accounts !== undefined) return new Set(accounts);
  if (status === 'booked' || a === undefined) return undefined;
  return new Set(a.map(({ account }) => account));
}

const filesOf = (db: ReadDb, { status, sources }: FileSide, cutoff: CivilDate): string[] =>
  db
    .all<{ sha256: string }>(LIST_FILES, { status, cutoff, sources: namesOf(sources) })
    .map(({ sha256 }) => sha256);

/** The newest day that a side tells of; of files, of the account that is furthest behind. */
function asOfDay(db: ReadDb, side: SideDefinition): CivilDate | undefined {
  if (isLedgerSide(side)) return latestFact(db, side);
  if (isStateSide(side)) return latestWord(db, side);
  if (!isFileSide(side)) return undefined;
  const { status, sources, entity, accounts } = side;
  const params = { status, sources: namesOf(sources), entity: entity ?? null };
  const days = new Map(
    db
      .all<{ account: string; day: string | null }>(LIST_LATEST_DAYS, params)
      .map(({ account, day }) => [account, day]),
  );
  const asked = (accounts ?? [...days.keys()]).filter((account) => account !== '');
  const told = (asked.length === 0 ? [''] : asked).map(
    (account) => days.get(account) ?? days.get('') ?? undefined,
  );
  return told.includes(undefined) ? undefined : told.sort()[0];
}

const namesOf = (names: readonly string[] | undefined): string | null =>
  names === undefined ? null : JSON.stringify(names);

const statementInput = (row: StatementRow): StatementInput => ({
  id: row.id,
  entity: row.entity,
  account: row.account,
  currency: row.currency,
  amountMinor: row.amount_minor,
  bookDate: row.book_date,
  references: JSON.parse(row.refs) as RawReference[],
  ...(row.text === null ? {} : { text: row.text }),
  ...(row.counterparty === null
    ? {}
    : { counterparty: JSON.parse(row.counterparty) as Counterparty }),
});
