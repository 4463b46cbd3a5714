import { type Instant } from '../../src/kernel/runtime';
import { type JsonObject } from '../../src/kernel/json';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';

export type QuarantineStatus = 'open' | 'replayed' | 'discarded' | 'superseded';

/** What a list of items is narrowed by; every member given must hold. */
export interface QuarantineFilter {
  readonly status?: QuarantineStatus;
  readonly cause?: 'business' | 'technical';
  readonly code?: string;
  /** short name of the source system */
  readonly source?: string;
  readonly owner?: string;
  /** first received before */
  readonly before?: Instant;
}

interface ItemRow {
  readonly id: string;
  readonly revision: bigint;
  readonly status: QuarantineStatus;
  readonly cause: string;
  readonly code: string;
  readonly errors: string;
  readonly sha256: string;
  readonly bytes: bigint;
  readonly content_type: string;
  readonly form: string;
  readonly client: string;
  readonly system: string | null;
  readonly source_id: string | null;
  readonly event_type: string | null;
  readonly event_id: string | null;
  readonly deliveries: bigint;
  readonly owner: string | null;
  readonly due: string | null;
  readonly reason: string | null;
  readonly received_at: Instant;
  readonly changed_at: Instant;
  readonly changed_by: string;
}

const ITEMS = `
  SELECT id, revision, status, cause, code, errors, sha256, bytes, content_type, form, client, system, source_id,
         event_type, event_id, deliveries, owner, due, reason, received_at, changed_at, changed_by
    FROM quarantine_item`;

const OLDEST_FIRST = `
   ORDER BY received_at, id
   LIMIT :limit`;

const FIND_ITEM = `${ITEMS}
   WHERE id = :id`;

export interface QuarantinePageRequest {
  readonly filter: QuarantineFilter;
  readonly limit: number;
  readonly after?: PageKey;
}

const OPEN_EVENTS = `
  SELECT event_id AS eventId
    FROM quarantine_item
   WHERE status = 'open' AND event_id IS NOT NULL
   ORDER BY event_id`;

/** Entry ids of the events whose items are open, so that recording such an event can close its item. */
export function openQuarantinedEvents(db: ReadDb): string[] {
  return db.all<{ eventId: string }>(OPEN_EVENTS).map(({ eventId }) => eventId);
}

/** Items in the order in which they first came. */
export function listQuarantine(db: Snapshot, request: QuarantinePageRequest): Page<JsonObject> {
  const { filter, limit, after } = request;
  const conditions = new Conditions()
    .add('status = :status', { status: filter.status })
    .add('cause = :cause', { cause: filter.cause })
    .add('code = :code', { code: filter.code })
    .add('system = :source', { source: filter.source })
    .add('owner = :owner', { owner: filter.owner })
    .add('received_at < :before', { before: filter.before })
    .add('(received_at, id) > (:afterAt, :afterId)', { afterAt: after?.[0], afterId: after?.[1] });
  const sql = `${ITEMS} ${conditions.where} ${OLDEST_FIRST}`;
  const rows = db.all<ItemRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: ({ received_at: at, id }) => [at, id],
    item: itemJson,
    position: db.position,
  });
}

/** One item with every error of its last delivery. */
export function findQuarantineItem(db: ReadDb, id: string): JsonObject | undefined {
  const row = db.get<ItemRow>(FIND_ITEM, { id });
  return row === undefined ? undefined : itemJson(row);
}

function itemJson(row: ItemRow): JsonObject {
  const optional = {
    system: row.system,
    sourceId: row.source_id,
    eventType: row.event_type,
    eventId: row.event_id,
    owner: row.owner,
    due: row.due,
    reason: row.reason,
  };
  return {
    id: row.id,
    status: row.status,
    revision: Number(row.revision),
    cause: row.cause,
    code: row.code,
    errors: JSON.parse(row.errors) as JsonObject[],
    sha256: row.sha256,
    bytes: Number(row.bytes),
    contentType: row.content_type,
    form: row.form,
    client: row.client,
    deliveries: Number(row.deliveries),
    receivedAt: row.received_at,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  };
}
