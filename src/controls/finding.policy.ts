import { sha256Hex } from '../kernel/hash';
import { type Money } from '../kernel/money';
import { type IdentityGap } from './identity.policy';
import { type Severity } from './rule-set.policy';

/** Worst first. */
export const STATUSES = ['violation', 'inconclusive', 'mitigated', 'clear'] as const;
export type FindingStatus = (typeof STATUSES)[number];

/** Which side of a rule an event of a finding is on; `both` when one event is on either. */
export type Side = 'left' | 'right' | 'both';

/**
 * What a finding is about: a document chain, a related object within a window of days, standing rights, one object, an
 * account behind which nobody stands, a payee, an emergency session.
 */
export const SCOPE_KINDS = [
  'lineage',
  'relation',
  'static',
  'object',
  'account',
  'payee',
  'session',
] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/** One event that proves a finding. */
export interface Proof {
  readonly event: string;
  readonly side: Side;
}

/** A rule broken, or perhaps broken, by a person in a scope. */
export interface Finding {
  /** 64 hex: the same rule, person and scope always have the same id */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  /** opaque person id; null when nobody can be named */
  readonly person: string | null;
  readonly kind: ScopeKind;
  /** name of what it is about; two kinds may use the same name */
  readonly scope: string;
  readonly status: FindingStatus;
  readonly reasons: readonly string[];
  /** every event of every pair, in order of occurrence */
  readonly proofs: readonly Proof[];
  /** whom to map before it can be decided */
  readonly gaps: readonly IdentityGap[];
  /** what the latest event that states an amount was about */
  readonly exposure?: Money;
}

const DOMAIN = 'tieout/finding/v1';

/** Content hash of what a finding is about. Parts are separated by a character that none of them can hold. */
export function findingId(rule: string, person: string | null, scope: string): string {
  return sha256Hex(`${DOMAIN}\n${rule}\n${person ?? ''}\n${scope}`);
}

/** The worst status; `clear` of none. */
export function worstStatus(statuses: readonly FindingStatus[]): FindingStatus {
  return STATUSES.find((status) => statuses.includes(status)) ?? 'clear';
}
