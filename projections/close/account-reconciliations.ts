import { type RequiredReconciliation } from '../../src/reconciliation/close/period.events';
import { closingOf, type PeriodState } from '../../src/reconciliation/close/period-state.policy';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import {
  type AccountReconciliation,
  accountReconciliation,
} from '../../src/reconciliation/sign-off/account-reconciliation.policy';
import { type ReconciliationRows } from '../../src/reconciliation/sign-off/reconciliation-rows.policy';
import { type ReadDb } from '../read-model';
import { findDefinitionOn } from '../reconciliation-board/definitions.view';
import { type Scope, scopedTotals } from '../reconciliation-board/scope.view';
import { enteredLate } from './late-changes.view';
import { type ReconcilingRows, reconcilingRows } from './reconciling-items';
import { sourceBalances } from './source-balances';

/** One row of `reconciliation`. */
export interface ReconciliationRow {
  readonly id: string;
  readonly entity: string;
  readonly definition: string;
  readonly period: string;
  readonly from_day: string;
  readonly cutoff: string;
  readonly required: string;
  readonly movable: bigint;
  readonly run: string | null;
  readonly run_version: bigint | null;
  readonly run_cutoff: string | null;
  readonly run_result: string | null;
  readonly sign_off: string;
  readonly revision: bigint;
  readonly touched: bigint;
}

export const requiredOf = (row: ReconciliationRow): RequiredReconciliation =>
  JSON.parse(row.required) as RequiredReconciliation;

export const scopeOf = (row: ReconciliationRow): Scope => ({
  entity: row.entity,
  accounts: requiredOf(row).accounts,
});

const FIND_PERIOD = `SELECT state FROM close_period WHERE entity = :entity AND period = :period`;

const LIST_PROPOSERS = `
  SELECT DISTINCT proposed_by AS by FROM adjustment WHERE definition = :definition AND period = :period ORDER BY 1`;

export const periodState = (
  db: ReadDb,
  entity: string,
  period: string,
): PeriodState | undefined => {
  const row = db.get<{ state: string }>(FIND_PERIOD, { entity, period });
  return row === undefined ? undefined : (JSON.parse(row.state) as PeriodState);
};

/** The definition that the period is reconciled by: the version in force at its cut-off. */
export function definitionOf(db: ReadDb, row: ReconciliationRow): Definition {
  const definition = findDefinitionOn(db, row.definition, row.cutoff);
  if (definition === undefined)
    throw new Error(`no version of ${row.definition} is in force on ${row.cutoff}`);
  return definition;
}

export interface LiveReconciliation extends AccountReconciliation {
  /** absent: it is closed, and shown as its closing snapshot has it */
  readonly rows?: ReconciliationRows & ReconcilingRows;
}

/** The reconciliation as the rows of this snapshot give it. */
export function liveReconciliation(db: ReadDb, row: ReconciliationRow): LiveReconciliation {
  const rows = rowsOf(db, row);
  return { ...accountReconciliation(rows), rows };
}

function rowsOf(db: ReadDb, row: ReconciliationRow): ReconciliationRows & ReconcilingRows {
  const { entity, period, cutoff, from_day: from } = row;
  const definition = definitionOf(db, row);
  const required = requiredOf(row);
  const scope = scopeOf(row);
  const state = periodState(db, entity, period);
  const stated = state?.opened?.broughtForward ?? [];
  const { late, lines } = enteredLate(db, row);
  const proposers = db
    .all<{ by: string }>(LIST_PROPOSERS, { definition: row.definition, period })
    .map(({ by }) => by);
  const items = reconcilingRows(db, { ...row, sides: definition.sides, late: lines }, scope);
  return {
    definition: { id: definition.id, version: definition.version },
    entity,
    period,
    from,
    cutoff,
    accounts: required.accounts,
    levels: required.levels,
    thresholds: required.thresholds,
    opening: openingOf(db, entity, state?.opened?.prior),
    totals: comparesBalances(definition)
      ? scopedTotals(db, definition, scope, cutoff)
      : totalsOfItems(items.items),
    run:
      row.run_cutoff === null || row.run_result === null
        ? undefined
        : { cutoff: row.run_cutoff, result: row.run_result },
    ...items,
    workers: [...new Set([...items.workers, ...proposers])],
    late,
    ...sourceBalances(db, { definition, scope, from, cutoff, stated }),
  };
}

/** Kinds whose two sides are to be equal in sum. Others agree line by line, and what they do not agree in is an item. */
const BALANCED: readonly Definition['kind'][] = ['bank', 'subledger-gl', 'intercompany', 'balance'];
export const comparesBalances = ({ kind }: Definition): boolean => BALANCED.includes(kind);

/** Where no balances are compared, what is open is all there is. */
const totalsOfItems = (items: ReconciliationRows['items']): ReconciliationRows['totals'] =>
  items.flatMap(({ currency, aMinor, bMinor }) => [
    { side: 'A', account: '', currency, lines: 1, minor: aMinor },
    { side: 'B', account: '', currency, lines: 1, minor: bMinor },
  ]);

/** Provisional, and no part of the statement, until the prior period is closed. */
function openingOf(db: ReadDb, entity: string, prior: string | undefined) {
  if (prior === undefined) return undefined;
  const state = periodState(db, entity, prior);
  const closing = state === undefined ? undefined : closingOf(state);
  if (closing === undefined) return undefined;
  return { period: prior, version: closing.version, snapshot: closing.snapshot.sha256 };
}
