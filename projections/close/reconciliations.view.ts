import { type SignOffLevel } from '../../src/reconciliation/close/period.events';
import { type PeriodState } from '../../src/reconciliation/close/period-state.policy';
import { type Guard } from '../../src/reconciliation/close/guard.policy';
import { type Figures } from '../../src/reconciliation/sign-off/account-reconciliation.policy';
import { bandOf } from '../../src/reconciliation/breaks/materiality.policy';
import { materialityIn } from '../reconciliation-board/recon-registers';
import { staleSides } from '../reconciliation-board/runs.view';
import { prepareGuards } from '../../src/reconciliation/sign-off/prepare-guards.policy';
import {
  type ReconciliationStatus,
  type SignatureState,
  type SignOffState,
  statusOf,
} from '../../src/reconciliation/sign-off/sign-off-state.policy';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';
import {
  definitionOf,
  type LiveReconciliation,
  liveReconciliation,
  periodState,
  type ReconciliationRow,
  requiredOf,
  scopeOf,
} from './account-reconciliations';
import { staleAccounts } from './source-balances';

/** A signature as replies show it: active while its hash is the live one. */
export interface SignatureView {
  readonly level: SignOffLevel;
  readonly status: 'active' | 'suspended' | 'superseded' | 'withdrawn' | 'rejected';
  readonly by: string;
  readonly byPerson?: string;
  readonly at: string;
  readonly statement: string;
  readonly hash: string;
  readonly reason?: string;
}

export interface ReconciliationView {
  readonly id: string;
  readonly entity: string;
  readonly definition: string;
  readonly version: number;
  readonly period: string;
  readonly from: string;
  readonly cutoff: string;
  readonly status: ReconciliationStatus;
  readonly periodStatus: string;
  /** of the figures as they are now: what a signature has to name */
  readonly hash: string;
  readonly run?: { readonly id: string; readonly cutoff: string; readonly resultSha256: string };
  readonly figures: readonly Figures[];
  readonly itemCount: number;
  readonly levels: readonly SignOffLevel[];
  readonly signOffs: readonly SignatureView[];
  readonly autoCertified?: SignOffState['auto'];
  readonly notAutoCertified?: SignOffState['notAuto'];
  readonly rejected?: { readonly reason: string; readonly by: string; readonly at: string };
  /** conditions of the first signature */
  readonly guards: readonly Guard[];
}

export interface ReconciliationFilter {
  readonly entity?: string | undefined;
  readonly period?: string | undefined;
  readonly definition?: string | undefined;
}

const SELECT = `
  SELECT id, entity, definition, period, from_day, cutoff, required, movable, run, run_version, run_cutoff, run_result,
         sign_off, revision, touched
    FROM reconciliation`;
const BY_ID = `WHERE id = :id`;
const IN_ORDER = `ORDER BY period DESC, id LIMIT :limit`;
const OF_PERIOD = `WHERE entity = :entity AND period = :period ORDER BY id`;
const MOVABLE = `WHERE movable = 1 AND run IS NOT NULL ORDER BY id`;
const COUNT = `SELECT count(*) AS n FROM reconciliation`;

export const findReconciliationRow = (db: ReadDb, id: string): ReconciliationRow | undefined =>
  db.get<ReconciliationRow>(`${SELECT} ${BY_ID}`, { id });

export const reconciliationsOfPeriod = (
  db: ReadDb,
  entity: string,
  period: string,
): ReconciliationRow[] => db.all<ReconciliationRow>(`${SELECT} ${OF_PERIOD}`, { entity, period });

/** Reconciliations whose figures may move: of open and reopened periods. */
export const watchedReconciliations = (db: ReadDb): ReconciliationRow[] =>
  db.all<ReconciliationRow>(`${SELECT} ${MOVABLE}`);

/** Rows of reconciliations, the newest period first. */
export function listReconciliationRows(
  db: Snapshot,
  filter: ReconciliationFilter,
  after: readonly string[] | undefined,
  limit: number,
): Page<ReconciliationRow> {
  const [period, id] = after ?? [];
  const conditions = conditionsOf(filter).add(
    '(period < :afterPeriod OR (period = :afterPeriod AND id > :afterId))',
    { afterPeriod: period, afterId: id },
  );
  const rows = db.all<ReconciliationRow>(`${SELECT} ${conditions.where} ${IN_ORDER}`, {
    ...conditions.params,
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (row) => [row.period, row.id],
    item: (row) => row,
    position: db.position,
  });
}

