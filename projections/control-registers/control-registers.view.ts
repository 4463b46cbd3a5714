import { type JsonObject } from '../../src/kernel/json';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';

export interface EntryFilter {
  readonly type: string;
  readonly state?: string | undefined;
  readonly person?: string | undefined;
  readonly rule?: string | undefined;
}

export interface EntryPageRequest {
  readonly filter: EntryFilter;
  readonly limit: number;
  readonly after?: PageKey;
}

interface EntryRow {
  readonly id: string;
  readonly version: bigint;
  readonly entry: string;
  readonly by: string;
  readonly proposed_at: string;
  readonly state: string;
  readonly hash: string | null;
  readonly idx: bigint;
  readonly revision: bigint;
  readonly decisions: string | null;
}

const COLUMNS = `
  e.id, e.version, e.by, e.proposed_at, e.state, e.hash, e.idx, e.revision,
  (SELECT json_group_array(json_object('verb', d.verb, 'at', d.at, 'by', d.by, 'note', d.note) ORDER BY d.at, d.verb)
     FROM control_decision AS d WHERE d.type = e.type AND d.id = e.id AND d.version = e.version) AS decisions`;
/** Rows of a list of entitlements are read as rights, page by page. */
const SELECT = `SELECT ${COLUMNS}, json_remove(e.entry, '$.rows') AS entry FROM control_entry AS e`;
const VERSIONS = `${SELECT} WHERE e.type = :type AND e.id = :id ORDER BY e.version`;

/** Entries of one register, every version a row, newest first. */
export function listEntries(
  db: Snapshot,
  { filter, limit, after }: EntryPageRequest,
): Page<JsonObject> {
  const conditions = conditionsOf(filter).add('e.idx < :after', {
    after: after?.[0] === undefined ? undefined : BigInt(after[0]),
  });
  const rows = db.all<EntryRow>(`${SELECT} ${conditions.where} ORDER BY e.idx DESC LIMIT :limit`, {
    ...conditions.params,
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: ({ idx }) => [String(idx)],
    item: jsonOf,
    position: db.position,
  });
}

export function countEntries(db: ReadDb, filter: EntryFilter): number {
  const conditions = conditionsOf(filter);
  const sql = `SELECT count(*) AS count FROM control_entry AS e ${conditions.where}`;
  return Number(db.get<{ count: bigint }>(sql, conditions.params)?.count ?? 0n);
}

/** Every version of one entry, the first one first. */
export function versionsOf(db: ReadDb, type: string, id: string): JsonObject[] {
  return db.all<EntryRow>(VERSIONS, { type, id }).map(jsonOf);
}

const PERSON_IN_ENTRY = `
  :person IN (e.entry ->> 'person', e.entry ->> 'user', e.entry ->> 'principal', e.entry ->> 'delegate')`;

function conditionsOf({ type, state, person, rule }: EntryFilter): Conditions {
  return new Conditions()
    .add('e.type = :type', { type })
    .add('e.state = :state', { state })
    .add(PERSON_IN_ENTRY, { person })
    .add(`e.entry ->> 'rule' = :rule`, { rule });
}

function jsonOf(row: EntryRow): JsonObject {
  const decisions = JSON.parse(row.decisions ?? '[]') as readonly Record<string, string | null>[];
  return {
    id: row.id,
    version: Number(row.version),
    state: row.state,
    entry: JSON.parse(row.entry) as JsonObject,
    proposedBy: row.by,
    proposedAt: row.proposed_at,
    decisions: decisions.map(({ verb, at, by, note }) => ({
      ...{ decision: verb ?? '', at: at ?? '', by: by ?? '' },
      ...(note === null || note === undefined ? {} : { note }),
    })),
  };
}

const SELECT_HEADS = `
  SELECT ${COLUMNS}, json_remove(e.entry, '$.duties', '$.rules', '$.rows') AS entry FROM control_entry AS e`;
const FIND_VERSION = `
  SELECT ${COLUMNS}, e.entry FROM control_entry AS e
   WHERE e.type = :type AND e.id = :id AND e.version = :version`;

/** Versions of a kind that begin on dates, newest first, without their rules or rows. */
export function listVersions(
  db: Snapshot,
  { filter, limit, after }: EntryPageRequest,
): Page<JsonObject> {
  const conditions = conditionsOf(filter).add('e.idx < :after', {
    after: after?.[0] === undefined ? undefined : BigInt(after[0]),
  });
  const sql = `${SELECT_HEADS} ${conditions.where} ORDER BY e.idx DESC LIMIT :limit`;
  return pageOf(db.all<EntryRow>(sql, { ...conditions.params, limit: limit + 1 }), limit, {
    keyOf: ({ idx }) => [String(idx)],
    item: versionJson,
    position: db.position,
  });
}

/** One version, whole. */
export function findVersion(
  db: ReadDb,
  name: { readonly type: string; readonly id: string; readonly version: number },
): JsonObject | undefined {
  const row = db.get<EntryRow>(FIND_VERSION, name);
  return row === undefined ? undefined : versionJson(row);
}

const versionJson = (row: EntryRow): JsonObject => ({ ...jsonOf(row), hash: row.hash });
