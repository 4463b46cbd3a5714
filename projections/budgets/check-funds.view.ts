import { type LineFunds } from '../../src/controls/budget/availability.policy';
import {
  BUDGET_RULE,
  type BudgetRule,
  budgetRuleOf,
  DEFAULT_BUDGET_RULE,
  EVERY_ENTITY,
} from '../../src/controls/budget/budget-rule.policy';
import { type Cell, type LineKey, lineIdOf } from '../../src/controls/budget/budget-line.policy';
import { type Told } from './document-rows';
import { type Gap } from '../../src/controls/budget/spending.policy';
import { type Instant } from '../../src/kernel/runtime';
import { entryInForce } from '../control-registers';
import { type ReadDb } from '../read-model';
import { findLine, homeOf } from './line-rows';
import { heldOf } from './reservation-rows';

/** What a question about funds rests on; one consistent reading. */
export interface FundsRead {
  readonly lineId: string;
  /** of the budget, or of the request where there is none */
  readonly key: LineKey;
  readonly state: 'open' | 'closed' | 'unplanned';
  readonly funds: LineFunds;
  /** checks of the line whose demand is recorded */
  readonly consumed: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
  readonly rule: BudgetRule;
  /** streams that were left out as asked */
  readonly excluded: readonly string[];
}

export interface FundsRequest {
  readonly cell: Cell;
  readonly currency: string;
  readonly now: Instant;
  /** streams whose own amount does not count: the request replaces them */
  readonly excludes: readonly string[];
}

const GAPS_MAX = 16;
const FIND_EXCLUDED = `
  SELECT stage, minor FROM budget_document WHERE stream = :stream AND line = :line AND type <> 'budget'`;
const LIST_GAPS = `
  SELECT told FROM budget_document WHERE line = :line AND is_uncertain = 1 ORDER BY stream LIMIT :limit`;

/** Figures, reservations and rule for a request, from the rows of one snapshot. */
export function fundsFor(db: ReadDb, { cell, currency, now, excludes }: FundsRequest): FundsRead {
  const home = homeOf(db, { cell, currency });
  const line = home === undefined ? undefined : findLine(db, home);
  const rule = ruleFor(db, cell.entity);
  if (line === undefined) {
    const key = { ...cell, currency };
    const lineId = lineIdOf(key);
    const { precommitted = 0n, committed = 0n, actual = 0n } = findLine(db, lineId) ?? {};
    const funds = { planned: 0n, precommitted, committed, actual, reserved: 0n };
    const nothing = { consumed: new Set<string>(), gaps: [], excluded: [] };
    return { lineId, key, state: 'unplanned', funds, ...nothing, rule };
  }
  const { planned, precommitted, committed, actual } = line;
  const held = heldOf(db, line.id, now);
  const funds = { planned, precommitted, committed, actual, reserved: held.minor };
  const excluded: string[] = [];
  for (const stream of new Set(excludes)) {
    const row = db.get<{ stage: string; minor: string }>(FIND_EXCLUDED, { stream, line: line.id });
    if (row === undefined) continue;
    excluded.push(stream);
    if (row.stage === 'precommitted' || row.stage === 'committed' || row.stage === 'actual')
      funds[row.stage] -= BigInt(row.minor);
  }
  return {
    ...{ lineId: line.id, key: line.key, funds, consumed: held.consumed, rule, excluded },
    state: line.closed === line.budgets ? 'closed' : 'open',
    gaps: line.gaps === 0 ? [] : gapsOf(db, line.id),
  };
}

/** What is not certain about the figures of a line, each once, of the first sixteen such documents. */
function gapsOf(db: ReadDb, line: string): Gap[] {
  const rows = db.all<{ told: string }>(LIST_GAPS, { line, limit: GAPS_MAX });
  const gaps = rows.flatMap(({ told }) => (JSON.parse(told) as Told).gaps);
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()];
}

function ruleFor(db: ReadDb, entity: string): BudgetRule {
  for (const id of [entity, EVERY_ENTITY]) {
    const found = entryInForce(db, BUDGET_RULE.type, id);
    if (found !== undefined) return budgetRuleOf(id, found.version, found.entry);
  }
  return DEFAULT_BUDGET_RULE;
}
