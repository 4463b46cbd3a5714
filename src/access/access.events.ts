/** Events of one API key, in the stream `api_key-_.<key id>`. The secret is never part of one. */
export type AccessEvent =
  | { readonly type: 'access.key-issued'; readonly data: KeyIssued }
  | { readonly type: 'access.key-approved'; readonly data: { readonly by: string } }
  | {
      readonly type: 'access.key-revoked';
      readonly data: { readonly by: string; readonly reason: string };
    }
  | { readonly type: 'access.bootstrap-used'; readonly data: { readonly issued: string } };

export type KeyIssued = {
  readonly client: string;
  readonly kind: 'person' | 'service';
  readonly scopes: readonly string[];
  /** short names of source systems; absent means every source */
  readonly sources?: readonly string[];
  /** instant */
  readonly expiresAt: string;
  /** hex HMAC-SHA-256(pepper, secret) */
  readonly verifier: string;
  /** true: unusable until another person approves */
  readonly needsApproval: boolean;
  /** true for the first key of an installation */
  readonly bootstrap: boolean;
  readonly issuedBy: string;
};
