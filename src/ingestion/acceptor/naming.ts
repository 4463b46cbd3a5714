import { sourceEventId } from '../../kernel/ids';
import { type EntryIds } from '../../event-store';
import { type Pseudonyms } from '../../privacy';
import { accountsOf, type NamedAccount, type NameOf } from './entry-draft';
import { type Reading } from './transition-reader';

/** How the accounts of a window stand in its entries. */
export interface Naming {
  /** true for an event that is recorded and names an account without a pseudonym */
  isRepeat(reading: Reading): boolean;
  nameOf(reading: Reading): NameOf;
}

export interface NamingSources {
  readonly origin: string;
  readonly ids: EntryIds;
  readonly pseudonyms: Pseudonyms;
}

/** Stands for an account whose pseudonym was erased, where a repeat is compared; no entry can have it. */
const NOBODY = '';

/**
 * Gives every account that is new a pseudonym, but none to those of a repeat: who was erased is not written down again
 * because an old event came once more.
 */
export async function nameAccounts(
  readings: readonly Reading[],
  { origin, ids, pseudonyms }: NamingSources,
): Promise<Naming> {
  const isKnown = ({ system, account }: NamedAccount): boolean =>
    pseudonyms.knownAs(system, account) !== undefined;
  const unknown = readings.filter((reading) => !accountsOf(reading).every(isKnown));
  const repeats = new Set<Reading>();
  if (unknown.length > 0) {
    const idOf = ({ source, event }: Reading): string => sourceEventId(origin, source.id, event.id);
    const recorded = await ids.find([...new Set(unknown.map(idOf))]);
    for (const reading of unknown) if (recorded.has(idOf(reading))) repeats.add(reading);
    pseudonyms.ofAll(unknown.filter((reading) => !repeats.has(reading)).flatMap(accountsOf));
  }
  return {
    isRepeat: (reading) => repeats.has(reading),
    nameOf: (reading) =>
      repeats.has(reading)
        ? (account) => pseudonyms.knownAs(reading.source.id, account) ?? NOBODY
        : (account, kind) => pseudonyms.of(reading.source.id, account, kind),
  };
}
