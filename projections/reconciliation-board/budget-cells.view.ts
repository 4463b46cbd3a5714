import { type CivilDate } from '../../src/kernel/civil-date';
import { type BudgetInput } from '../../src/reconciliation/kinds/budgets';
import { type BudgetSide } from '../../src/reconciliation/matching/sides.policy';
import { type ReadDb } from '../read-model';

/** Budget lines up to the month of a cut-off; a line without a month is for every one. */
const LIST_LINES = `
  SELECT id, entity, cost_center, account, project, period, currency, budgets, gaps, planned, precommitted, committed, actual
    FROM budget_line
   WHERE (:entity IS NULL OR entity = :entity) AND (period = '' OR period <= :month)
   ORDER BY id`;

const LIST_DOCUMENTS = `
  SELECT line, id, stage, minor, period, moved_at FROM budget_document
   WHERE line IS NOT NULL AND stage IN ('precommitted', 'committed', 'actual')
   ORDER BY line, stream`;

interface LineRow {
  readonly id: string;
  readonly entity: string;
  readonly cost_center: string;
  readonly account: string;
  readonly project: string;
  readonly period: string;
  readonly currency: string;
  readonly budgets: bigint;
  readonly gaps: bigint;
  readonly planned: string;
  readonly precommitted: string;
  readonly committed: string;
  readonly actual: string;
}

interface DocumentRow {
  readonly line: string;
  readonly id: string;
  readonly stage: 'precommitted' | 'committed' | 'actual';
  readonly minor: string;
  readonly period: string;
  readonly moved_at: string;
}

interface Documents {
  precommitted: bigint;
  committed: bigint;
  actual: bigint;
  readonly elsewhere: { id: string; month: string; minor: bigint }[];
}

const NAMED_MAX = 16;

/** Lines of the budget projection, each beside the sum of its documents. */
export function budgetCells(db: ReadDb, { entity }: BudgetSide, cutoff: CivilDate): BudgetInput[] {
  const documents = new Map<string, Documents>();
  for (const row of db.all<DocumentRow>(LIST_DOCUMENTS)) {
    const nothing = { precommitted: 0n, committed: 0n, actual: 0n, elsewhere: [] };
    const sums = documents.get(row.line) ?? nothing;
    documents.set(row.line, sums);
    sums[row.stage] += BigInt(row.minor);
    const month = row.moved_at.slice(0, 7);
    const isElsewhere = row.stage === 'actual' && row.period.length === 7 && row.period !== month;
    if (isElsewhere && sums.elsewhere.length < NAMED_MAX)
      sums.elsewhere.push({ id: row.id, month, minor: BigInt(row.minor) });
  }
  const params = { entity: entity ?? null, month: cutoff.slice(0, 7) };
  return db.all<LineRow>(LIST_LINES, params).map((row) => {
    const own = documents.get(row.id);
    const { precommitted = 0n, committed = 0n, actual = 0n, elsewhere = [] } = own ?? {};
    return {
      id: row.id,
      entity: row.entity,
      costCenter: row.cost_center,
      account: row.account,
      project: row.project,
      period: row.period,
      currency: row.currency,
      budgets: Number(row.budgets),
      gaps: Number(row.gaps),
      figures: {
        planned: BigInt(row.planned),
        precommitted: BigInt(row.precommitted),
        committed: BigInt(row.committed),
        actual: BigInt(row.actual),
      },
      fromDocuments: { precommitted, committed, actual },
      elsewhere,
    };
  });
}
