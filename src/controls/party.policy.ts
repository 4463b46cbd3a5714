import { type Instant } from '../kernel/runtime';
import { isInForce, type Registers } from './registers.policy';
import { type Decider } from './registers/register.events';

/** Somebody in a two-person rule: the client, the person behind it, and who counts as one with that person. */
export interface Party extends Decider {
  /** persons who act for this one now, and those this one acts for: acting for another bars both */
  readonly oneWith: readonly string[];
}

/** The other one, as an event remembers it. */
export interface EarlierParty {
  readonly by: string;
  readonly byPerson?: string | undefined;
}

/** The party of a caller, as of an instant. */
export function partyAt(by: Decider, registers: Registers, at: Instant): Party {
  const { person } = by;
  return { ...by, oneWith: person === undefined ? [] : [...oneWith(person, registers, at)] };
}

/** Whether two names stand for one in a two-person rule: one client, one person, or one acting for the other. */
export function isSameParty(by: Party, earlier: EarlierParty): boolean {
  if (by.client === earlier.by) return true;
  const { byPerson } = earlier;
  return byPerson !== undefined && (byPerson === by.person || by.oneWith.includes(byPerson));
}

/** What an event says of who decided. */
export const toldBy = ({ client, person }: Decider): EarlierParty & { readonly by: string } => ({
  by: client,
  ...(person === undefined ? {} : { byPerson: person }),
});

function oneWith(person: string, { delegations }: Registers, at: Instant): ReadonlySet<string> {
  const inForce = delegations.filter(
    (one) => isInForce(one, at) && (one.revokedAt === undefined || at < one.revokedAt),
  );
  return new Set(
    inForce.flatMap(({ fromPerson, toPerson }) => {
      if (fromPerson === person) return [toPerson];
      return toPerson === person ? [fromPerson] : [];
    }),
  );
}
