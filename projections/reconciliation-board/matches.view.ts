import { amountText } from '../../src/reconciliation/matching/amount-text.policy';
import { explainGroup } from '../../src/reconciliation/matching/explain.policy';
import { type GroupFacts } from '../../src/reconciliation/matching/result';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';
import { findDefinition, findDefinitionOn } from './definitions.view';
import { explained, linesById, type LineView } from './lines.view';

interface GroupRow {
  readonly id: string;
  readonly definition: string;
  readonly version: bigint | null;
  readonly pass: string;
  readonly status: string;
  readonly currency: string;
  readonly difference: string;
  readonly clearing_date: string;
  readonly interchangeable: bigint;
  readonly keys: string;
  readonly facts: string | null;
  readonly first_run: string;
  readonly last_run: string;
  readonly reason: string | null;
  readonly decided_by: string | null;
}

export interface MemberView extends LineView {
  /** the part of the line that the group uses */
  readonly allocated: string;
}

export interface MatchView {
  readonly id: string;
  readonly definition: string;
  readonly pass: string;
  readonly status: string;
  readonly currency: string;
  /** allocated of side A - allocated of side B */
  readonly difference: string;
  readonly clearingDate: string;
  readonly interchangeable: boolean;
  readonly members: readonly MemberView[];
  readonly explanation: string;
  readonly firstRun: string;
  readonly lastRun: string;
  readonly reason?: string;
  readonly decidedBy?: string;
}

export interface MatchFilter {
  readonly definition?: string | undefined;
  readonly status?: string | undefined;
  readonly pass?: string | undefined;
  readonly line?: string | undefined;
}

const SELECT_GROUPS = `
  SELECT g.id, g.definition, r.version, g.pass, g.status, g.currency, g.difference, g.clearing_date,
         g.interchangeable, g.keys, g.facts, g.first_run, g.last_run, g.reason, g.decided_by
    FROM match_group g LEFT JOIN run r ON r.id = g.last_run`;
const BY_ID = `WHERE g.id = :id LIMIT 1`;
const IN_ORDER = `ORDER BY g.id LIMIT :limit`;

const LIST_ALLOCATIONS = `
  SELECT definition, match_group, line, amount_minor FROM allocation
   WHERE match_group IN (SELECT value FROM json_each(:groups))
   ORDER BY match_group, side, line`;

const HOLDS_LINE = `EXISTS (SELECT 1 FROM allocation a
  WHERE a.definition = g.definition AND a.match_group = g.id AND a.line = :line)`;

const COUNT_GROUPS = `SELECT count(*) AS n FROM match_group g`;

/** Groups in order of id, with their lines and why they belong together. */
export function listMatches(
  db: Snapshot,
  filter: MatchFilter,
  after: string | undefined,
  limit: number,
): Page<MatchView> {
  const conditions = conditionsOf(filter).add('g.id > :after', { after });
  const sql = `${SELECT_GROUPS} ${conditions.where} ${IN_ORDER}`;
  const rows = db.all<GroupRow>(sql, { ...conditions.params, limit: limit + 1 });
  const members = membersOf(db, rows.slice(0, limit));
  return pageOf(rows, limit, {
    keyOf: (r) => [r.id],
    item: (r) => matchView(db, r, members),
    position: db.position,
  });
}

export function countMatches(db: ReadDb, filter: MatchFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${COUNT_GROUPS} ${where}`, params)?.n ?? 0n);
}

const conditionsOf = (filter: MatchFilter): Conditions =>
  new Conditions()
    .add('g.definition = :definition', { definition: filter.definition })
    .add('g.status = :status', { status: filter.status })
    .add('g.pass = :pass', { pass: filter.pass })
    .add(HOLDS_LINE, { line: filter.line });

export function findMatch(db: ReadDb, id: string): MatchView | undefined {
  const row = db.get<GroupRow>(`${SELECT_GROUPS} ${BY_ID}`, { id });
  return row === undefined ? undefined : matchView(db, row, membersOf(db, [row]));
}

type Members = ReadonlyMap<string, readonly MemberView[]>;

interface AllocationRow {
  readonly definition: string;
  readonly match_group: string;
  readonly line: string;
  readonly amount_minor: bigint;
}

/** One set of lines may be a group of two definitions, with other sides in each. */
const memberKey = (definition: string, group: string) => `${definition} ${group}`;

function membersOf(db: ReadDb, rows: readonly GroupRow[]): Members {
  const groups = JSON.stringify(rows.map(({ id }) => id));
  const allocations = db.all<AllocationRow>(LIST_ALLOCATIONS, { groups });
  const members = new Map<string, MemberView[]>();
  const currencies = new Map(rows.map((row) => [memberKey(row.definition, row.id), row.currency]));
  for (const definition of new Set(rows.map((row) => row.definition))) {
    const own = allocations.filter((row) => row.definition === definition);
    const ids = own.map(({ line }) => line);
    const lines = linesById(db, ids, findDefinitionOn(db, definition)?.sides);
    for (const { match_group: group, line: id, amount_minor: minor } of own) {
      const line = lines.get(id);
      if (line === undefined) continue;
      const key = memberKey(definition, group);
      const allocated = amountText(minor, currencies.get(key) ?? '');
      const member = { ...line, allocated };
      members.set(key, [...(members.get(key) ?? []), member]);
    }
  }
  return members;
}

function matchView(db: ReadDb, row: GroupRow, all: Members): MatchView {
  const members = all.get(memberKey(row.definition, row.id)) ?? [];
  const { pass, currency, difference } = row;
  const interchangeable = row.interchangeable === 1n;
  const definition = findDefinition(db, row.definition, Number(row.version ?? 1n));
  const facts = {
    pass,
    interchangeable,
    keys: JSON.parse(row.keys) as string[],
    difference,
    currency,
    ...(row.facts === null ? {} : { facts: JSON.parse(row.facts) as GroupFacts }),
  };
  return {
    id: row.id,
    definition: row.definition,
    pass,
    status: row.status,
    currency,
    difference,
    clearingDate: row.clearing_date,
    interchangeable,
    members,
    explanation:
      definition === undefined
        ? ''
        : explainGroup({ ...facts, lines: members.map(explained) }, definition),
    firstRun: row.first_run,
    lastRun: row.last_run,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
  };
}

const LIST_LIVE_GROUPS = `
  SELECT line, match_group FROM allocation
   WHERE definition = :definition AND live = 1 AND line IN (SELECT value FROM json_each(:lines))`;

/** The live group that holds each of these lines, by line. */
export function liveGroupsOf(
  db: ReadDb,
  definition: string,
  lines: readonly string[],
): ReadonlyMap<string, string> {
  const params = { definition, lines: JSON.stringify(lines) };
  const rows = db.all<{ line: string; match_group: string }>(LIST_LIVE_GROUPS, params);
  return new Map(rows.map((row) => [row.line, row.match_group]));
}
