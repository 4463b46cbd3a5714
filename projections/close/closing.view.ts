import { type Guard } from '../../src/reconciliation/close/guard.policy';
import { isOver } from '../../src/reconciliation/close/checklist.policy';
import {
  type Snapshot,
  type SnapshotReconciliation,
} from '../../src/reconciliation/close/closing-snapshot.policy';
import { type SnapshotTotal } from '../../src/reconciliation/close/period.events';
import { closingOf, isMovable } from '../../src/reconciliation/close/period-state.policy';
import {
  NOTHING_OPEN,
  type RolledPosition,
  rollForward,
  type RollForward,
} from '../../src/reconciliation/proofs/roll-forward.policy';
import { formatMinor } from '../../src/kernel/money';
import { type JsonObject } from '../../src/kernel/json';
import { present } from '../../src/kernel/present';
import { type Figures } from '../../src/reconciliation/sign-off/account-reconciliation.policy';
import { isSettled, liveSignatures } from '../../src/reconciliation/sign-off/sign-off-state.policy';
import { type ReadDb } from '../read-model';
import { comparesBalances, definitionOf, periodState, scopeOf } from './account-reconciliations';
import { rolledTotals } from './allocated-totals';
import { cashGuards } from './cash-guards';
import { type PeriodRow } from './periods.view';
import { type Reconciled } from './reconciliations.view';

/** Reads closing snapshots by their hash. */
export type SnapshotReader = (sha256: string) => Snapshot;

/** What closing a period now would close. */
export interface ClosingView {
  readonly snapshot: Snapshot;
  readonly totals: readonly SnapshotTotal[];
  readonly guards: readonly Guard[];
  readonly rollForwards: readonly { readonly id: string; readonly rollForward: RollForward }[];
}

/** Totals that an event names; more are in the snapshot. */
const TOTALS_MAX = 200;

export function closingView(
  db: ReadDb,
  found: PeriodRow,
  reconciled: readonly Reconciled[],
  read: SnapshotReader,
): ClosingView {
  const { entity, period, from, to, state } = found;
  const closing = closingOf(state);
  const before = closing === undefined ? undefined : read(closing.snapshot.sha256);
  const opening = priorOf(db, found);
  const reconciliations = reconciled.map((one) =>
    isMovable(state, one.row.definition)
      ? snapshotOf(db, one, found)
      : (before?.reconciliations.find(({ id }) => id === one.row.id) ?? snapshotOf(db, one, found)),
  );
  const prior = opening === undefined ? undefined : read(opening.snapshot);
  const rollForwards = reconciliations.map((one) => ({
    id: one.id,
    rollForward: rollForward(positionIn(prior, one.definition), {
      items: one.open,
      totals: one.totals,
    }),
  }));
  return {
    snapshot: present({
      ...{ entity, period, from, to, version: state.closings.length + 1 },
      prior: opening,
      reconciliations,
      tasks: state.tasks as unknown as readonly JsonObject[],
    }),
    totals: reconciliations.flatMap(totalsOf).slice(0, TOTALS_MAX),
    guards: [
      priorClosed(db, found),
      ...reconciled.map((one) => settled(one, found)),
      ...rollForwards.map(rolls),
      ...reconciled
        .filter((one) => one.live.rows !== undefined)
        .flatMap((one) => cashGuards(db, one, priorFigures(prior, one.row.definition))),
      ...tasksDone(found),
    ],
    rollForwards,
  };
}

const positionIn = (prior: Snapshot | undefined, definition: string): RolledPosition => {
  const found = prior?.reconciliations.find((one) => one.definition === definition);
  return found === undefined ? NOTHING_OPEN : { items: found.open, totals: found.totals };
};

const priorFigures = (prior: Snapshot | undefined, definition: string): readonly Figures[] => {
  const found = prior?.reconciliations.find((one) => one.definition === definition);
  return (found?.statement.figures ?? []) as unknown as readonly Figures[];
};

function priorOf(db: ReadDb, { entity, state }: PeriodRow) {
  const period = state.opened?.prior;
  if (period === undefined) return undefined;
  const prior = periodState(db, entity, period);
  const closing = prior === undefined ? undefined : closingOf(prior);
  if (closing === undefined) return undefined;
  return { period, version: closing.version, snapshot: closing.snapshot.sha256 };
}

