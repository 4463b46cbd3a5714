import { type Party } from '../kernel/party';
import { type Instant } from '../kernel/runtime';
import { isInForce, type Registers } from './registers.policy';
import { type Decider } from './registers/register.events';

export { isSameParty, type Party, toldBy } from '../kernel/party';

/** The party of a caller, as of an instant. */
export function partyAt(by: Decider, registers: Registers, at: Instant): Party {
  const { person } = by;
  return { ...by, oneWith: person === undefined ? [] : [...oneWith(person, registers, at)] };
}

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