export function countReconciliations(db: ReadDb, filter: ReconciliationFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${COUNT} ${where}`, params)?.n ?? 0n);
}

const conditionsOf = ({ entity, period, definition }: ReconciliationFilter): Conditions =>
  new Conditions()
    .add('entity = :entity', { entity })
    .add('period = :period', { period })
    .add('definition = :definition', { definition });

/** What one reconciliation comes to, by the rows of one snapshot. */
export interface Reconciled {
  readonly row: ReconciliationRow;
  readonly live: LiveReconciliation;
  readonly state: PeriodState | undefined;
  readonly signOff: SignOffState;
  readonly status: ReconciliationStatus;
}

export function reconciled(
  db: ReadDb,
  row: ReconciliationRow,
  liveOf: (db: ReadDb, row: ReconciliationRow) => LiveReconciliation = liveReconciliation,
): Reconciled {
  const live = liveOf(db, row);
  const state = periodState(db, row.entity, row.period);
  const signOff = JSON.parse(row.sign_off) as SignOffState;
  const status = statusOf({
    signOff,
    liveHash: live.hash,
    levels: requiredOf(row).levels,
    isStarted: row.run !== null,
    isCertified:
      state?.certified !== undefined || state?.status === 'closed' || state?.status === 'locked',
  });
  return { row, live, state, signOff, status };
}

/** Breaks above performance materiality that lack their cause, explanation or owner. */
function materialItems(
  db: ReadDb,
  { entity, period }: ReconciliationRow,
  { items, owned }: NonNullable<LiveReconciliation['rows']>,
): readonly string[] {
  const levels = materialityIn(db, entity, period);
  return items
    .filter(({ id, currency, aMinor, bMinor, cause, explanation }) => {
      const band = bandOf(aMinor - bMinor, currency, levels);
      const isMaterial = band === 'above-performance' || band === 'above-overall';
      return isMaterial && (cause === undefined || explanation === undefined || !owned.has(id));
    })
    .map(({ id }) => id);
}

/** The conditions of a first signature. */
export function guardsOf(
  db: ReadDb,
  { row, live }: Pick<Reconciled, 'row' | 'live'>,
): readonly Guard[] {
  const { id, entity, definition, cutoff } = row;
  if (live.rows === undefined) return [];
  return prepareGuards({
    id,
    entity,
    definition,
    cutoff,
    runCutoff: row.run_cutoff ?? undefined,
    figures: live.figures,
    source: live.rows.source,
    failed: live.rows.failed,
    material: materialItems(db, row, live.rows),
    stale: [
      ...staleAccounts(
        db,
        { definition: definitionOf(db, row), scope: scopeOf(row), cutoff },
        requiredOf(row).freshDays,
      ),
      ...staleSides(db, row.run),
    ],
  });
}

export function reconciliationView(db: ReadDb, found: Reconciled): ReconciliationView {
  const { row, live, state, signOff, status } = found;
  const { id, entity, definition, period, cutoff } = row;
  const { rejected, auto, notAuto } = signOff;
  return {
    id,
    entity,
    definition,
    version: (live.statement.definition as { readonly version: number }).version,
    period,
    from: row.from_day,
    cutoff,
    status,
    periodStatus: state?.status ?? 'pending',
    hash: live.hash,
    ...(row.run === null || row.run_cutoff === null || row.run_result === null
      ? {}
      : { run: { id: row.run, cutoff: row.run_cutoff, resultSha256: row.run_result } }),
    figures: live.figures,
    itemCount: (live.statement.items as readonly unknown[]).length,
    levels: requiredOf(row).levels,
    signOffs: signOff.signatures.map((one) => signatureView(one, live.hash)),
    ...(auto === undefined ? {} : { autoCertified: auto }),
    ...(notAuto === undefined ? {} : { notAutoCertified: notAuto }),
    ...(rejected === undefined
      ? {}
      : { rejected: { reason: rejected.reason, by: rejected.by, at: rejected.at } }),
    guards: guardsOf(db, found),
  };
}

function signatureView(signed: SignatureState, liveHash: string): SignatureView {
  const { level, status, by, byPerson, at, statement, file, ended } = signed;
  const shown = file.sha256 === liveHash ? 'active' : 'suspended';
  return {
    level,
    status: status === 'live' ? shown : status,
    by,
    ...(byPerson === undefined ? {} : { byPerson }),
    at,
    statement,
    hash: file.sha256,
    ...(ended === undefined ? {} : { reason: ended.reason }),
  };
}
