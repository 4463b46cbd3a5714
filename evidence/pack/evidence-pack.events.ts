import { type JsonObject } from '../../src/kernel/json';

/** Events of one evidence pack, in the stream `evidence_pack-<entity>.<id>`. */
export type EvidencePackEvent =
  | { readonly type: 'evidence-pack.requested'; readonly data: PackRequested }
  | { readonly type: 'evidence-pack.built'; readonly data: PackBuilt }
  | { readonly type: 'evidence-pack.failed'; readonly data: PackFailed }
  | { readonly type: 'evidence-pack.cancelled'; readonly data: { readonly by: string } }
  | { readonly type: 'evidence-pack.downloaded'; readonly data: PackDownloaded };

export type PackRequested = {
  readonly kind: 'transaction';
  readonly subject: { readonly type: string; readonly entity: string; readonly id: string };
  /** object links followed from the subject, in each direction */
  readonly depth: number;
  /** JSON Pointers of personal values to open */
  readonly disclose: readonly string[];
  readonly purpose: string;
  readonly engagement?: string;
  readonly allowPartial: boolean;
  readonly requestedBy: string;
};

export type PackBuilt = {
  readonly status: 'complete' | 'partial';
  /** the ZIP in the blob store */
  readonly sha256: string;
  readonly bytes: number;
  readonly files: number;
  readonly pages: number;
  /** the log as the pack shows it */
  readonly size: number;
  readonly root: string;
  readonly objects: number;
  readonly entries: number;
  readonly violations: number;
  readonly missing: number;
  /** tree hash over the lines of population.jsonl */
  readonly populationRoot: string;
  readonly evidenceSha256: string;
  readonly pdfSha256: string;
  /** hash of the payload manifest with the unsigned PDF: what a rebuild must reach again */
  readonly coreSha256: string;
};

export type PackFailed = {
  /** `totals-disagree`, `revision-gap`, `subject-unknown`, an error code, or `internal` */
  readonly reason: string;
  readonly detail: string;
  /** what disagrees or is missing: streams, figures */
  readonly members: JsonObject;
};

/** Who took which bytes: every recipient holds the same file, so the log and not the pack names him. */
export type PackDownloaded = {
  readonly by: string;
  readonly keyId: string;
  readonly sha256: string;
  /** bytes sent: the whole file or a part of it */
  readonly from: number;
  readonly to: number;
};
