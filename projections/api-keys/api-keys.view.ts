import { type Page, type PageKey, pageOf, type ReadDb, type Snapshot } from '../read-model';

interface KeyRow {
  readonly id: string;
  readonly client: string;
  readonly kind: string;
  readonly scopes: string;
  readonly sources: string | null;
  readonly expires_at: string;
  readonly bootstrap: bigint;
  readonly status: string;
  readonly issued_by: string;
  readonly issued_at: string;
  readonly approved_by: string | null;
  readonly revision: bigint;
}

/** Keys in order of id; the page starts after `afterId`. */
const LIST_KEYS = `
  SELECT id, client, kind, scopes, sources, expires_at, bootstrap, status, issued_by, issued_at, approved_by, revision
    FROM api_key WHERE id > :afterId ORDER BY id LIMIT :limit`;

/** Whether two different clients hold what it takes to run the installation without its first key. */
const BOOTSTRAP_IS_OVER = `
  SELECT 1 AS yes FROM api_key a JOIN api_key b ON a.client <> b.client
   WHERE a.status = 'live' AND b.status = 'live' AND a.bootstrap = 0 AND b.bootstrap = 0
     AND ' ' || a.scopes || ' ' LIKE '% access.manage %' AND ' ' || b.scopes || ' ' LIKE '% approve %'
   LIMIT 1`;

/** One key as lists show it; the secret is not known here. */
export interface ApiKeyView {
  readonly id: string;
  readonly [member: string]: unknown;
}

export function listApiKeys(
  db: Snapshot,
  { after, limit }: { readonly after?: PageKey; readonly limit: number },
): Page<ApiKeyView> {
  const rows = db.all<KeyRow>(LIST_KEYS, { afterId: after?.[0] ?? '', limit: limit + 1 });
  return pageOf(rows, limit, { keyOf: (row) => [row.id], item: keyView, position: db.position });
}

function keyView(row: KeyRow): ApiKeyView {
  return {
    id: row.id,
    client: row.client,
    kind: row.kind,
    scopes: row.scopes.split(' '),
    sources: row.sources === null ? 'all' : row.sources.split(' '),
    expiresAt: row.expires_at,
    bootstrap: row.bootstrap === 1n,
    status: row.status,
    issuedBy: row.issued_by,
    issuedAt: row.issued_at,
    approvedBy: row.approved_by,
    revision: Number(row.revision),
  };
}

export function bootstrapIsOver(db: ReadDb): boolean {
  return db.get(BOOTSTRAP_IS_OVER) !== undefined;
}
