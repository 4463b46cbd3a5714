import { type JsonObject } from '../../kernel/json';

/**
 * `counterparty-alias.set`: from here on this spelling or bank account stands for this counterparty. The stream is named by the
 * hash of the spelling, so that no name and no account of a person enters the log.
 */
export interface AliasSet {
  /** canonical id, as the ledger's own objects have it */
  readonly counterparty: string;
}

export type AliasEvent =
  | { readonly type: 'counterparty-alias.set'; readonly data: AliasSet & JsonObject }
  | { readonly type: 'counterparty-alias.removed'; readonly data: JsonObject };
