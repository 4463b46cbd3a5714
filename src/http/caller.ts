/** Who is asking: a client (service identity) of this ledger, by one of its API keys. */
export interface Caller {
  /** the client's id; two keys of one client are one principal */
  readonly client: string;
  readonly keyId: string;
  readonly kind: 'person' | 'service';
  readonly scopes: ReadonlySet<string>;
  /** short names of the source systems it may deliver for */
  readonly sources: ReadonlySet<string> | 'all';
}
