import { type KeyIssued } from '../../src/access/access.events';
import { parseStreamName } from '../../src/kernel/stream-name';
import { projection, type ProjectedEvent } from '../read-model';

const SCHEMA = `
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, client TEXT NOT NULL, kind TEXT NOT NULL, scopes TEXT NOT NULL, sources TEXT,
  expires_at TEXT NOT NULL, bootstrap INTEGER NOT NULL, status TEXT NOT NULL, issued_by TEXT NOT NULL,
  issued_at TEXT NOT NULL, approved_by TEXT, revoked_by TEXT, revoked_reason TEXT, revision INTEGER NOT NULL
) STRICT;
`;

const ADD_KEY = `
  INSERT OR REPLACE INTO api_key (id, client, kind, scopes, sources, expires_at, bootstrap, status, issued_by, issued_at, revision)
  VALUES (:id, :client, :kind, :scopes, :sources, :expiresAt, :bootstrap, :status, :issuedBy, :issuedAt, :revision)`;
const APPROVE_KEY = `UPDATE api_key SET status = 'live', approved_by = :by, revision = :revision WHERE id = :id`;
const REVOKE_KEY = `
  UPDATE api_key SET status = 'revoked', revoked_by = :by, revoked_reason = :reason, revision = :revision WHERE id = :id`;

const idOf = (event: ProjectedEvent): string => parseStreamName(event.stream).key;

/** API keys without their secrets: who holds which scopes, and since when. */
export const apiKeys = projection('api-keys', 1, {
  schema: SCHEMA,
  on: {
    'access.key-issued': (event, db) => {
      const key = event.entry.data as unknown as KeyIssued;
      db.run(ADD_KEY, {
        id: idOf(event),
        client: key.client,
        kind: key.kind,
        scopes: key.scopes.join(' '),
        sources: key.sources === undefined ? null : key.sources.join(' '),
        expiresAt: key.expiresAt,
        bootstrap: key.bootstrap ? 1 : 0,
        status: key.needsApproval ? 'pending' : 'live',
        issuedBy: key.issuedBy,
        issuedAt: event.entry.recordedAt,
        revision: event.revision,
      });
    },
    'access.key-approved': (event, db) => {
      const { by } = event.entry.data as { by: string };
      db.run(APPROVE_KEY, { id: idOf(event), by, revision: event.revision });
    },
    'access.key-revoked': (event, db) => {
      const { by, reason } = event.entry.data as { by: string; reason: string };
      db.run(REVOKE_KEY, { id: idOf(event), by, reason, revision: event.revision });
    },
  },
});
