import { type HeadsProof } from '../../src/sealing/heads-json';
import { type Json } from '../../src/kernel/json';
import { type MoneyJson } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';

/** A finance object as callers name it. */
export interface ObjectKey {
  /** with dashes, such as `purchase-order` */
  readonly type: string;
  readonly entity: string;
  readonly id: string;
}

/** What was asked, as the ledger recorded it. Everything in a pack follows from this and the log at one size. */
export interface PackRequest {
  /** the pack's name and top folder, such as `EP-2026-5F0C11AB` */
  readonly id: string;
  readonly kind: 'transaction';
  readonly subject: ObjectKey;
  /** object links followed from the subject, in each direction */
  readonly depth: number;
  /** JSON Pointers of personal values to open; a part `*` stands for any one part */
  readonly disclose: readonly string[];
  readonly purpose: string;
  readonly engagement?: string;
  readonly allowPartial: boolean;
  /** opaque id of the client or person that asked */
  readonly requestedBy: string;
  /** `recordedAt` of the request's event: the only date of the pack's own making */
  readonly requestedAt: Instant;
  readonly event: { readonly stream: string; readonly id: string; readonly index: number };
}

/** One sealed entry, its bytes as stored. */
export interface PackEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** inclusion path against the pack's checkpoint, the leaf's sibling first */
  readonly hashes: readonly Uint8Array[];
}

/** The log at the size of the pack. */
export interface PackLedger {
  readonly origin: string;
  /** the pack tells of the entries [0, asOf): those that the committed heads cover */
  readonly asOf: number;
  /** of the checkpoint, which covers the commitment too: size > asOf */
  readonly size: number;
  /** 64 hex */
  readonly root: string;
  /** signed note, byte for byte */
  readonly checkpoint: string;
  /** policy file: the log's verifier keys. Only a hint: a verifier brings its own */
  readonly policy: string;
}

/** An object on the lineage, as the projection shows it. */
export interface LineageNode {
  readonly stream: string;
  readonly object: ObjectKey;
  /** links between it and the subject; 0 is the subject */
  readonly distance: number;
  readonly state: string;
  /** what the act that occurred last says it is about: its amount, and decimals that its contract declares */
  readonly figures: readonly Figure[];
}

/** A figure of an object: `amount`, or a decimal of its contract under its own name. */
export interface Figure {
  readonly measure: string;
  /** decimal text, never rounded */
  readonly value: string;
  /** ISO 4217, or `-` for a figure without one */
  readonly currency: string;
}

export interface LineageEdge {
  /** streams: the object that names the other, and the named one */
  readonly from: string;
  readonly to: string;
  readonly role: string;
}

/** A step or document that the workflow expects and the ledger does not have. */
export interface MissingStep {
  /** the object that should have it */
  readonly stream: string;
  readonly what: string;
  readonly sentence: string;
}

/** An object that the lineage touches and the pack leaves out. */
export interface ExcludedObject {
  readonly stream: string;
  readonly reason: 'beyond-depth' | 'master-data' | 'not-recorded';
  /** the included object that names it, or that it names */
  readonly via: string;
  readonly role: string;
}

/** One transition, as the projection shows it: path A of the control totals. */
export interface ProjectedStep {
  readonly stream: string;
  readonly revision: number;
  readonly index: number;
  readonly occurredAt: Instant;
  readonly flags: readonly string[];
  /** opaque ids of the persons accountable, as far as the register of accounts knows them */
  readonly persons: readonly string[];
}

export interface LineageFacts {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly missing: readonly MissingStep[];
  readonly excluded: readonly ExcludedObject[];
  readonly steps: readonly ProjectedStep[];
}

/** A duty or authority finding that touches the lineage, as recorded below the pack's size. */
export interface FindingFacts {
  readonly id: string;
  readonly rule: string;
  readonly ruleTitle: string;
  readonly ruleSet: string;
  readonly status: 'violation' | 'inconclusive' | 'mitigated' | 'clear';
  readonly severity: string;
  readonly person: string;
  readonly scope: string;
  readonly reasons: readonly string[];
  /** entry ids that prove it */
  readonly events: readonly string[];
  readonly sentence: string;
}

