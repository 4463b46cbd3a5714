import { type JsonObject } from '../../kernel/json';
import { type Decision } from '../evaluate.policy';
import { type FindingStatus } from '../finding.policy';

export type CheckFinding = {
  readonly rule: string;
  readonly status: FindingStatus;
  readonly person: string | null;
  readonly scope: string;
  readonly reasons: readonly string[];
  /** recorded events that conflict with the step, the first sixteen of them */
  readonly events: readonly string[];
  /** of all of them */
  readonly eventCount: number;
};

/** What every answer says, whatever was asked. */
export type DecidedCheck = JsonObject & {
  readonly check: string;
  readonly decision: Decision;
  /** hex SHA-256 of the canonical request */
  readonly request: string;
  /** up to where the answer had read the ledger */
  readonly position: string;
  readonly by: string;
};

/** The step that was asked about, as far as an event can be held against it. */
export type CheckedStep = {
  /** stream of the object */
  readonly object: string;
  /** event type, or undefined where a duty was asked about */
  readonly type?: string;
  readonly duty?: string;
  readonly account: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  readonly version?: number;
  readonly amount?: { readonly amount: string; readonly currency: string };
};

/** The answer about duties. */
export type CheckDecided = {
  readonly step: CheckedStep;
  readonly check: string;
  readonly decision: Decision;
  readonly verdict: FindingStatus;
  readonly findings: readonly CheckFinding[];
  /** what could not be decided, and so escalates */
  readonly inconclusive: readonly string[];
  /** hex SHA-256 of the canonical request */
  readonly request: string;
  /** up to where the answer had read the ledger */
  readonly position: string;
  readonly ruleSet: string;
  readonly ruleSetHash: string;
  readonly dutyMapping: string;
  readonly by: string;
};

/** The answer to somebody who asked before acting, in the stream `check-<entity>.<check>`. */
export type CheckEvent = { readonly type: 'check.decided'; readonly data: DecidedCheck };
