import { type Instant } from '../../kernel/runtime';
import { type FindingStatus, type ScopeKind } from '../finding.policy';
import { type Severity } from '../rule-set.policy';

export const OUTCOMES = ['remediated', 'confirmed', 'false-fact', 'accepted', 'duplicate'] as const;
export type Outcome = (typeof OUTCOMES)[number];

type Act = {
  readonly at: Instant;
  readonly by: string;
  readonly byPerson?: string;
};

export type FindingAssigned = Act & {
  /** client or person who works on it */
  readonly owner: string;
  /** civil date */
  readonly due?: string;
};

export type FindingDisposed = Act & {
  readonly outcome: Outcome;
  readonly reason: string;
  /** hash of what proves the finding: the answer is to that and to nothing else */
  readonly evidence: string;
  /** the correcting event of `false-fact`, the exception of `accepted`, the finding that a `duplicate` repeats */
  readonly reference?: string;
  /** critical and high findings need a second person */
  readonly needsApproval: boolean;
};

export type FindingApproved = Act & { readonly evidence: string };
export type FindingReopened = Act & { readonly reason: string };

/** A finding as it was found, or became by time; what it rests on is told by the pins. */
export type FindingReported = {
  readonly at: Instant;
  /** which report on this finding it is, from 1 */
  readonly report: number;
  readonly status: Exclude<FindingStatus, 'clear'>;
  readonly severity: Severity;
  readonly rule: string;
  /** opaque person id; absent where nobody can be named */
  readonly person?: string;
  readonly kind: ScopeKind;
  readonly scope: string;
  /** hash of what proves it */
  readonly evidence: string;
  readonly pins: ReportPins;
};

/** A finding as it is now. */
export type FoundNow = Omit<FindingReported, 'at' | 'report' | 'pins'>;

export type ReportPins = {
  readonly ruleSet: string;
  readonly dutyMapping: string;
  /** up to where the ledger had been read */
  readonly position: string;
};

/** The facts support the finding no more. */
export type FindingCleared = {
  readonly at: Instant;
  readonly report: number;
  /** hash of what proved it last */
  readonly evidence: string;
  readonly pins: ReportPins;
};

/** What the ledger itself says about a finding, so that the day of detection can be proved. */
export type FindingReportEvent =
  | { readonly type: 'sod-finding.raised'; readonly data: FindingReported }
  | { readonly type: 'sod-finding.changed'; readonly data: FindingReported }
  | { readonly type: 'sod-finding.cleared'; readonly data: FindingCleared };

/** Work on a finding, in the stream `sod_finding-_.<finding id>`. It never changes the finding's status: only facts do. */
export type FindingWorkEvent =
  | { readonly type: 'sod-finding.assigned'; readonly data: FindingAssigned }
  | { readonly type: 'sod-finding.disposed'; readonly data: FindingDisposed }
  | { readonly type: 'sod-finding.disposition-approved'; readonly data: FindingApproved }
  | { readonly type: 'sod-finding.reopened'; readonly data: FindingReopened };
