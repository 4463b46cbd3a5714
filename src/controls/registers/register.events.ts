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
  /** the whole of it, or the first of its parts */
  readonly entry: JsonObject;
  readonly by: string;
  readonly byPerson?: string;
  /** hex SHA-256 of the whole entry in canonical JSON; of versions that begin on a date */
  readonly hash?: string;
  /** how many there are; absent for one */
  readonly parts?: number;
};

/** More of an entry that one event cannot hold, in the same append. */
export type RegisterContinued = {
  readonly version: number;
  /** from 2 */
  readonly part: number;
  readonly entry: JsonObject;
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
  'proposed' | 'continued' | 'approved' | 'rejected' | 'revoked' | 'evidenced' | 'reviewed';

/** What is decided about a version. */
export type DecisionVerb = Exclude<RegisterVerb, 'proposed' | 'continued'>;

export type RegisterEvent =
  | { readonly type: `${string}.proposed`; readonly data: RegisterProposed }
  | { readonly type: `${string}.continued`; readonly data: RegisterContinued }
  | {
      readonly type: `${string}.${DecisionVerb}`;
      readonly data: RegisterDecided;
    };
