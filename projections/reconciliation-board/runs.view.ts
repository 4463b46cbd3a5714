import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';

interface RunRow {
  readonly id: string;
  readonly committed_at: string;
  readonly committed_by: string;
  readonly position: string;
  readonly log_index: bigint;
  readonly data: string;
}

export type RunView = Omit<RunCommitted, 'run'> & {
  readonly id: string;
  readonly mode: 'commit';
  readonly committedAt: string;
  readonly committedBy: string;
  readonly position: string;
};

const SELECT_RUNS = `SELECT id, committed_at, committed_by, position, log_index, data FROM run`;
const BY_ID = `WHERE id = :id`;
const NEWEST_FIRST = `ORDER BY log_index DESC LIMIT :limit`;

const FIND_LATEST_CUTOFF = `
  SELECT cutoff FROM run WHERE definition = :definition ORDER BY log_index DESC LIMIT 1`;

const COUNT_RUNS = `SELECT count(*) AS n FROM run`;

/** Committed runs, the newest first. */
export function listRuns(
  db: Snapshot,
  definition: string | undefined,
  before: string | undefined,
  limit: number,
): Page<RunView> {
  const conditions = conditionsOf(definition).add('log_index < :before', {
    before: before === undefined ? undefined : BigInt(before),
  });
  const sql = `${SELECT_RUNS} ${conditions.where} ${NEWEST_FIRST}`;
  const rows = db.all<RunRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (r) => [String(r.log_index)],
    item: runView,
    position: db.position,
  });
}

export function countRuns(db: ReadDb, definition: string | undefined): number {
  const { where, params } = conditionsOf(definition);
  return Number(db.get<{ n: bigint }>(`${COUNT_RUNS} ${where}`, params)?.n ?? 0n);
}

const conditionsOf = (definition: string | undefined): Conditions =>
  new Conditions().add('definition = :definition', { definition });

export function findRun(db: ReadDb, id: string): RunView | undefined {
  const row = db.get<RunRow>(`${SELECT_RUNS} ${BY_ID}`, { id });
  return row === undefined ? undefined : runView(row);
}

/** The day up to which a definition was last matched. */
export const latestCutoff = (db: ReadDb, definition: string): string | undefined =>
  db.get<{ cutoff: string }>(FIND_LATEST_CUTOFF, { definition })?.cutoff;

/** Sides that the run itself found to be behind the limit of its definition. */
export function staleSides(
  db: ReadDb,
  run: string | null,
): readonly { readonly account: string; readonly upTo?: string }[] {
  const found = run === null ? undefined : findRun(db, run);
  return Object.entries(found?.input.freshness ?? {}).flatMap(([side, { asOf, isStale }]) =>
    isStale ? [{ account: `side ${side}`, ...(asOf === undefined ? {} : { upTo: asOf }) }] : [],
  );
}

function runView(row: RunRow): RunView {
  const committed = JSON.parse(row.data) as Omit<RunCommitted, 'run'> & { run?: unknown };
  delete committed.run;
  return {
    id: row.id,
    mode: 'commit',
    committedAt: row.committed_at,
    committedBy: row.committed_by,
    position: row.position,
    ...committed,
  };
}
