import { addDays } from '../../src/kernel/civil-date';
import { closingOf } from '../../src/reconciliation/close/period-state.policy';
import { type AutoFacts } from '../../src/reconciliation/sign-off/auto-certification.policy';
import { type Figures } from '../../src/reconciliation/sign-off/account-reconciliation.policy';
import { type ReadDb } from '../read-model';
import { scopedTotals } from '../reconciliation-board/scope.view';
import { definitionOf, periodState, scopeOf } from './account-reconciliations';
import { type SnapshotReader } from './closing.view';
import { type Reconciled } from './reconciliations.view';

/** What the methods of auto-certification look at, but for the conditions of a signature. */
export function autoFacts(
  db: ReadDb,
  { row, live, state }: Reconciled,
  read: SnapshotReader,
): Omit<AutoFacts, 'guards'> {
  const count = (totals: readonly { readonly lines: number }[]) =>
    totals.reduce((sum, { lines }) => sum + lines, 0);
  const before = scopedTotals(db, definitionOf(db, row), scopeOf(row), addDays(row.from_day, -1));
  return {
    figures: live.figures,
    openBreaks: live.rows?.items.length ?? 0,
    lines: count(live.rows?.totals ?? []),
    linesBefore: count(before),
    prior: priorBalances(db, row, state?.opened?.prior, read),
  };
}

function priorBalances(
  db: ReadDb,
  { entity, definition }: Reconciled['row'],
  prior: string | undefined,
  read: SnapshotReader,
): ReadonlyMap<string, string> | undefined {
  const state = prior === undefined ? undefined : periodState(db, entity, prior);
  const closing = state === undefined ? undefined : closingOf(state);
  if (closing === undefined) return undefined;
  const { reconciliations } = read(closing.snapshot.sha256);
  const found = reconciliations.find((one) => one.definition === definition);
  const figures = (found?.statement.figures ?? []) as unknown as readonly Figures[];
  return new Map(
    figures.map(({ currency, perBooks, perSource }) => [currency, `${perBooks} ${perSource}`]),
  );
}
