import { type Money } from '../kernel/money';
import { type Instant } from '../kernel/runtime';

/** A place in time. Equal instants are ordered by event id, so that any two readers agree. */
export interface Moment {
  readonly at: Instant;
  /** event id */
  readonly id: string;
}

/** A ledger event read as one or several duties: who, which, on which object and version, when. */
export interface DutyEvent extends Moment {
  /** at least one */
  readonly duties: readonly string[];
  /** stream name of the object */
  readonly object: string;
  /** legal entity of the object */
  readonly entity: string;
  /** opaque account that acted, on whose behalf, and whom a service or shared account acted for */
  readonly account: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  /** document chains the object belongs to, at least one, ascending by code point */
  readonly lineages: readonly string[];
  /** related master data, as `key:value` */
  readonly refs: readonly string[];
  /** as the source states it; otherwise counted from the object's material changes */
  readonly version?: number;
  /** a change of the object: without a stated version it makes the next one */
  readonly isChange: boolean;
  /** touches what an approval is bound to */
  readonly isMaterial: boolean;
  readonly amount?: Money;
  /** id of the mandate under which a service account says it approved */
  readonly autoApprovalPolicy?: string;
  /** id of the emergency session that the act says it belongs to */
  readonly emergencySession?: string;
}

/** Withdraws another event; it is no act itself. */
export interface Cancellation extends Moment {
  /** id of the event withdrawn */
  readonly cancels: string;
}

/** -1, 0 or 1: order of occurrence, never of arrival. */
export function compareMoments(a: Moment, b: Moment): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** True when `moment` lies after `after` and not later than `until`. */
export function isWithin(moment: Moment, after: Moment, until: Moment): boolean {
  return compareMoments(moment, after) > 0 && compareMoments(moment, until) <= 0;
}