/** A break of a reconciliation that touches the lineage. */
export interface BreakFacts {
  readonly id: string;
  readonly definition: string;
  readonly type: string;
  readonly status: string;
  /** what is open: side A - side B */
  readonly amount: MoneyJson;
  /** its lines of both sides, in words */
  readonly lines: readonly string[];
  readonly sentence: string;
}

/** Lines of the lineage that a reconciliation found to belong with others. */
export interface MatchFacts {
  readonly id: string;
  readonly definition: string;
  readonly pass: string;
  readonly status: string;
  readonly clearingDate: string;
  readonly lines: readonly string[];
  readonly sentence: string;
}

/** A personal value that the request asked to open. */
export interface Opening {
  /** entry id */
  readonly id: string;
  readonly path: string;
  /** 64 hex */
  readonly salt: string;
  readonly value: Json;
}

/** A personal value that is gone, and the sealed event that says so. */
export interface ErasedValue {
  /** entry id */
  readonly id: string;
  readonly path: string;
  /** entry id of the `privacy.erased` event */
  readonly event: string;
}

/** Who stands behind a pseudonym, where the request asked for it. */
export interface Identity {
  readonly pseudonym: string;
  readonly system: string;
  readonly account: string;
}

/** What the other path found: streams of the lineage and their totals, from the sealed entries alone. */
export interface ReplayFacts {
  /** entries read: the whole log below the pack's size */
  readonly scanned: number;
  readonly streams: readonly string[];
  readonly totals: readonly ControlTotal[];
  /** log indexes of the stream `ledger-_.keys`, ascending */
  readonly keyIndexes: readonly number[];
  /** log indexes of all streams `privacy-_.<subject>`, ascending */
  readonly privacyIndexes: readonly number[];
}

/** Totals of one object type, measure and currency; objects without a figure stand under measure and currency `-`. */
export interface ControlTotal {
  readonly type: string;
  readonly measure: string;
  readonly currency: string;
  readonly objects: number;
  readonly entries: number;
  /** of the figure that each object states, decimal text with the digits of the finest */
  readonly sum: string;
  readonly absolute: string;
  readonly positive: string;
  readonly negative: string;
  readonly first: Instant;
  readonly last: Instant;
}

/** Something that the request names and that could not be read. */
export interface Unreadable {
  readonly what: string;
  readonly reason: string;
}

export interface PackBuild {
  readonly version: string;
  /** of the release, or `unknown` */
  readonly commit: string;
  /** hex SHA-256 of the lock file, or `unknown` */
  readonly lock: string;
}

/** Everything a transaction pack is made of. The builder reads nothing else. */
export interface PackInput {
  readonly request: PackRequest;
  readonly ledger: PackLedger;
  readonly lineage: LineageFacts;
  /** entries of the lineage, ascending by index */
  readonly entries: readonly PackEntry[];
  /** the stream `ledger-_.keys`, ascending by index; the first is index 0 */
  readonly keys: readonly PackEntry[];
  /** what was the last event of each stream of the lineage, and that the others named there have none */
  readonly heads: readonly HeadsProof[];
  /** the same for the stream of keys */
  readonly keysHead: HeadsProof;
  readonly findings: readonly FindingFacts[];
  readonly breaks: readonly BreakFacts[];
  readonly matches: readonly MatchFacts[];
  readonly openings: readonly Opening[];
  /** values of the lineage that were erased below the pack's size */
  readonly erased: readonly ErasedValue[];
  /** the privacy streams that say so, whole, ascending by index */
  readonly erasures: readonly PackEntry[];
  readonly identities: readonly Identity[];
  readonly replay: ReplayFacts;
  readonly unreadable: readonly Unreadable[];
  readonly build: PackBuild;
  /** the built `verify.mjs` */
  readonly verifier: Uint8Array;
}