function snapshotOf(
  db: ReadDb,
  { row, live, signOff }: Reconciled,
  { state }: PeriodRow,
): SnapshotReconciliation {
  const definition = definitionOf(db, row);
  const open = live.rows?.open ?? [];
  const waived = state.waived.find((one) => one.definition === row.definition);
  return present({
    id: row.id,
    definition: row.definition,
    hash: live.hash,
    signatures: liveSignatures(signOff).map(({ level, by, byPerson, at, file }) =>
      present({ level, by, byPerson, at, hash: file.sha256 }),
    ),
    autoCertified: signOff.auto?.file.sha256 === live.hash ? signOff.auto.method : undefined,
    waived: waived?.reason,
    statement: live.statement,
    open,
    totals: comparesBalances(definition)
      ? rolledTotals(db, row.definition, scopeOf(row), live.rows?.totals ?? [])
      : openTotals(open),
  });
}

/** Where lines are not added up, what is open is all there is. */
function openTotals(open: SnapshotReconciliation['open']): SnapshotReconciliation['totals'] {
  const sums = new Map<string, { side: string; currency: string; linesMinor: bigint }>();
  for (const { side, currency, openMinor } of open) {
    const key = `${side} ${currency}`;
    const linesMinor = (sums.get(key)?.linesMinor ?? 0n) + openMinor;
    sums.set(key, { side, currency, linesMinor });
  }
  return [...sums.values()].map((sum) => ({ ...sum, allocatedMinor: 0n }));
}

const totalsOf = ({ definition, statement }: SnapshotReconciliation): SnapshotTotal[] =>
  (statement.figures as unknown as readonly Figures[]).map(
    ({ currency, perBooks, perSource, unexplained }) => ({
      ...{ definition, currency, perBooks, perSource, unexplained },
    }),
  );

function priorClosed(db: ReadDb, { entity, state }: PeriodRow): Guard {
  const period = state.opened?.prior;
  const status = period === undefined ? undefined : periodState(db, entity, period)?.status;
  const holds = status === undefined || status === 'closed' || status === 'locked';
  return {
    guard: 'prior-period-closed',
    holds,
    detail: holds
      ? 'The opening items are the closing items of the period before.'
      : `The period ${period ?? ''} is ${status}: the opening items are provisional. Close it first.`,
    link: period === undefined ? '/v1/periods' : `/v1/periods/${entity}/${period}`,
  };
}

function settled({ row, status }: Reconciled, { state }: PeriodRow): Guard {
  const isWaived = state.waived.some(({ definition }) => definition === row.definition);
  const isFrozen = !isMovable(state, row.definition) && state.closings.length > 0;
  const holds = isFrozen || isSettled(status) || (isWaived && status !== 'suspended');
  return {
    guard: 'reconciliation-approved',
    holds,
    detail: holds
      ? `${row.definition} is ${isWaived ? 'waived' : status}.`
      : `${row.definition} is ${status}. Have it signed at every level, or waived by an approver.`,
    link: `/v1/recon/reconciliations/${row.id}`,
  };
}

function rolls({ id, rollForward: proof }: ClosingView['rollForwards'][number]): Guard {
  const [fault] = proof.faults;
  const text = (minor: bigint) => formatMinor(minor, fault?.currency ?? 'EUR');
  return {
    guard: 'roll-forward',
    holds: proof.holds,
    detail:
      fault === undefined
        ? 'Opening + new - cleared = closing, item by item.'
        : `The roll-forward of ${id} fails on side ${fault.side}: ${fault.check} is ${fault.currency} ${text(fault.actualMinor)} and not ${text(fault.expectedMinor)}. Run the definition again.`,
    link: `/v1/recon/reconciliations/${id}`,
  };
}

const tasksDone = ({ entity, period, state }: PeriodRow): Guard[] =>
  state.tasks.map((task) => ({
    guard: 'checklist-done',
    holds: isOver(task),
    detail: isOver(task)
      ? `The task ${task.id} is ${task.status}.`
      : `The task ${task.id} is ${task.status}; ${task.owner} owns it, due ${task.due}.`,
    link: `/v1/periods/${entity}/${period}/checklist`,
  }));
