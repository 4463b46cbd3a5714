import { type LineKey, lineIdOf } from '../../src/controls/budget/budget-line.policy';
import {
  BUDGET_VERSION,
  type BudgetTransferEntry,
  type BudgetVersionEntry,
  type PlannedPlace,
} from '../../src/controls/budget/plan-kinds.policy';
import { type MoneyJson, parseMoney } from '../../src/kernel/money';
import { type ProjectionDb } from '../read-model';
import { type PendingLines } from './line-rows';

/** A register entry that plans. */
export interface PlanName {
  readonly type: string;
  readonly id: string;
}

interface Planned {
  readonly key: LineKey;
  original: bigint;
  planned: bigint;
}

interface ApprovedRow {
  readonly entry: string;
  readonly revoked_at: string | null;
}

const LIST_APPROVED = `
  SELECT e.entry, r.at AS revoked_at
    FROM control_entry AS e
    JOIN control_decision AS a ON a.type = e.type AND a.id = e.id AND a.version = e.version AND a.verb = 'approved'
    LEFT JOIN control_decision AS r ON r.type = e.type AND r.id = e.id AND r.version = e.version AND r.verb = 'revoked'
   WHERE e.type = :type AND e.id = :id
   ORDER BY e.version`;
const LIST_PLANNED = `
  SELECT p.original, p.planned, l.entity, l.cost_center, l.account, l.project, l.period, l.currency
    FROM budget_plan AS p JOIN budget_line AS l ON l.id = p.line
   WHERE p.source = :source
   ORDER BY p.line`;
const DROP_PLANNED = `DELETE FROM budget_plan WHERE source = :source`;
const PUT_PLANNED = `
  INSERT INTO budget_plan (source, line, original, planned) VALUES (:source, :line, :original, :planned)`;

/** Puts on its lines what the approved versions of one entry plan, in place of what was there of it. */
export function settlePlan(plan: PlanName, db: ProjectionDb, lines: PendingLines): void {
  const source = `${plan.type}/${plan.id}`;
  for (const { key, ...figures } of storedOf(source, db))
    lines.plan(lines.at(key), { ...figures, isClosed: false }, -1);
  db.run(DROP_PLANNED, { source });
  for (const { key, original, planned } of approvedOf(plan, db)) {
    lines.plan(lines.at(key), { original, planned, isClosed: false }, 1);
    const texts = { original: original.toString(), planned: planned.toString() };
    db.run(PUT_PLANNED, { source, line: lineIdOf(key), ...texts });
  }
}

type StoredRow = Record<
  | ('original' | 'planned' | 'entity' | 'cost_center')
  | ('account' | 'project' | 'period' | 'currency'),
  string
>;

function storedOf(source: string, db: ProjectionDb): Planned[] {
  return db.all<StoredRow>(LIST_PLANNED, { source }).map((row) => {
    const { entity, cost_center: costCenter, account, project, period, currency } = row;
    const key = { entity, costCenter, account, project, period, currency };
    return { key, original: BigInt(row.original), planned: BigInt(row.planned) };
  });
}

/** The first approved version is the original, the latest is in force unless it was revoked. */
function approvedOf(plan: PlanName, db: ProjectionDb): Planned[] {
  const rows = db.all<ApprovedRow>(LIST_APPROVED, { ...plan });
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || last.revoked_at !== null) return [];
  if (plan.type !== BUDGET_VERSION.type) return transferOf(last);
  const planned = new Map<string, Planned>();
  const at = (key: LineKey): Planned => {
    const id = lineIdOf(key);
    const known = planned.get(id) ?? { key, original: 0n, planned: 0n };
    planned.set(id, known);
    return known;
  };
  for (const { key, minor } of linesOf(first, db)) at(key).original += minor;
  for (const { key, minor } of linesOf(last, db)) at(key).planned += minor;
  return [...planned.values()];
}

function* linesOf(
  { entry }: ApprovedRow,
  db: ProjectionDb,
): Generator<{ readonly key: LineKey; readonly minor: bigint }> {
  const { entity, lines } = JSON.parse(entry) as BudgetVersionEntry;
  const bytes = db.blob(lines.sha256);
  // What was approved is in the log by its hash; figures without it would be made up.
  if (bytes === undefined) throw new TypeError(`the budget file ${lines.sha256} is missing`);
  for (const text of Buffer.from(bytes).toString('utf8').split('\n')) {
    if (text === '') continue;
    const { currency, amount, ...place } = JSON.parse(text) as MoneyJson & PlannedPlace;
    yield { key: keyOf(entity, place, currency), minor: parseMoney({ amount, currency }).minor };
  }
}

function transferOf({ entry }: ApprovedRow): Planned[] {
  const { entity, from, to, amount } = JSON.parse(entry) as BudgetTransferEntry;
  const { minor, currency } = parseMoney(amount);
  return [
    { key: keyOf(entity, from, currency), original: 0n, planned: -minor },
    { key: keyOf(entity, to, currency), original: 0n, planned: minor },
  ];
}

function keyOf(entity: string, place: PlannedPlace, currency: string): LineKey {
  const { costCenter = '', account = '', project = '', period = '' } = place;
  return { entity, costCenter, account, project, period, currency };
}
