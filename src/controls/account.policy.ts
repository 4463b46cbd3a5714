import { type AccountMapped } from './account.events';

/** A proposal with its fate. */
export interface Mapping extends AccountMapped {
  readonly isApproved: boolean;
}

/**
 * The periods in force: of approved proposals that begin at the same instant the latest, since it corrects the others.
 *
 * @returns by beginning
 */
export function periodsInForce(mappings: readonly Mapping[]): Mapping[] {
  const latest = new Map<string, Mapping>();
  for (const mapping of mappings) {
    if (!mapping.isApproved) continue;
    const known = latest.get(mapping.validFrom);
    if (known === undefined || known.mapping < mapping.mapping)
      latest.set(mapping.validFrom, mapping);
  }
  return [...latest.values()].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
}

type Period = Pick<AccountMapped, 'validFrom' | 'validTo'>;

/** Periods are half-open: one that ends when the other begins does not overlap it. */
export function doOverlap(a: Period, b: Period): boolean {
  const startsBeforeEnd = (start: string, end: string | undefined): boolean =>
    end === undefined || start < end;
  return startsBeforeEnd(a.validFrom, b.validTo) && startsBeforeEnd(b.validFrom, a.validTo);
}
