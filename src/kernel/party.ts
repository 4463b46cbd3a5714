/** Somebody in a two-person rule: the client, the person behind it, and who counts as one with that person. */
export interface Party {
  readonly client: string;
  /** where the register of accounts names one */
  readonly person?: string;
  /** persons who act for this one now, and those this one acts for: acting for another bars both */
  readonly oneWith: readonly string[];
}

/** The other one, as an event remembers it. */
export interface EarlierParty {
  readonly by: string;
  readonly byPerson?: string | undefined;
}

/** Whether two names stand for one in a two-person rule: one client, one person, or one acting for the other. */
export function isSameParty(by: Party, earlier: EarlierParty): boolean {
  if (by.client === earlier.by) return true;
  const { byPerson } = earlier;
  return byPerson !== undefined && (byPerson === by.person || by.oneWith.includes(byPerson));
}

/** What an event says of who decided. */
export const toldBy = ({ client, person }: Pick<Party, 'client' | 'person'>): ToldBy => ({
  by: client,
  ...(person === undefined ? {} : { byPerson: person }),
});

export interface ToldBy {
  readonly by: string;
  readonly byPerson?: string;
}
