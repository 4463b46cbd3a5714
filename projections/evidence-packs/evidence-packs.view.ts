import { type JsonObject } from '../../src/kernel/json';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';

interface PackRow {
  readonly id: string;
  readonly name: string;
  readonly stream: string;
  readonly entity: string;
  readonly kind: string;
  readonly state: string;
  readonly request: string;
  readonly outcome: string | null;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly ended_at: string | null;
  readonly downloads: bigint;
  readonly idx: bigint;
  readonly revision: bigint;
}

const COLUMNS = `
  SELECT id, name, stream, entity, kind, state, request, outcome, requested_by, requested_at, ended_at, downloads, idx, revision
    FROM evidence_pack`;
const FIND_PACK = `${COLUMNS} WHERE id = :id`;
const NEWEST_FIRST = ` ORDER BY idx DESC LIMIT :limit`;
const LIST_PENDING = `SELECT stream FROM evidence_pack WHERE state = 'requested' ORDER BY idx`;

export interface PackFilter {
  readonly kind?: string;
  readonly state?: string;
  readonly entity?: string;
  readonly objectType?: string;
  readonly object?: string;
}

export interface PackPageRequest {
  readonly filter: PackFilter;
  readonly limit: number;
  readonly after?: PageKey;
}

/** A pack as the API shows it, with the revision of its stream. */
export interface PackView {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly json: JsonObject;
}

/** Packs, newest first. */
export function listPacks(
  db: Snapshot,
  { filter, limit, after }: PackPageRequest,
): Page<JsonObject> {
  const conditions = new Conditions()
    .add('kind = :kind', { kind: filter.kind })
    .add('state = :state', { state: filter.state })
    .add('entity = :entity', { entity: filter.entity })
    .add('subject_type = :objectType', { objectType: filter.objectType })
    .add('subject_id = :object', { object: filter.object })
    .add('idx < :after', { after: after?.[0] === undefined ? undefined : BigInt(after[0]) });
  const rows = db.all<PackRow>(`${COLUMNS} ${conditions.where} ${NEWEST_FIRST}`, {
    ...conditions.params,
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: ({ idx }) => [String(idx)],
    item: packJson,
    position: db.position,
  });
}

export function findPack(db: ReadDb, id: string): PackView | undefined {
  const row = db.get<PackRow>(FIND_PACK, { id });
  if (row === undefined) return undefined;
  return { id: row.id, stream: row.stream, revision: Number(row.revision), json: packJson(row) };
}

/** Streams of packs that were asked for and are neither built, failed nor cancelled, oldest first. */
export function pendingPacks(db: ReadDb): string[] {
  return db.all<{ stream: string }>(LIST_PENDING).map(({ stream }) => stream);
}

function packJson(row: PackRow): JsonObject {
  const outcome = row.outcome === null ? undefined : (JSON.parse(row.outcome) as JsonObject);
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    ...statusOf(row.state, outcome),
    request: JSON.parse(row.request) as JsonObject,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.state === 'built' && outcome !== undefined ? { result: outcome } : {}),
    ...(row.state === 'failed' && outcome !== undefined ? { failure: outcome } : {}),
    seals: { signed: false, timestamped: false },
    downloads: Number(row.downloads),
    stream: row.stream,
    revision: Number(row.revision),
  };
}

/** `complete`, `partial` or `failed`, once there is one of them. */
function statusOf(state: string, outcome: JsonObject | undefined): JsonObject {
  if (state === 'failed') return { status: 'failed' };
  const status = outcome?.['status'];
  return typeof status === 'string' ? { status } : {};
}
