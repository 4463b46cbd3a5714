import { type Json, type JsonObject } from '../../src/kernel/json';
import {
  Conditions,
  type Page,
  type PageKey,
  pageOf,
  type ReadDb,
  type Snapshot,
} from '../read-model';

interface ErasureRow {
  readonly id: string;
  readonly subject: string;
  readonly named_values: string | null;
  readonly status: string;
  readonly legal_basis: string;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly approved_by: string | null;
  readonly approved_at: string | null;
  readonly rejected_by: string | null;
  readonly reason: string | null;
  readonly hold: string | null;
  readonly until: string | null;
  readonly ended_at: string | null;
  readonly erased: bigint;
  readonly kept: bigint;
  readonly idx: bigint;
  readonly revision: bigint;
}

interface HoldRow {
  readonly id: string;
  readonly scope: string;
  readonly status: string;
  readonly reason: string;
  readonly authority: string;
  readonly placed_by: string;
  readonly placed_at: string;
  readonly release_reason: string | null;
  readonly release_by: string | null;
  readonly released_by: string | null;
  readonly released_at: string | null;
  readonly idx: bigint;
  readonly revision: bigint;
}

const ERASURES = `
  SELECT id, subject, named_values, status, legal_basis, requested_by, requested_at, approved_by, approved_at,
         rejected_by, reason, hold, until, ended_at, erased, kept, idx, revision
    FROM privacy_erasure`;
const FIND_ERASURE = `${ERASURES} WHERE id = :id`;
const HOLDS = `
  SELECT id, scope, status, reason, authority, placed_by, placed_at, release_reason, release_by, released_by,
         released_at, idx, revision
    FROM privacy_hold`;
const FIND_HOLD = `${HOLDS} WHERE id = :id`;
const COUNT_ERASURES = `SELECT count(*) AS n FROM privacy_erasure`;
const COUNT_HOLDS = `SELECT count(*) AS n FROM privacy_hold`;
const NEWEST_FIRST = ` ORDER BY idx DESC LIMIT :limit`;
const LIST_EVENTS = `SELECT id FROM erasure_event WHERE erasure = :id ORDER BY idx`;
const LIST_VALUES = `
  SELECT erased_value.stream, erased_value.revision, path
    FROM erased_value JOIN erasure_event ON erasure_event.idx = erased_value.idx
   WHERE erasure = :id ORDER BY erased_value.stream, erased_value.revision, path LIMIT :limit`;

/** Values shown with an erasure; the events name all of them. */
const VALUES_SHOWN_MAX = 1_000;

export interface RegisterFilter {
  readonly state?: string | undefined;
  readonly subject?: string | undefined;
}

export interface RegisterPageRequest {
  readonly filter: RegisterFilter;
  readonly limit: number;
  readonly after?: PageKey;
}

/** One row of the register, with the revision of its stream. */
export interface Registered {
  readonly revision: number;
  readonly json: JsonObject;
}

/** Erasures, newest first. */
export function listErasures(db: Snapshot, request: RegisterPageRequest): Page<JsonObject> {
  return paged<ErasureRow>(db, ERASURES, request, erasureJson);
}

/** Holds, newest first. */
export function listHolds(db: Snapshot, request: RegisterPageRequest): Page<JsonObject> {
  return paged<HoldRow>(db, HOLDS, request, holdJson);
}

export function countErasures(db: ReadDb, filter: RegisterFilter): number {
  return counted(db, COUNT_ERASURES, filter);
}

export function countHolds(db: ReadDb, filter: RegisterFilter): number {
  return counted(db, COUNT_HOLDS, filter);
}

function counted(db: ReadDb, count: string, filter: RegisterFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${count} ${where}`, params)?.n ?? 0n);
}

function conditionsOf({ state, subject }: RegisterFilter): Conditions {
  return new Conditions().add('status = :state', { state }).add('subject = :subject', { subject });
}

function paged<Row extends { readonly idx: bigint }>(
  db: Snapshot,
  columns: string,
  { filter, limit, after }: RegisterPageRequest,
  item: (row: Row) => JsonObject,
): Page<JsonObject> {
  const conditions = conditionsOf(filter).add('idx < :after', {
    after: after?.[0] === undefined ? undefined : BigInt(after[0]),
  });
  const rows = db.all<Row>(`${columns} ${conditions.where} ${NEWEST_FIRST}`, {
    ...conditions.params,
    limit: limit + 1,
  });
  const keyOf = ({ idx }: Row): PageKey => [String(idx)];
  return pageOf(rows, limit, { keyOf, item, position: db.position });
}

/** An erasure with the events that carried it out and what each place was. */
export function findErasure(db: ReadDb, id: string): Registered | undefined {
  const row = db.get<ErasureRow>(FIND_ERASURE, { id });
  if (row === undefined) return undefined;
  const events = db.all<{ id: string }>(LIST_EVENTS, { id }).map((event) => event.id);
  const values = db
    .all<{ stream: string; revision: bigint; path: string }>(LIST_VALUES, {
      id,
      limit: VALUES_SHOWN_MAX,
    })
    .map((value) => ({ ...value, revision: Number(value.revision) }));
  return { revision: Number(row.revision), json: { ...erasureJson(row), events, values } };
}

export function findHold(db: ReadDb, id: string): Registered | undefined {
  const row = db.get<HoldRow>(FIND_HOLD, { id });
  return row === undefined ? undefined : { revision: Number(row.revision), json: holdJson(row) };
}

function erasureJson(row: ErasureRow): JsonObject {
  return {
    id: row.id,
    subject: row.subject,
    ...(row.named_values === null ? {} : { named: JSON.parse(row.named_values) as Json }),
    state: row.status,
    legalBasis: row.legal_basis,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    ...present('approvedBy', row.approved_by),
    ...present('approvedAt', row.approved_at),
    ...present('rejectedBy', row.rejected_by),
    ...present('reason', row.reason),
    ...present('hold', row.hold),
    ...present('until', row.until),
    ...present('endedAt', row.ended_at),
    erased: Number(row.erased),
    kept: Number(row.kept),
  };
}

function holdJson(row: HoldRow): JsonObject {
  return {
    id: row.id,
    scope: JSON.parse(row.scope) as Json,
    state: row.status,
    reason: row.reason,
    authority: row.authority,
    placedBy: row.placed_by,
    placedAt: row.placed_at,
    ...present('releaseReason', row.release_reason),
    ...present('releaseRequestedBy', row.release_by),
    ...present('releasedBy', row.released_by),
    ...present('releasedAt', row.released_at),
  };
}

function present(name: string, value: string | null): JsonObject {
  return value === null ? {} : { [name]: value };
}
