import { canonicalJson } from '../../kernel/canonical-json';
import { sha256Hex } from '../../kernel/hash';

/** Where an amount belongs. An empty value of a budget stands for all of them. */
export interface Cell {
  readonly entity: string;
  readonly costCenter: string;
  readonly account: string;
  readonly project: string;
  /** `2026-03`, of a budget also `2026` */
  readonly period: string;
}

export interface LineKey extends Cell {
  readonly currency: string;
}

/** The dimensions that budgets are kept by, beside the legal entity. */
export const BUDGET_DIMENSIONS = ['costCenter', 'account', 'project', 'period'] as const;
export type BudgetDimension = (typeof BUDGET_DIMENSIONS)[number];

/** Opaque id of a budget line: a hash of what it is for, so that every node gives it the same. */
export function lineIdOf(key: LineKey): string {
  const { entity, costCenter, account, project, period, currency } = key;
  const parts = [entity, costCenter, account, project, period, currency];
  return sha256Hex(canonicalJson(parts)).slice(0, 32);
}

/** The fiscal year of a month, `2026` of `2026-03`; another period is its own. */
export const yearOf = (period: string): string => /^(\d{4})-/.exec(period)?.[1] ?? period;

/**
 * Cells whose budget an amount may draw on; the first that has one is it. A budget of the project comes before one of the
 * cost center, that before one of the account, and a month before its year. Each amount draws on one budget only, so that
 * sums over budgets count nothing twice.
 */
export function cellsAbove({ entity, costCenter, account, project, period }: Cell): Cell[] {
  const above: Cell[] = [];
  for (const plan of orAll(project))
    for (const center of orAll(costCenter))
      for (const number of orAll(account))
        for (const span of new Set([period, yearOf(period), '']))
          above.push({ entity, costCenter: center, account: number, project: plan, period: span });
  return above;
}

const orAll = (value: string): readonly string[] => (value === '' ? [''] : [value, '']);
