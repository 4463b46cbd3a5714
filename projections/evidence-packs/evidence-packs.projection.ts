import {
  type PackBuilt,
  type PackDownloaded,
  type PackFailed,
  type PackRequested,
} from '../../evidence/pack/evidence-pack.events';
import { packName } from '../../evidence/pack/pack-name.policy';
import { canonicalJson } from '../../src/kernel/canonical-json';
import { type Json } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { projection, type ProjectedEvent, type ProjectionDb } from '../read-model';

/** One row a pack; one a download. `request` and `outcome` hold the events' own data. */
const SCHEMA = `
CREATE TABLE evidence_pack (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, stream TEXT NOT NULL, entity TEXT NOT NULL, kind TEXT NOT NULL,
  subject_type TEXT NOT NULL, subject_id TEXT NOT NULL, state TEXT NOT NULL, request TEXT NOT NULL, outcome TEXT,
  requested_by TEXT NOT NULL, requested_at TEXT NOT NULL, ended_at TEXT, downloads INTEGER NOT NULL,
  idx INTEGER NOT NULL, revision INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_pack_by_state ON evidence_pack (state, idx);
CREATE INDEX evidence_pack_by_index ON evidence_pack (idx);
CREATE TABLE evidence_download (
  idx INTEGER PRIMARY KEY, pack TEXT NOT NULL, by TEXT NOT NULL, key_id TEXT NOT NULL, sha256 TEXT NOT NULL,
  from_byte INTEGER NOT NULL, to_byte INTEGER NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_download_by_pack ON evidence_download (pack, idx);
`;

const ADD_PACK = `
  INSERT OR REPLACE INTO evidence_pack
    (id, name, stream, entity, kind, subject_type, subject_id, state, request, requested_by, requested_at, downloads, idx, revision)
  VALUES
    (:id, :name, :stream, :entity, :kind, :subjectType, :subjectId, 'requested', :request, :requestedBy, :requestedAt, 0, :idx, :revision)`;
const END_PACK = `
  UPDATE evidence_pack SET state = :state, outcome = :outcome, ended_at = :at, revision = :revision WHERE id = :id`;
const ADD_DOWNLOAD = `
  INSERT OR REPLACE INTO evidence_download (idx, pack, by, key_id, sha256, from_byte, to_byte, at)
  VALUES (:idx, :pack, :by, :keyId, :sha256, :from, :to, :at)`;
const COUNT_DOWNLOADS = `
  UPDATE evidence_pack SET revision = :revision,
         downloads = (SELECT count(*) FROM evidence_download WHERE pack = :id) WHERE id = :id`;

const idOf = ({ stream }: ProjectedEvent): string => parseStreamName(stream).key;

function addPack(event: ProjectedEvent, db: ProjectionDb): void {
  const request = event.entry.data as unknown as PackRequested;
  const id = idOf(event);
  const { recordedAt } = event.entry;
  db.run(ADD_PACK, {
    id,
    name: packName(id, recordedAt),
    stream: event.stream,
    entity: request.subject.entity,
    kind: request.kind,
    subjectType: request.subject.type,
    subjectId: request.subject.id,
    request: canonicalJson(event.entry.data),
    requestedBy: request.requestedBy,
    requestedAt: recordedAt,
    idx: event.index,
    revision: event.revision,
  });
}

function endPack(state: 'built' | 'failed' | 'cancelled') {
  return (event: ProjectedEvent, db: ProjectionDb): void => {
    const outcome = event.entry.data as unknown as PackBuilt | PackFailed;
    db.run(END_PACK, {
      id: idOf(event),
      state,
      outcome: canonicalJson(outcome as unknown as Json),
      at: event.entry.recordedAt,
      revision: event.revision,
    });
  };
}

function addDownload(event: ProjectedEvent, db: ProjectionDb): void {
  const { by, keyId, sha256, from, to } = event.entry.data as unknown as PackDownloaded;
  const id = idOf(event);
  db.run(ADD_DOWNLOAD, {
    idx: event.index,
    pack: id,
    by,
    keyId,
    sha256,
    from,
    to,
    at: event.entry.recordedAt,
  });
  db.run(COUNT_DOWNLOADS, { id, revision: event.revision });
}

/** Evidence packs with their state, their figures once built, and who took them. */
export const evidencePacks = projection('evidence-packs', 1, {
  schema: SCHEMA,
  on: {
    'evidence-pack.requested': addPack,
    'evidence-pack.built': endPack('built'),
    'evidence-pack.failed': endPack('failed'),
    'evidence-pack.cancelled': endPack('cancelled'),
    'evidence-pack.downloaded': addDownload,
  },
});
