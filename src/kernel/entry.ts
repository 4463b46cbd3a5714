import { type JsonObject } from './json';
import { type MoneyJson } from './money';
import { type Instant } from './runtime';

export interface Actor {
  /** opaque account id (a pseudonym), never a name or address */
  readonly id: string;
  readonly kind: 'person' | 'service' | 'system';
  readonly onBehalfOf?: string;
  readonly role?: string;
}

export interface EntrySource {
  readonly system: string;
  readonly id?: string;
  readonly document?: string;
}

export interface AppliedRule {
  readonly id: string;
  readonly version: number;
  readonly outcome: 'pass' | 'warn' | 'fail';
}

export interface Override {
  readonly rule: string;
  readonly reason: string;
  readonly approver: string;
}

export interface AttachmentRef {
  /** 64 hex */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** One event of the ledger, the object whose RFC 8785 bytes are stored, hashed and proved. */
export interface Entry {
  readonly v: 1;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly contract: number;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: Actor;
  readonly source: EntrySource;
  readonly correlation?: string;
  readonly causation?: string;
  readonly data: JsonObject;
  /** JSON Pointer of a removed personal value -> 64 hex */
  readonly commitments?: Readonly<Record<string, string>>;
  readonly rules?: readonly AppliedRule[];
  readonly overrides?: readonly Override[];
  /** from 2; absent means the first */
  readonly attempt?: number;
  readonly attachments?: readonly AttachmentRef[];
  /** leaf of the stream's previous event, 64 hex; absent at revision 0 */
  readonly prev?: string;
}

/** `data` of an event of a finance object, after the mapping of the incoming event to an entry. */
export interface TransitionData {
  readonly transition: { readonly action: string; readonly from?: string; readonly to: string };
  readonly version?: string;
  /** pseudonym of the account behind a service or shared account */
  readonly initiatedBy?: string;
  /** id of the mandate under which a service account approved */
  readonly autoApprovalPolicy?: string;
  /** id of the emergency session in which it was done */
  readonly emergencySession?: string;
  readonly sourceDocument?: {
    readonly system?: string;
    readonly type?: string;
    readonly url?: string;
  };
  readonly amount?: MoneyJson;
  readonly baseAmount?: MoneyJson & {
    readonly rate: string;
    readonly rateDate: string;
    readonly rateSource: string;
  };
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly related?: readonly RelatedObject[];
  readonly checks?: readonly string[];
  readonly custom?: JsonObject;
  readonly sequence?: string;
  readonly dataclassification?: string;
}

export interface RelatedObject {
  readonly type: string;
  /** absent means the entity of the object itself */
  readonly entity?: string;
  readonly id: string;
  readonly role: RelatedRole;
}

export const RELATED_ROLES = [
  'requisition',
  'order',
  'receipt',
  'invoice',
  'settles',
  'posts',
  'reverses',
  'replaces',
  'part-of',
  'supplier',
  'customer',
  'bank-account',
] as const;
export type RelatedRole = (typeof RELATED_ROLES)[number];

/** The transition of an entry, or `undefined` for the ledger's own events. */
export function transitionOf(entry: Entry): TransitionData | undefined {
  const data = entry.data as unknown as Partial<TransitionData>;
  return typeof data.transition === 'object' ? (data as TransitionData) : undefined;
}

export {
  contentOf,
  decodeEntry,
  encodeEntry,
  encodeForStore,
  storeIdOf,
  type EncodedEntry,
} from './entry-codec';
export { differingPointers } from './differing-pointers';
