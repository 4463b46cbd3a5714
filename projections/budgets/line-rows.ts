import {
  type Cell,
  lineIdOf,
  type LineKey,
  yearOf,
} from '../../src/controls/budget/budget-line.policy';
import { type ProjectionDb, type ReadDb } from '../read-model';

/** Figures of a line in minor units. */
export interface LineFigures {
  original: bigint;
  planned: bigint;
  precommitted: bigint;
  committed: bigint;
  actual: bigint;
}

/** A line as the batch has made it. */
export interface PendingLine extends LineFigures {
  readonly id: string;
  readonly key: LineKey;
  /** budgets in force that are for this very cell; a line without any shows what nobody planned */
  budgets: number;
  /** of these, closed ones */
  closed: number;
  documents: number;
  /** documents whose amount cannot be given for certain */
  gaps: number;
}

export interface LineRow {
  readonly id: string;
  readonly entity: string;
  readonly cost_center: string;
  readonly account: string;
  readonly project: string;
  readonly period: string;
  readonly currency: string;
  readonly budgets: bigint;
  readonly closed: bigint;
  readonly documents: bigint;
  readonly gaps: bigint;
  readonly original: string;
  readonly planned: string;
  readonly precommitted: string;
  readonly committed: string;
  readonly actual: string;
}

const LINE_COLUMNS = `id, entity, cost_center, account, project, period, currency, budgets, closed, documents, gaps,
  original, planned, precommitted, committed, actual`;

const FIND_LINE = `SELECT ${LINE_COLUMNS} FROM budget_line WHERE id = :id`;

const LIST_SHAPES = `
  SELECT shape FROM budget_shape WHERE entity = :entity AND lines > 0 ORDER BY shape DESC`;
const COUNT_SHAPE = `
  INSERT INTO budget_shape (entity, shape, lines) VALUES (:entity, :shape, :change)
  ON CONFLICT (entity, shape) DO UPDATE SET lines = lines + excluded.lines`;

/** Of budgets in several currencies the amount's own one. */
const FIND_BUDGET = `
  SELECT id FROM budget_line
   WHERE entity = :entity AND cost_center = :costCenter AND account = :account AND project = :project
     AND period = :period AND budgets > 0
   ORDER BY currency <> :currency, currency
   LIMIT 1`;

const PUT_LINE = `
  INSERT OR REPLACE INTO budget_line (id, entity, cost_center, account, project, period, currency, budgets, closed,
         documents, gaps, original, planned, precommitted, committed, actual, is_over)
  VALUES (:id, :entity, :costCenter, :account, :project, :period, :currency, :budgets, :closed,
         :documents, :gaps, :original, :planned, :precommitted, :committed, :actual, :isOver)`;

const DROP_LINE = `DELETE FROM budget_line WHERE id = :id`;

/**
 * Which dimensions a budget names, and how long its period is: `1107` of project, cost center and a month. The greater
 * text is the narrower budget: of the project before of the cost center, that before of the account, a month before a year.
 */
const shapeOf = ({ project, costCenter, account, period }: Cell): string =>
  [project, costCenter, account].map((value) => (value === '' ? '0' : '1')).join('') +
  String(period.length);

/** Shapes that budgets of a legal entity have, the narrowest first. */
export function shapesIn(db: ReadDb, entity: string): string[] {
  return db.all<{ shape: string }>(LIST_SHAPES, { entity }).map(({ shape }) => shape);
}

/** The one line whose budget an amount draws on, or undefined where nobody planned for it. */
export function homeOf(
  db: ReadDb,
  { cell, currency }: { readonly cell: Cell; readonly currency: string },
  shapes: readonly string[] = shapesIn(db, cell.entity),
): string | undefined {
  for (const shape of shapes) {
    const wide = widened(cell, shape);
    if (wide === undefined) continue;
    const found = db.get<{ id: string }>(FIND_BUDGET, { ...wide, currency });
    if (found !== undefined) return found.id;
  }
  return undefined;
}

/** The cell of a budget of this shape that an amount would belong to. */
function widened(cell: Cell, shape: string): Cell | undefined {
  const year = yearOf(cell.period);
  const { length } = cell.period;
  const span = Number(shape[3]);
  const period = span === 0 ? '' : span === length ? cell.period : year;
  const wide = {
    entity: cell.entity,
    project: shape[0] === '1' ? cell.project : '',
    costCenter: shape[1] === '1' ? cell.costCenter : '',
    account: shape[2] === '1' ? cell.account : '',
    period,
  };
  return shapeOf(wide) === shape ? wide : undefined;
}

