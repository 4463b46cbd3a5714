import { parseStreamName } from '../../src/kernel/stream-name';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import {
  isFileSide,
  isLedgerSide,
  type SideDefinition,
} from '../../src/reconciliation/matching/sides.policy';
import { minorOf } from '../../src/reconciliation/matching/result-file';
import { ledgerSource } from '../../src/reconciliation/sources/ledger-source.policy';
import { sourceOf } from '../../src/reconciliation/sources/source.policy';
import {
  type Apply,
  projection,
  type ProjectedEvent,
  type ProjectionDb,
  type ReadDb,
} from '../read-model';
import { findDefinitionOn } from '../reconciliation-board/definitions.view';
import { linesById, type LineView } from '../reconciliation-board/lines.view';
import { isInScope } from '../reconciliation-board/scope.view';
import { type ReconciliationRow, scopeOf } from './account-reconciliations';

/** Reconciliations of closed periods of an entity, the oldest first. A file of several entities is about every one. */
const LIST_CLOSED = `
  SELECT r.id, r.entity, r.definition, r.period, r.from_day, r.cutoff, r.required, r.movable, r.run, r.run_version,
         r.run_cutoff, r.run_result, r.sign_off, r.revision, r.touched, p.versions
    FROM close_period p JOIN reconciliation r ON r.entity = p.entity AND r.period = p.period
   WHERE p.versions > 0 AND (:entity = '_' OR p.entity = :entity)
   ORDER BY r.entity, r.definition, r.cutoff, r.period`;

const LIST_STREAM_LINES = `SELECT id FROM book_line WHERE stream = :stream ORDER BY id`;

const LIST_BATCH_LINES = `
  SELECT id, source, entity, status, account, currency, book_date, amount_minor
    FROM statement_line
   WHERE batch = :batch AND book_date <= :cutoff
   ORDER BY id`;

const OLDEST_OPEN = `
  SELECT period FROM close_period
   WHERE entity = :entity AND status IN ('open', 'soft-closed')
   ORDER BY to_day, period
   LIMIT 1`;

const SAVE_LATE = `
  INSERT OR REPLACE INTO late_change (reconciliation, line, log_index, position, recorded_at, version, side, account, currency,
         book_date, before_minor, after_minor, in_scope, entered)
  VALUES (:reconciliation, :line, :logIndex, :position, :recordedAt, :version, :side, :account, :currency,
         :bookDate, :before, :after, :inScope, :entered)`;

type ClosedRow = ReconciliationRow & { readonly versions: bigint };

/** What a line counts for in a reconciliation. */
interface Counted {
  readonly line: string;
  readonly side: string;
  readonly entity: string;
  readonly account: string;
  readonly currency: string;
  readonly bookDate: string;
  readonly minor: bigint;
}

type CountedBy = ReadonlyMap<string, readonly Counted[]>;

const BEFORE = 'close/lines-before';

/** Lines of an object as they were: stands before the board in the order of projections, and keeps no rows. */
export const closeWatch = projection('close-watch', 1, {
  schema: '',
  onTransition: ({ stream }, db) => {
    const { entity, objectType } = parseStreamName(stream);
    if (ledgerSource(objectType) === undefined) return;
    const closed = closedRows(db, entity);
    if (closed.length > 0) db.batch.set(BEFORE, countedBy(db, closed, stream));
  },
});

/** A fact about a closed period is recorded all the same: here stands what it would have changed there. */
export const noteLateTransition: Apply = (event, db) => {
  const before = db.batch.get(BEFORE) as CountedBy | undefined;
  if (before === undefined) return;
  db.batch.delete(BEFORE);
  const closed = closedRows(db, parseStreamName(event.stream).entity);
  const after = countedBy(db, closed, event.stream);
  for (const definition of new Set(closed.map((row) => row.definition)))
    for (const change of changesOf(before.get(definition) ?? [], after.get(definition) ?? []))
      saveChange(
        event,
        change,
        closed.filter((row) => row.definition === definition),
        db,
      );
};

export const noteLateBatch: Apply = (event, db) => {
  const { entity, key: batch } = parseStreamName(event.stream);
  const closed = closedRows(db, entity);
  const cutoff = closed
    .map((row) => row.cutoff)
    .sort()
    .at(-1);
  if (cutoff === undefined) return;
  const rows = db.all<StatementRow>(LIST_BATCH_LINES, { batch, cutoff });
  for (const id of new Set(closed.map((row) => row.definition))) {
    const mine = closed.filter((row) => row.definition === id);
    const definition = definitionOf(db, mine);
    for (const row of definition === undefined ? [] : rows) {
      const side = fileSideOf(definition as Definition, row);
      if (side === undefined) continue;
      const { account, currency, book_date: bookDate, amount_minor: minor } = row;
      const after = { line: row.id, side, entity: row.entity, account, currency, bookDate, minor };
      saveChange(event, { after }, mine, db);
    }
  }
};

