import { civilDateOf, type CivilDate } from '../kernel/civil-date';
import { type Decimal } from '../kernel/decimal';
import { type Instant } from '../kernel/runtime';
import { type DutyEvent } from './duty-event.policy';

/** `[from, to)`; an absent end is open. */
export interface Span {
  readonly from?: Instant;
  readonly to?: Instant;
}

/** Authority lent to another person. */
export interface Delegation extends Span {
  readonly id: string;
  readonly fromPerson: string;
  readonly toPerson: string;
  readonly duties: readonly string[];
  /** absent: every legal entity */
  readonly entity?: string;
  /** base currency; lowers the authority that is lent */
  readonly cap?: Decimal;
  readonly revokedAt?: Instant;
  /** id of the delegation it rests on: authority that was lent cannot be lent again */
  readonly basedOn?: string;
}

/** Highest amount, in base currency, that a person may approve for a duty. Local dates, both ends included. */
export interface AuthorityLimit {
  readonly person: string;
  readonly duty: string;
  readonly limit: Decimal;
  readonly entity?: string;
  readonly from?: CivilDate;
  readonly to?: CivilDate;
  /** its approval: it has no effect before */
  readonly since?: Instant;
  /** the approval of its successor, or its revocation */
  readonly until?: Instant;
}

/** The mandate under which a service account approves. */
export interface AutoApprovalPolicy extends Span {
  readonly id: string;
  readonly duties: readonly string[];
  /** base currency */
  readonly limit: Decimal;
}

/** Approved, expiring permission for one rule and person. */
export interface SodException extends Span {
  readonly id: string;
  readonly rule: string;
  readonly person: string;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  /** related objects it is limited to, by key */
  readonly scope: Readonly<Record<string, string>>;
  readonly compensatingControl?: string;
  readonly controlDueAt?: Instant;
  readonly controlEvidence?: { readonly by: string; readonly at: Instant };
}

/** Time-boxed elevated access. */
export interface EmergencySession {
  readonly id: string;
  readonly user: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  readonly reviewedBy?: string;
  readonly reviewedAt?: Instant;
}

/** A right to a duty in a source system. */
export interface Entitlement extends Span {
  readonly person: string;
  readonly duty: string;
  /** a legal entity, or `*` for all */
  readonly entity: string;
}

/** What rules look up: mandates, limits, rates and permissions, all of them approved. */
export interface Registers {
  /** decides which obligations are due */
  readonly asOf: Instant;
  readonly delegations: readonly Delegation[];
  readonly limits: readonly AuthorityLimit[];
  readonly autoApprovals: readonly AutoApprovalPolicy[];
  readonly exceptions: readonly SodException[];
  readonly sessions: readonly EmergencySession[];
  readonly entitlements: readonly Entitlement[];
  /** IANA name of a legal entity's time zone */
  timeZoneOf(entity: string): string;
  /** the rate of that very date; never yesterday's */
  rateOf(from: string, to: string, date: CivilDate): Decimal | undefined;
  /** vendors that share a bank account or a group are one payee */
  payeeOf(vendor: string): string;
  /** anybody has a superior */
  readonly hasManagers: boolean;
  /** direct manager at an instant */
  managerOf(person: string, at: Instant): string | undefined;
}

/** Registers in which nothing is registered. */
export const EMPTY_REGISTERS: Registers = {
  asOf: '9999-12-31T23:59:59.999Z',
  delegations: [],
  limits: [],
  autoApprovals: [],
  exceptions: [],
  sessions: [],
  entitlements: [],
  timeZoneOf: () => 'UTC',
  rateOf: () => undefined,
  payeeOf: (vendor) => vendor,
  hasManagers: false,
  managerOf: () => undefined,
};

export function isInForce({ from, to }: Span, at: Instant): boolean {
  return (from === undefined || from <= at) && (to === undefined || at < to);
}

/** The event's date in the time zone of its legal entity. */
export function localDateOf(
  { at, entity }: Pick<DutyEvent, 'at' | 'entity'>,
  registers: Registers,
): CivilDate {
  return civilDateOf(at, registers.timeZoneOf(entity));
}
