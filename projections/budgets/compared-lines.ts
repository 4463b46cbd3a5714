import {
  type Cell,
  cellsAbove,
  type LineKey,
  lineIdOf,
} from '../../src/controls/budget/budget-line.policy';
import { REPORTED_FIGURES, type ReportedFigure } from '../../src/controls/budget/reported.events';
import { type ReadDb } from '../read-model';
import { lineOf, type LineRow, type PendingLine } from './line-rows';

/** One line as it is here and as another system has it, in minor units. */
export interface ComparedLine {
  readonly id: string;
  readonly key: LineKey;
  /** absent: the ledger knows nothing of it */
  readonly ours: PendingLine | undefined;
  /** sums of the lines of the report that belong to it; absent where it states none */
  readonly theirs: Partial<Record<ReportedFigure, bigint>>;
}

const LIST_LINES = `
  SELECT id, entity, cost_center, account, project, period, currency, budgets, closed, documents, gaps,
         original, planned, precommitted, committed, actual
    FROM budget_line
   WHERE entity = :entity
   ORDER BY cost_center, account, project, period, currency`;
const LIST_REPORTED = `
  SELECT cost_center, account, project, period, currency, planned, committed, actual
    FROM budget_reported
   WHERE report = :report
   ORDER BY n`;

interface ReportedRow extends Readonly<Record<ReportedFigure, string | null>> {
  readonly cost_center: string;
  readonly account: string;
  readonly project: string;
  readonly period: string;
  readonly currency: string;
}

/**
 * Both sides of every line, in order of its dimensions. A system may keep finer lines than budgets do: each of its lines
 * counts where an amount with these dimensions would.
 */
export function comparedLines(db: ReadDb, entity: string, report: string): ComparedLine[] {
  const lines = new Map<string, ComparedLine>();
  const budgets = new Map<string, string[]>();
  for (const row of db.all<LineRow>(LIST_LINES, { entity })) {
    const ours = lineOf(row);
    lines.set(ours.id, { id: ours.id, key: ours.key, ours, theirs: {} });
    if (ours.budgets === 0) continue;
    const cell = textOf(ours.key);
    budgets.set(cell, [...(budgets.get(cell) ?? []), ours.id]);
  }
  for (const row of db.all<ReportedRow>(LIST_REPORTED, { report })) {
    const { cost_center: costCenter, account, project, period, currency } = row;
    const key = { entity, costCenter, account, project, period, currency };
    const home = homeIn(budgets, lines, key);
    const id = home ?? lineIdOf(key);
    const line = lines.get(id) ?? { id, key, ours: undefined, theirs: {} };
    lines.set(id, line);
    for (const figure of REPORTED_FIGURES) {
      const minor = row[figure];
      if (minor !== null) line.theirs[figure] = (line.theirs[figure] ?? 0n) + BigInt(minor);
    }
  }
  return [...lines.values()].sort((a, b) => (orderOf(a.key) < orderOf(b.key) ? -1 : 1));
}

/** Figures are compared in one currency: a budget in another one is not the home of the line. */
function homeIn(
  budgets: ReadonlyMap<string, readonly string[]>,
  lines: ReadonlyMap<string, ComparedLine>,
  key: LineKey,
): string | undefined {
  for (const cell of cellsAbove(key)) {
    const found = budgets
      .get(textOf(cell))
      ?.find((id) => lines.get(id)?.key.currency === key.currency);
    if (found !== undefined) return found;
  }
  return undefined;
}

const textOf = ({ costCenter, account, project, period }: Cell): string =>
  `${project}\u0000${costCenter}\u0000${account}\u0000${period}`;

/** Order of lines as text; no dimension holds a control character. */
export const orderOf = ({ costCenter, account, project, period, currency }: LineKey): string =>
  [costCenter, account, project, period, currency].join('\u0000');