interface StatementRow {
  readonly id: string;
  readonly source: string;
  readonly entity: string;
  readonly status: string;
  readonly account: string;
  readonly currency: string;
  readonly book_date: string;
  readonly amount_minor: bigint;
}

const CLOSED = 'close/closed';

/** Kept for the batch: lines come by thousands, and periods are closed once a month. */
function closedRows(db: ProjectionDb, entity: string): readonly ClosedRow[] {
  const kept = (db.batch.get(CLOSED) ?? new Map()) as Map<string, readonly ClosedRow[]>;
  const found = kept.get(entity) ?? db.all<ClosedRow>(LIST_CLOSED, { entity });
  kept.set(entity, found);
  db.batch.set(CLOSED, kept);
  return found;
}

/** Call when a period has moved. */
export const forgetClosed = (db: ProjectionDb): void => void db.batch.delete(CLOSED);

const definitionOf = (db: ReadDb, rows: readonly ClosedRow[]): Definition | undefined => {
  const last = rows.at(-1);
  return last === undefined ? undefined : findDefinitionOn(db, last.definition, last.cutoff);
};

function fileSideOf({ sides }: Definition, row: StatementRow): 'A' | 'B' | undefined {
  return (['A', 'B'] as const).find((name) => {
    const side: SideDefinition = sides[name];
    if (!isFileSide(side) || side.status !== row.status) return false;
    return side.sources?.includes(row.source) ?? sourceOf(row.source)?.lines === row.status;
  });
}

function countedBy(db: ReadDb, closed: readonly ClosedRow[], stream: string): CountedBy {
  const ids = db.all<{ id: string }>(LIST_STREAM_LINES, { stream }).map(({ id }) => id);
  const counted = new Map<string, readonly Counted[]>();
  for (const id of new Set(closed.map((row) => row.definition))) {
    const definition = definitionOf(
      db,
      closed.filter((row) => row.definition === id),
    );
    if (definition === undefined) continue;
    const lines = [...linesById(db, ids, definition.sides).values()];
    counted.set(id, lines.filter((line) => isCounted(definition, line)).map(countedLine));
  }
  return counted;
}

function isCounted({ sides }: Definition, { side: name, object }: LineView): boolean {
  const side = sides[name];
  if (side === undefined || object === undefined || !isLedgerSide(side)) return false;
  return side.objects[object.type]?.states.includes(object.state) ?? false;
}

const countedLine = ({ id, side, entity, account, amount, bookDate }: LineView): Counted => ({
  ...{ line: id, side, entity, account, currency: amount.currency, bookDate },
  minor: minorOf(amount.amount),
});

interface Change {
  readonly before?: Counted;
  readonly after?: Counted;
}

/** A line that changed its day, currency or account left one place and came to another. */
function changesOf(before: readonly Counted[], after: readonly Counted[]): Change[] {
  const known = new Map(before.map((line) => [line.line, line]));
  const changes: Change[] = [];
  for (const now of after) {
    const then = known.get(now.line);
    known.delete(now.line);
    if (then === undefined) changes.push({ after: now });
    else if (placeOf(then) !== placeOf(now)) changes.push({ before: then }, { after: now });
    else if (then.minor !== now.minor) changes.push({ before: then, after: now });
  }
  return [...changes, ...[...known.values()].map((then) => ({ before: then }))];
}

const placeOf = ({ side, account, currency, bookDate }: Counted): string =>
  `${side} ${account} ${currency} ${bookDate}`;

/** It belongs to the closed period of its day; what is dated before the first one, to the first one. */
function saveChange(
  event: ProjectedEvent,
  { before, after }: Change,
  closed: readonly ClosedRow[],
  db: ProjectionDb,
): void {
  const line = after ?? before;
  if (line === undefined) return;
  const mine = closed.filter((row) => isInScope(scopeOf(row), line));
  const first = mine[0];
  const row =
    mine.find(({ from_day, cutoff }) => from_day <= line.bookDate && line.bookDate <= cutoff) ??
    (first !== undefined && line.bookDate < first.from_day ? first : undefined);
  if (row === undefined) return;
  const { account, currency, bookDate, side } = line;
  const inScope = row.movable === 1n;
  // What a reopened period takes in is late for the closed ones after it, whose figures add up to it.
  const isTakenIn = inScope && !mine.some(({ cutoff }) => cutoff > row.cutoff);
  const oldest = db.get<{ period: string }>(OLDEST_OPEN, { entity: row.entity });
  db.run(SAVE_LATE, {
    ...{ reconciliation: row.id, line: line.line, logIndex: event.index, position: event.position },
    ...{
      recordedAt: event.entry.recordedAt,
      version: row.versions,
      side,
      account,
      currency,
      bookDate,
    },
    before: before?.minor ?? null,
    after: after?.minor ?? null,
    inScope: inScope ? 1 : 0,
    entered: isTakenIn ? null : (oldest?.period ?? null),
  });
}
