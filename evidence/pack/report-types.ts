import { type Override } from '../../src/kernel/entry';
import { type MoneyJson } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import {
  type BreakFacts,
  type ControlTotal,
  type ExcludedObject,
  type Figure,
  type FindingFacts,
  type Identity,
  type LineageEdge,
  type MatchFacts,
  type MissingStep,
  type ObjectKey,
  type PackRequest,
  type Unreadable,
} from './pack-input';

/** One line of the timeline: a sealed entry of the lineage, read as a step of its object. */
export interface TimelineStep {
  /** 1, 2, 3 … in the order of occurrence */
  readonly n: number;
  readonly stream: string;
  readonly object: ObjectKey;
  readonly revision: number;
  readonly index: number;
  readonly entry: string;
  readonly leaf: string;
  readonly type: string;
  readonly action: string;
  readonly from?: string;
  readonly to: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: StepActor;
  readonly persons: readonly string[];
  readonly source: { readonly system: string; readonly id?: string; readonly document?: string };
  readonly amount?: MoneyJson;
  readonly version?: string;
  readonly flags: readonly string[];
  /** values that this step changed, of those stated before */
  readonly changes: readonly Change[];
  readonly details: readonly Detail[];
  readonly rules: readonly {
    readonly id: string;
    readonly version: number;
    readonly outcome: string;
  }[];
  readonly overrides: readonly Override[];
  readonly attachments: readonly {
    readonly sha256: string;
    readonly bytes: number;
    readonly mediaType: string;
  }[];
  /** personal values behind commitments: opened ones with their value as text, erased ones with the event that says so */
  readonly personal: readonly {
    readonly path: string;
    readonly value?: string;
    readonly erasedBy?: string;
  }[];
  readonly attempt?: number;
}

export interface StepActor {
  readonly id: string;
  readonly kind: string;
  readonly role?: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
}

export interface Change {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export interface Detail {
  readonly name: string;
  readonly value: string;
}

/** An approval, rejection or override on the lineage, by its step. */
export interface ApprovalLine {
  readonly step: number;
  readonly object: ObjectKey;
  readonly action: string;
  readonly at: Instant;
  readonly by: StepActor;
  readonly persons: readonly string[];
  readonly amount?: MoneyJson;
  readonly version?: string;
  /** what the record says about it, as sentences */
  readonly remarks: readonly string[];
}

/** One object of the population. */
export interface PopulationLine {
  readonly stream: string;
  readonly object: ObjectKey;
  readonly distance: number;
  readonly state: string;
  readonly entries: number;
  /** revisions 0 to this one, without gap */
  readonly lastRevision: number;
  readonly figures: readonly Figure[];
  readonly first: Instant;
  readonly last: Instant;
}

export interface ReportResults {
  readonly objects: number;
  readonly entries: number;
  readonly missing: number;
  readonly flagged: number;
  readonly approvals: number;
  readonly violations: number;
  readonly inconclusive: number;
  readonly mitigated: number;
  readonly breaks: number;
  readonly matches: number;
  readonly commitments: number;
  readonly opened: number;
  readonly erased: number;
  readonly unreadable: number;
  readonly proofs: number;
  readonly first: Instant;
  readonly last: Instant;
}

export interface TransactionReport {
  /** printed first by the verifier */
  readonly warnings: readonly string[];
  readonly request: PackRequest;
  readonly results: ReportResults;
  /** what was found and what the evidence does not show, as sentences */
  readonly verdicts: readonly {
    readonly topic: string;
    readonly outcome: 'good' | 'note' | 'bad';
    readonly sentence: string;
  }[];
  readonly limits: readonly string[];
  readonly population: {
    readonly included: number;
    readonly excluded: number;
    readonly total: number;
    readonly objects: readonly PopulationLine[];
    readonly left: readonly ExcludedObject[];
    readonly byReason: readonly { readonly reason: string; readonly objects: number }[];
    /** RFC 6962 tree hash over the lines of `population.jsonl`, 64 hex */
    readonly root: string;
  };
  readonly controlTotals: {
    readonly scanned: number;
    readonly rows: readonly (ControlTotal & { readonly path: 'projection' | 'replay' })[];
  };
  readonly edges: readonly LineageEdge[];
  readonly missing: readonly MissingStep[];
  readonly timeline: readonly TimelineStep[];
  readonly approvals: readonly ApprovalLine[];
  readonly findings: readonly FindingFacts[];
  readonly breaks: readonly BreakFacts[];
  readonly matches: readonly MatchFacts[];
  readonly identities: readonly Identity[];
  readonly unreadable: readonly Unreadable[];
  readonly integrity: {
    readonly checkpointSha256: string;
    readonly keys: readonly { readonly name: string; readonly id: string; readonly vkey: string }[];
    readonly keyEntries: number;
    readonly lowestIndex: number;
    readonly highestIndex: number;
    readonly longestProof: number;
    readonly verifierSha256: string;
    readonly itemsRoot: string;
  };
  readonly build: {
    readonly version: string;
    readonly commit: string;
    readonly fonts: readonly { readonly file: string; readonly sha256: string }[];
  };
  /** of the PDF: pages, and code points printed as visible escapes */
  readonly print: { readonly pages: number; readonly escaped: number };
}

/** `evidence.json`. Every figure that the PDF shows stands in it. */
export interface EvidenceDocument {
  readonly v: 1;
  readonly format: 'tieout/evidence/v1';
  readonly pack: {
    readonly id: string;
    readonly kind: 'transaction';
    readonly status: 'complete' | 'partial';
    readonly created: Instant;
    readonly title: string;
  };
  readonly ledger: {
    readonly origin: string;
    /** the pack tells of the entries [0, asOf) */
    readonly asOf: number;
    /** of the checkpoint */
    readonly size: number;
    readonly root: string;
  };
  readonly items: readonly {
    readonly id: string;
    readonly entries: number;
    readonly streams: readonly { readonly stream: string; readonly entries: number }[];
  }[];
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  readonly report: TransactionReport;
}
