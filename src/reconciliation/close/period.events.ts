import { type CivilDate } from '../../kernel/civil-date';
import { type JsonObject } from '../../kernel/json';
import { type ToldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { type FileRef } from '../imports/batch.events';

export type SignOffLevel = 'PREPARE' | 'REVIEW' | 'APPROVE';

/** How a reconciliation may be certified without a signature. */
export type AutoMethod =
  'zero-balance-no-activity' | 'unchanged-no-activity' | 'no-difference-no-open-break';

/** One definition that has to be reconciled before the period can be closed. */
export interface RequiredReconciliation {
  readonly definition: string;
  /** as compared, without spaces and in upper case; absent: every account of the entity */
  readonly accounts?: readonly string[];
  /** by currency, decimal text; an absent currency is 0 */
  readonly thresholds: Readonly<Record<string, string>>;
  /** in their order */
  readonly levels: readonly SignOffLevel[];
  readonly auto: readonly AutoMethod[];
  /** days that the last statement of an account may end before the cut-off */
  readonly freshDays: number;
}

/** What was agreed before the first line that is here; without it the first statement's opening counts for both sides. */
export interface BroughtForward {
  readonly definition: string;
  readonly account: string;
  readonly currency: string;
  readonly books: string;
  readonly source: string;
}

export interface CloseTask {
  readonly id: string;
  readonly title: string;
  /** client or person */
  readonly owner: string;
  /** another person who looks at it before it counts as done */
  readonly reviewer?: string;
  readonly due: CivilDate;
  /** ids of tasks that are done or waived before */
  readonly after: readonly string[];
}

/** Who decided, and when. */
export interface Acted extends ToldBy {
  readonly at: Instant;
}

export interface PeriodOpened extends Acted {
  readonly from: CivilDate;
  readonly to: CivilDate;
  /** the period before; its closing items are the opening items of this one */
  readonly prior?: string;
  readonly requires: readonly RequiredReconciliation[];
  readonly broughtForward: readonly BroughtForward[];
  readonly tasks: readonly CloseTask[];
}

export interface PeriodCertified extends Acted {
  readonly statement: string;
  /** of the snapshot that it is about */
  readonly snapshot: FileRef;
}

/** Sums of a snapshot, decimal text. */
export interface SnapshotTotal {
  readonly definition: string;
  readonly currency: string;
  readonly perBooks: string;
  readonly perSource: string;
  readonly unexplained: string;
}

export interface PeriodClosed extends Acted {
  readonly version: number;
  readonly snapshot: FileRef;
  readonly reconciliations: number;
  /** at most 200 */
  readonly totals: readonly SnapshotTotal[];
  /** of version n to n - 1; absent for the first */
  readonly delta?: FileRef;
}

/** What may change while a period is reopened. */
export interface ReopeningScope {
  /** absent: every definition */
  readonly definitions?: readonly string[];
}

export interface ReopeningRequested extends Acted {
  readonly request: string;
  readonly reason: string;
  readonly scope: ReopeningScope;
  readonly expiresAt: Instant;
  /** closed periods after it are reopened too, or get the delta as a late change */
  readonly laterPeriods: 'reopen' | 'carry';
}

export interface RequestDecided extends Acted {
  readonly request: string;
  readonly reason?: string;
}

export interface TaskDone extends Acted {
  readonly task: string;
  readonly evidence: readonly string[];
  readonly note?: string;
}

export interface TaskDecided extends Acted {
  readonly task: string;
  readonly reason: string;
}

export interface ReconciliationWaived extends Acted {
  readonly definition: string;
  readonly reason: string;
}

type Of<Type extends string, Data> = { readonly type: Type; readonly data: Data & JsonObject };

/** Events of one entity and fiscal period, in `period-<entity>.<period>`. */
export type PeriodEvent =
  | Of<'period.opened', PeriodOpened>
  | Of<'period.soft-closed', Acted & { readonly reason?: string }>
  | Of<'period.certified', PeriodCertified>
  | Of<'period.closed', PeriodClosed>
  | Of<'period.locked', Acted & { readonly reference: string }>
  | Of<'period.reopening-requested', ReopeningRequested>
  | Of<'period.reopening-approved', RequestDecided>
  | Of<'period.reopening-rejected', RequestDecided>
  | Of<'period.checklist-set', Acted & { readonly tasks: readonly CloseTask[] }>
  | Of<'period.task-done', TaskDone>
  | Of<'period.task-reviewed', TaskDone>
  | Of<'period.task-waived', TaskDecided>
  | Of<'period.task-reopened', TaskDecided>
  | Of<'period.reconciliation-waived', ReconciliationWaived>;
