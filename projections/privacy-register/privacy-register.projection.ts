import { canonicalJson } from '../../src/kernel/canonical-json';
import {
  type Erased,
  type ErasureApproved,
  type ErasureDeferred,
  type ErasureRejected,
  type ErasureRequested,
  type HoldPlaced,
  type HoldReleased,
  type HoldReleaseRequested,
} from '../../src/privacy/privacy.events';
import { projection, type ProjectedEvent, type ProjectionDb } from '../read-model';
import { PRIVACY_REGISTER_SCHEMA } from './privacy-register.schema';

const ADD_ERASURE = `
  INSERT OR REPLACE INTO privacy_erasure
    (id, stream, subject, named_values, status, legal_basis, requested_by, requested_at, erased, kept, idx, revision)
  VALUES (:id, :stream, :subject, :values, 'requested', :legalBasis, :by, :at, 0, 0, :idx, :revision)`;
const APPROVE_ERASURE = `
  UPDATE privacy_erasure
     SET status = 'approved', approved_by = :by, approved_at = :at, reason = NULL, hold = NULL, until = NULL,
         kept = 0, revision = :revision
   WHERE id = :id`;
const REJECT_ERASURE = `
  UPDATE privacy_erasure
     SET status = 'rejected', rejected_by = :by, reason = :reason, ended_at = :at, revision = :revision
   WHERE id = :id`;
const DEFER_ERASURE = `
  UPDATE privacy_erasure
     SET status = 'deferred', reason = :reason, hold = :hold, until = :until, kept = :kept, revision = :revision
   WHERE id = :id`;
const END_ERASURE = `
  UPDATE privacy_erasure SET status = 'erased', ended_at = :at, revision = :revision WHERE id = :id`;
const COUNT_ERASED = `
  UPDATE privacy_erasure
     SET erased = (SELECT count(*) FROM erased_value JOIN erasure_event ON erasure_event.idx = erased_value.idx
                    WHERE erasure_event.erasure = :id),
         revision = :revision
   WHERE id = :id`;
const ADD_EVENT = `
  INSERT OR REPLACE INTO erasure_event (idx, id, stream, revision, erasure)
  VALUES (:idx, :event, :stream, :revision, :id)`;
const ADD_VALUE = `
  INSERT OR IGNORE INTO erased_value (stream, revision, path, idx) VALUES (:stream, :revision, :path, :idx)`;
const ADD_HOLD = `
  INSERT OR REPLACE INTO privacy_hold
    (id, stream, scope, subject, status, reason, authority, placed_by, placed_at, idx, revision)
  VALUES (:id, :stream, :scope, :subject, 'active', :reason, :authority, :by, :at, :idx, :revision)`;
const ASK_RELEASE = `
  UPDATE privacy_hold SET status = 'releasing', release_reason = :reason, release_by = :by, revision = :revision
   WHERE id = :id`;
const RELEASE_HOLD = `
  UPDATE privacy_hold SET status = 'released', released_by = :by, released_at = :at, revision = :revision
   WHERE id = :id`;

/** The data of an event under the type that its own type says it has. */
const dataOf = <T>({ entry }: ProjectedEvent): T => entry.data as unknown as T;
const placeOf = ({ entry, index, stream, revision }: ProjectedEvent) => ({
  stream,
  idx: index,
  revision,
  at: entry.recordedAt,
});

function request(event: ProjectedEvent, db: ProjectionDb): void {
  const { erasure, subject, values, legalBasis, by } = dataOf<ErasureRequested>(event);
  db.run(ADD_ERASURE, {
    ...placeOf(event),
    id: erasure,
    subject,
    values: values === undefined ? null : canonicalJson(values),
    legalBasis,
    by,
  });
}

function approve(event: ProjectedEvent, db: ProjectionDb): void {
  const { erasure: id, by } = dataOf<ErasureApproved>(event);
  const { at, revision } = placeOf(event);
  db.run(APPROVE_ERASURE, { id, by, at, revision });
}

function reject(event: ProjectedEvent, db: ProjectionDb): void {
  const { erasure: id, by, reason } = dataOf<ErasureRejected>(event);
  const { at, revision } = placeOf(event);
  db.run(REJECT_ERASURE, { id, by, reason, at, revision });
}

function defer(event: ProjectedEvent, db: ProjectionDb): void {
  const { erasure: id, reason, hold = null, until = null, kept } = dataOf<ErasureDeferred>(event);
  db.run(DEFER_ERASURE, { id, reason, hold, until, kept, revision: event.revision });
}

function erase(event: ProjectedEvent, db: ProjectionDb): void {
  const { erasure: id, values, isLast } = dataOf<Erased>(event);
  const { stream, idx, revision, at } = placeOf(event);
  db.run(ADD_EVENT, { idx, event: event.entry.id, stream, revision, id });
  for (const value of values) db.run(ADD_VALUE, { ...value, idx });
  db.run(COUNT_ERASED, { id, revision });
  if (isLast) db.run(END_ERASURE, { id, at, revision });
}

function placeHold(event: ProjectedEvent, db: ProjectionDb): void {
  const { hold, scope, reason, authority, by } = dataOf<HoldPlaced>(event);
  db.run(ADD_HOLD, {
    ...placeOf(event),
    id: hold,
    scope: canonicalJson(scope),
    subject: scope.kind === 'subject' ? scope.subject : null,
    reason,
    authority,
    by,
  });
}

function askRelease(event: ProjectedEvent, db: ProjectionDb): void {
  const { hold: id, reason, by } = dataOf<HoldReleaseRequested>(event);
  db.run(ASK_RELEASE, { id, reason, by, revision: event.revision });
}

function releaseHold(event: ProjectedEvent, db: ProjectionDb): void {
  const { hold: id, approvedBy: by } = dataOf<HoldReleased>(event);
  const { at, revision } = placeOf(event);
  db.run(RELEASE_HOLD, { id, by, at, revision });
}

/** Erasures with their fate, what each erased, and the holds that stand in the way. */
export const privacyRegister = projection('privacy-register', 1, {
  schema: PRIVACY_REGISTER_SCHEMA,
  on: {
    'privacy.erasure-requested': request,
    'privacy.erasure-approved': approve,
    'privacy.erasure-rejected': reject,
    'privacy.erasure-deferred': defer,
    'privacy.erased': erase,
    'privacy.hold-placed': placeHold,
    'privacy.hold-release-requested': askRelease,
    'privacy.hold-released': releaseHold,
  },
});
