import { canonicalJson } from '../../kernel/canonical-json';
import { fieldError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type MoneyJson, parseMoney } from '../../kernel/money';
import { type RegisterKind } from '../registers/register-kinds.policy';
import { type BudgetDimension } from './budget-line.policy';

/** A file of budget lines, kept by its hash; the entry says what is in it. */
export interface BudgetVersionEntry {
  readonly entity: string;
  /** what people call it, such as `original` or `revised in May` */
  readonly name: string;
  /** the file as it was sent */
  readonly file: { readonly sha256: string; readonly bytes: number };
  /** its lines as they were read, one canonical JSON object a line */
  readonly lines: { readonly sha256: string; readonly bytes: number; readonly count: number };
  readonly totals: readonly MoneyJson[];
}

/** Where planned money is taken from or goes to; an absent dimension is all of its values. */
export type PlannedPlace = Readonly<Partial<Record<BudgetDimension, string>>>;

export interface BudgetTransferEntry {
  readonly entity: string;
  readonly from: PlannedPlace;
  readonly to: PlannedPlace;
  readonly amount: MoneyJson;
  /** `carry-over`: what is left of one period goes to the next */
  readonly reason: 'transfer' | 'carry-over';
}

/** Budgets that two persons decide on here: the first approved version is the original, the latest is in force. */
export const BUDGET_VERSION: RegisterKind = {
  type: 'budget-version',
  path: 'budget-versions',
  noun: 'budget version',
  check: () => undefined,
};

/** Planned money that moves from one line to another, by two persons. */
export const BUDGET_TRANSFER: RegisterKind = {
  type: 'budget-transfer',
  path: 'budget-transfers',
  noun: 'budget transfer',
  check(entry: JsonObject) {
    const { from, to, amount } = entry as unknown as BudgetTransferEntry;
    if (parseMoney(amount, '/amount').minor <= 0n)
      throw fieldError('contract-violation', '/amount/amount', 'what is moved is above zero.');
    if (canonicalJson({ ...from }) === canonicalJson({ ...to }))
      throw fieldError('contract-violation', '/to', 'it goes from one line to another one.');
  },
};
