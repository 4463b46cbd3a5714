import { type JsonObject } from '../../kernel/json';
import { type Instant } from '../../kernel/runtime';

/** Who decided: the client, and the person behind it where the register of accounts names one. */
export interface Decider {
  readonly client: string;
  readonly person?: string;
}

/** A proposed version of one entry of a register. It has no effect before its approval. */
export type RegisterProposed = {
  /** from 1, without gaps */
  readonly version: number;
  readonly entry: JsonObject;
  readonly by: string;
  readonly byPerson?: string;
};

export type RegisterDecided = {
  readonly version: number;
  readonly at: Instant;
  readonly by: string;
  readonly byPerson?: string;
  /** of a rejection, a revocation, evidence or a review */
  readonly note?: string;
};

/** What happens to an entry of a register, in the stream `<type>-_.<id>`. */
export type RegisterVerb =
  'proposed' | 'approved' | 'rejected' | 'revoked' | 'evidenced' | 'reviewed';

export type RegisterEvent =
  | { readonly type: `${string}.proposed`; readonly data: RegisterProposed }
  | {
      readonly type: `${string}.${Exclude<RegisterVerb, 'proposed'>}`;
      readonly data: RegisterDecided;
    };
