import { type JsonObject } from '../../src/kernel/json';
import { type Page, type PageKey, pageOf, type ReadDb, type Snapshot } from '../read-model';
import { flagsOfMask } from '../workflow-state';
import { cloudEventOf } from './cloud-event';
import { eventConditions, type EventFilter } from './event-filter';
import { type LogEntries, logEntryAt } from './log-entries';

/** Where one event is, as every view of events needs it. */
export interface EventRow {
  readonly idx: bigint;
  readonly position: string;
  readonly flags: bigint | null;
}

const COLUMNS = `
  SELECT idx, position, (SELECT flags FROM event_flag WHERE event_flag.idx = event.idx) AS flags
    FROM event`;

const IN_LOG_ORDER = `
   ORDER BY idx
   LIMIT :limit`;

const NEWEST_FIRST = `
   ORDER BY idx DESC
   LIMIT :limit`;

const LIST_EVENTS_OF_STREAM = `${COLUMNS}
   WHERE stream = :stream
   ORDER BY idx`;

const FIND_EVENT = `${COLUMNS}
   WHERE idx = :idx`;

/** Registered sources, as the workflow states keep them. */
const LIST_SOURCES = `SELECT system FROM source_start ORDER BY system`;

const COUNT_EVENTS = `SELECT count(*) AS count FROM event`;

export interface EventPageRequest {
  readonly filter: EventFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** key of the last event of the page before */
  readonly after?: PageKey;
}

/** What turns rows into CloudEvents. */
export interface EventReading {
  readonly log: LogEntries;
  /** name of the log, without scheme */
  readonly origin: string;
}

/** Events in log order, or newest first. */
export function listEvents(
  db: Snapshot,
  request: EventPageRequest,
  reading: EventReading,
): Page<JsonObject> {
  const { filter, order, limit, after } = request;
  const beyond = order === 'asc' ? 'idx > :after' : 'idx < :after';
  const key = after?.[0] === undefined ? undefined : BigInt(after[0]);
  const conditions = eventConditions(filter).add(beyond, { after: key });
  const sql = `${COLUMNS} ${conditions.where} ${order === 'asc' ? IN_LOG_ORDER : NEWEST_FIRST}`;
  const rows = db.all<EventRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: ({ idx }) => [String(idx)],
    item: (row) => cloudEventAt(row, reading),
    position: db.position,
  });
}

/** How many events the filter holds, on all pages together. */
export function countEvents(db: Snapshot, filter: EventFilter): number {
  const conditions = eventConditions(filter);
  const row = db.get<{ count: bigint }>(`${COUNT_EVENTS} ${conditions.where}`, conditions.params);
  return Number(row?.count ?? 0n);
}

/** All events of one object, in the order of its stream. */
export function eventsOfStream(db: ReadDb, stream: string): EventRow[] {
  return db.all<EventRow>(LIST_EVENTS_OF_STREAM, { stream });
}

/** @returns undefined for an index that is not applied yet */
export function findEvent(db: ReadDb, index: number): EventRow | undefined {
  return db.get<EventRow>(FIND_EVENT, { idx: index });
}

export function cloudEventAt(row: EventRow, { log, origin }: EventReading): JsonObject {
  const index = Number(row.idx);
  const { entry, leaf } = logEntryAt(log, index);
  const flags = flagsOfMask(row.flags ?? 0n);
  return cloudEventOf(entry, { position: row.position, index, leaf, flags }, origin);
}

/** Short names of all registered source systems. */
export function listSources(db: ReadDb): string[] {
  return db.all<{ system: string }>(LIST_SOURCES).map(({ system }) => system);
}

const LIST_OBJECTS_OF_DOCUMENT = `
  SELECT DISTINCT e.stream
    FROM event AS e JOIN object AS o ON o.stream = e.stream
   WHERE e.document = :document AND (:system IS NULL OR e.system = :system)
   ORDER BY e.stream
   LIMIT :limit`;

/** Objects that an event with this document number is about. */
export function objectsOfDocument(
  db: ReadDb,
  asked: { readonly document: string; readonly system: string | undefined; readonly limit: number },
): string[] {
  const { document, system = null, limit } = asked;
  return db
    .all<{ stream: string }>(LIST_OBJECTS_OF_DOCUMENT, { document, system, limit })
    .map(({ stream }) => stream);
}
