import { type Instant } from '../kernel/runtime';
import { type DutyEvent } from './duty-event.policy';

export type AccountKind = 'human' | 'service' | 'shared';

/** What one account is during `[from, to)`. The register decides the kind, never the word of a source. */
export interface AccountPeriod {
  readonly kind: AccountKind;
  /** opaque person id; human accounts only */
  readonly person?: string;
  /** absent: since ever */
  readonly from?: Instant;
  /** absent: without end; the instant itself is outside */
  readonly to?: Instant;
}

/** Who is behind accounts. */
export interface Identities {
  /** every approved period of an account; none when it is unknown */
  periodsOf(account: string): readonly AccountPeriod[];
  /** the record a person was merged into, transitively; the person itself when there was no merge */
  survivorOf(person: string): string;
}

/** Why somebody who took part cannot be named. */
export type GapReason =
  'unknown_account' | 'shared_account' | 'unknown_initiator' | 'unknown_principal';

export interface IdentityGap {
  readonly account: string;
  readonly reason: GapReason;
}

/** The accountable set of an event, and what keeps it from being complete. */
export interface Actors {
  /** performer and principal, ascending, each once */
  readonly persons: readonly string[];
  readonly performer?: string;
  readonly principal?: string;
  /** empty when everybody is known */
  readonly gaps: readonly IdentityGap[];
}

type WhoAndWhen = Pick<DutyEvent, 'at' | 'account' | 'onBehalfOf' | 'initiatedBy'>;

/**
 * Who is accountable for an event: the person of a human account, or the one behind `initiatedBy` of a service or
 * shared account, and the principal. A service account that nobody started is accountable to nobody and complete.
 */
export function actorsOf(event: WhoAndWhen, identities: Identities): Actors {
  const { person: performer, gap } = performerOf(event, identities);
  if (event.onBehalfOf === undefined) {
    if (performer !== undefined) return { persons: [performer], performer, gaps: [] };
    return gap === undefined ? NOBODY : { persons: [], gaps: [gap] };
  }
  const principal = humanBehind(event.onBehalfOf, event.at, identities);
  const unknown: IdentityGap[] =
    principal === undefined ? [{ account: event.onBehalfOf, reason: 'unknown_principal' }] : [];
  const persons = [performer, principal].filter((person) => person !== undefined);
  return {
    persons: [...new Set(persons)].sort(),
    ...(performer === undefined ? {} : { performer }),
    ...(principal === undefined ? {} : { principal }),
    gaps: gap === undefined ? unknown : [gap, ...unknown],
  };
}

/** A job that nobody started. */
const NOBODY: Actors = { persons: [], gaps: [] };

interface Performed {
  readonly person?: string;
  readonly gap?: IdentityGap;
}

function performerOf(event: WhoAndWhen, identities: Identities): Performed {
  const { account, initiatedBy, at } = event;
  const period = periodAt(account, at, identities);
  if (period === undefined) return { gap: { account, reason: 'unknown_account' } };
  if (period.kind === 'human') {
    // A human account that names nobody is as unknown as one that is not in the register.
    if (period.person === undefined) return { gap: { account, reason: 'unknown_account' } };
    return { person: identities.survivorOf(period.person) };
  }
  if (initiatedBy !== undefined) {
    const person = humanBehind(initiatedBy, at, identities);
    if (person !== undefined) return { person };
    return { gap: { account: initiatedBy, reason: 'unknown_initiator' } };
  }
  return period.kind === 'shared' ? { gap: { account, reason: 'shared_account' } } : {};
}

function humanBehind(account: string, at: Instant, identities: Identities): string | undefined {
  const period = periodAt(account, at, identities);
  if (period?.kind !== 'human' || period.person === undefined) return undefined;
  return identities.survivorOf(period.person);
}

/** What an account is at an instant; undefined when it is unknown. */
export function kindAt(
  account: string,
  at: Instant,
  identities: Identities,
): AccountKind | undefined {
  return periodAt(account, at, identities)?.kind;
}

/** The one period in force; nobody, or two that disagree, is nobody. */
function periodAt(account: string, at: Instant, identities: Identities): AccountPeriod | undefined {
  let found: AccountPeriod | undefined;
  for (const period of identities.periodsOf(account)) {
    if (!isInForce(period, at)) continue;
    if (found !== undefined && !isSameIdentity(found, period, identities)) return undefined;
    found = period;
  }
  return found;
}

function isInForce({ from, to }: AccountPeriod, at: Instant): boolean {
  return (from === undefined || from <= at) && (to === undefined || at < to);
}

function isSameIdentity(a: AccountPeriod, b: AccountPeriod, identities: Identities): boolean {
  const survivor = ({ person }: AccountPeriod): string | undefined =>
    person === undefined ? undefined : identities.survivorOf(person);
  return a.kind === b.kind && survivor(a) === survivor(b);
}

/**
 * The record each person was merged into, followed to its end.
 *
 * @param mergedInto direct merges; a cycle is refused on entry, here it ends at the smallest id of the cycle
 */
export function survivors(mergedInto: ReadonlyMap<string, string>): (person: string) => string {
  return (person) => {
    const seen: string[] = [];
    let current = person;
    for (;;) {
      const next = mergedInto.get(current);
      if (next === undefined) return current;
      if (seen.includes(current)) return seen.slice(seen.indexOf(current)).sort()[0] ?? current;
      seen.push(current);
      current = next;
    }
  };
}
