import { type FiguresReported } from '../../src/controls/budget/reported.events';
import { type JsonObject } from '../../src/kernel/json';
import { type Page, type PageKey, pageOf, type ReadDb, type Snapshot } from '../read-model';

/** Figures of one system on one date. */
export interface Report {
  /** id of the event that recorded them */
  readonly id: string;
  readonly entity: string;
  readonly system: string;
  /** last civil date that they hold */
  readonly asOf: string;
}

interface ReportRow {
  readonly report: string;
  readonly entity: string;
  readonly system: string;
  readonly as_of: string;
  readonly idx: bigint;
  readonly position: string;
  readonly data: string;
}

const LIST_REPORTS = `
  SELECT report, entity, system, as_of, idx, position, data FROM budget_report
   WHERE entity = :entity AND (as_of, idx) < (:beforeDate, :beforeIdx)
   ORDER BY as_of DESC, idx DESC
   LIMIT :limit`;
const FIND_REPORT = `
  SELECT report, entity, system, as_of FROM budget_report
   WHERE entity = :entity AND system = :system AND as_of <= :asOf
   ORDER BY as_of DESC, idx DESC
   LIMIT 1`;

const LAST_DATE = '9999-12-31';
const LAST_INDEX = 2n ** 62n;

/** Figures that other systems stated, the latest date first. */
export function listReports(
  db: Snapshot,
  entity: string,
  { limit, after }: { readonly limit: number; readonly after?: PageKey },
): Page<JsonObject> {
  const rows = db.all<ReportRow>(LIST_REPORTS, {
    entity,
    beforeDate: after?.[0] ?? LAST_DATE,
    beforeIdx: after?.[1] === undefined ? LAST_INDEX : BigInt(after[1]),
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (row) => [row.as_of, String(row.idx)],
    item: ({ report, system, as_of: asOf, position, data }) => {
      const { file, lines, totals, by } = JSON.parse(data) as FiguresReported;
      const told = { file: { ...file }, lines: lines.count, totals: totals.map((t) => ({ ...t })) };
      return { event: report, entity, system, asOf, position, ...told, by };
    },
    position: db.position,
  });
}

/** The latest figures of a system that hold no later date than the one asked for. */
export function findReport(
  db: ReadDb,
  of: { readonly entity: string; readonly system: string; readonly asOf?: string | undefined },
): Report | undefined {
  const { entity, system, asOf = LAST_DATE } = of;
  const row = db.get<Omit<ReportRow, 'data'>>(FIND_REPORT, { entity, system, asOf });
  return row === undefined ? undefined : { id: row.report, entity, system, asOf: row.as_of };
}