/** What is left of a budget. */
export const availableOf = (figures: Omit<LineFigures, 'original'>): bigint =>
  figures.planned - figures.precommitted - figures.committed - figures.actual;

export function lineOf(row: LineRow): PendingLine {
  const { entity, account, project, period, currency, cost_center: costCenter } = row;
  return {
    id: row.id,
    key: { entity, costCenter, account, project, period, currency },
    budgets: Number(row.budgets),
    closed: Number(row.closed),
    documents: Number(row.documents),
    gaps: Number(row.gaps),
    original: BigInt(row.original),
    planned: BigInt(row.planned),
    precommitted: BigInt(row.precommitted),
    committed: BigInt(row.committed),
    actual: BigInt(row.actual),
  };
}

export function findLine(db: ReadDb, id: string): PendingLine | undefined {
  const row = db.get<LineRow>(FIND_LINE, { id });
  return row === undefined ? undefined : lineOf(row);
}

/** What one budget adds to its line. */
export interface PlannedFigures {
  readonly original: bigint;
  readonly planned: bigint;
  readonly isClosed: boolean;
}

/** Lines that a batch changes: each is read once and written once. */
export class PendingLines {
  private readonly lines = new Map<string, PendingLine>();
  /** lines whose budgets the batch touched, and whether they had one before */
  private readonly hadBudget = new Map<PendingLine, boolean>();

  constructor(private readonly db: ProjectionDb) {}

  at(key: LineKey): PendingLine {
    const id = lineIdOf(key);
    let line = this.lines.get(id);
    if (line === undefined) {
      const counts = { budgets: 0, closed: 0, documents: 0, gaps: 0 };
      const figures = { original: 0n, planned: 0n, precommitted: 0n, committed: 0n, actual: 0n };
      line = findLine(this.db, id) ?? { id, key, ...counts, ...figures };
      this.lines.set(id, line);
    }
    return line;
  }

  /** @throws TypeError for a line that a document names and nobody wrote */
  known(id: string): PendingLine {
    const line = this.lines.get(id) ?? findLine(this.db, id);
    if (line === undefined) throw new TypeError(`there is no budget line ${id}`);
    this.lines.set(id, line);
    return line;
  }

  /** Puts a budget on its line, or takes it off. */
  plan(line: PendingLine, { original, planned, isClosed }: PlannedFigures, sign: 1 | -1): void {
    if (!this.hadBudget.has(line)) this.hadBudget.set(line, line.budgets > 0);
    line.budgets += sign;
    line.closed += isClosed ? sign : 0;
    line.planned += sign === 1 ? planned : -planned;
    line.original += sign === 1 ? original : -original;
  }

  /** Lines that gained their first budget or lost their last one: amounts may draw on another line now. */
  flipped(): LineKey[] {
    return this.flippedLines().map(({ key }) => key);
  }

  private flippedLines(): PendingLine[] {
    return [...this.hadBudget].flatMap(([line, had]) => (had === line.budgets > 0 ? [] : [line]));
  }

  /** Writes what is there so far; a line without budget and document is gone. */
  save(): void {
    for (const { key, budgets } of this.flippedLines()) {
      const change = budgets > 0 ? 1 : -1;
      this.db.run(COUNT_SHAPE, { entity: key.entity, shape: shapeOf(key), change });
    }
    for (const line of this.hadBudget.keys()) this.hadBudget.set(line, line.budgets > 0);
    for (const line of this.lines.values()) {
      const { id, key, budgets, documents } = line;
      if (budgets === 0 && documents === 0) this.db.run(DROP_LINE, { id });
      else this.db.run(PUT_LINE, { id, ...key, ...countsOf(line), ...textsOf(line) });
    }
  }
}

const countsOf = ({ budgets, closed, documents, gaps }: PendingLine) => ({
  ...{ budgets, closed, documents, gaps },
});

const textsOf = (line: PendingLine) => ({
  original: line.original.toString(),
  planned: line.planned.toString(),
  precommitted: line.precommitted.toString(),
  committed: line.committed.toString(),
  actual: line.actual.toString(),
  isOver: availableOf(line) < 0n ? 1 : 0,
});
