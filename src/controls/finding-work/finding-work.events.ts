import { type Instant } from '../../kernel/runtime';

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

/** Work on a finding, in the stream `sod_finding-_.<finding id>`. It never changes the finding's status: only facts do. */
export type FindingWorkEvent =
  | { readonly type: 'sod-finding.assigned'; readonly data: FindingAssigned }
  | { readonly type: 'sod-finding.disposed'; readonly data: FindingDisposed }
  | { readonly type: 'sod-finding.disposition-approved'; readonly data: FindingApproved }
  | { readonly type: 'sod-finding.reopened'; readonly data: FindingReopened };
