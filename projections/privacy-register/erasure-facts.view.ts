import { type Instant } from '../../src/kernel/runtime';
import { type HoldScope } from '../../src/privacy/privacy.events';
import { type ReadDb } from '../read-model';

/** One `privacy.erased` event, by its place in the log. */
export interface ErasureEvent {
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
}

/** A value that an event says is gone. */
export interface ErasedValue {
  readonly path: string;
  /** entry id of the `privacy.erased` event */
  readonly event: string;
  readonly erasure: string;
}

const LIST_EVENTS_AFTER = `
  SELECT idx, stream, revision FROM erasure_event WHERE idx > :after ORDER BY idx LIMIT :limit`;
const LIST_APPROVED = `
  SELECT id, stream FROM privacy_erasure WHERE status = 'approved' ORDER BY idx LIMIT :limit`;
const LIST_ERASED_OF = `
  SELECT path, erasure_event.id AS event, erasure
    FROM erased_value JOIN erasure_event ON erasure_event.idx = erased_value.idx
   WHERE erased_value.stream = :stream AND erased_value.revision = :revision
   ORDER BY path`;
const LAST_ACT = `
  SELECT max(at) AS at FROM (
    SELECT max(recorded_at) AS at FROM event WHERE actor = :id
    UNION ALL SELECT max(recorded_at) FROM event WHERE on_behalf_of = :id
    UNION ALL SELECT max(recorded_at) FROM event WHERE initiated_by = :id)`;
const ACTS_IN_STREAM = `
  SELECT 1 FROM event
   WHERE stream = :stream AND (actor = :id OR on_behalf_of = :id OR initiated_by = :id) LIMIT 1`;
const ACTS_IN_ENTITY = `
  SELECT 1 FROM event
   WHERE entity = :entity AND (actor = :id OR on_behalf_of = :id OR initiated_by = :id) LIMIT 1`;

const AT_ONCE = 100;

/** Erasures recorded after a place in the log, oldest first, at most 100. */
export function erasureEventsAfter(db: ReadDb, after: number): ErasureEvent[] {
  return db
    .all<{ idx: bigint; stream: string; revision: bigint }>(LIST_EVENTS_AFTER, {
      after,
      limit: AT_ONCE,
    })
    .map(({ idx, stream, revision }) => ({
      index: Number(idx),
      stream,
      revision: Number(revision),
    }));
}

/** Erasures that two persons want and that have no outcome yet, oldest first, at most 100. */
export function approvedErasures(db: ReadDb): { readonly id: string; readonly stream: string }[] {
  return db.all<{ id: string; stream: string }>(LIST_APPROVED, { limit: AT_ONCE });
}

/** Values of one event that were erased. */
export function erasedValuesOf(db: ReadDb, stream: string, revision: number): ErasedValue[] {
  return db.all<ErasedValue>(LIST_ERASED_OF, { stream, revision });
}

/** When the last event that names an account was recorded. */
export function lastActAt(db: ReadDb, pseudonym: string): Instant | undefined {
  return db.get<{ at: Instant | null }>(LAST_ACT, { id: pseudonym })?.at ?? undefined;
}

/** True when an event within a hold's scope names the account. */
export function actsWithin(db: ReadDb, pseudonym: string, scope: HoldScope): boolean {
  const id = pseudonym;
  switch (scope.kind) {
    case 'ledger':
      return lastActAt(db, id) !== undefined;
    case 'object':
      return db.get(ACTS_IN_STREAM, { id, stream: scope.stream }) !== undefined;
    case 'entity':
      return db.get(ACTS_IN_ENTITY, { id, entity: scope.entity }) !== undefined;
    case 'subject':
      return scope.subject === id;
  }
}
