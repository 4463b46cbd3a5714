import { canonicalBytes } from '../kernel/canonical-json';
import { type Instant } from '../kernel/runtime';
import { type Round } from './privacy.decider';
import {
  type ErasedPlace,
  type ErasureRequested,
  type HoldScope,
  type NamedValue,
} from './privacy.events';
import { type EntryLog, recordedValues } from './recorded-values';
import {
  accountKeptBecause,
  keptBecause,
  type KeptReason,
  type RetentionRules,
} from './retention.policy';
import { type SideStore } from './side-store';

/** What the survey asks the register of the ledger. */
export interface AccountFacts {
  /** when the last event that names the account was recorded */
  lastActAt(pseudonym: string): Instant | undefined;
  /** true when an event within the scope names the account */
  actsWithin(pseudonym: string, scope: HoldScope): boolean;
}

export interface SurveySources {
  readonly log: EntryLog;
  readonly sideStore: SideStore;
  readonly accounts: AccountFacts;
}

/** Values erased in one round: what one append and one transaction take with ease. */
const ROUND_VALUES_MAX = 2_000;
const PAGE = 500;
/** An entry has at most 65,535 bytes. */
const LIST_BYTES_MAX = 40_000;

/** Sorts what an erasure names into what may go now and what is kept. Holds on the subject itself the decider sees. */
export async function survey(
  requested: ErasureRequested,
  rules: RetentionRules,
  { log, sideStore, accounts }: SurveySources,
): Promise<Round> {
  const free: ErasedPlace[] = [];
  const kept: KeptReason[] = [];
  const sort = async (values: readonly NamedValue[]): Promise<void> => {
    for (const value of await recordedValues(log, values)) {
      const because = keptBecause(value, rules);
      const { stream, revision, path } = value;
      if (because === undefined) free.push({ stream, revision, path });
      else kept.push(because);
    }
  };
  let isLast = true;
  if (requested.values !== undefined) {
    // What another erasure took in the meantime is neither erased again nor kept.
    await sort(requested.values.filter((value) => sideStore.has(value)));
  } else {
    isLast = await eachPage(requested.subject, sideStore, async (page) => {
      await sort(page);
      return free.length < ROUND_VALUES_MAX;
    });
    const because = accountKept(requested.subject, rules, { sideStore, accounts });
    if (because !== undefined) kept.push(because);
  }
  return {
    erasure: requested.erasure,
    erasable: lists(free),
    kept: isLast && kept.length > 0 ? { count: kept.length, because: strongest(kept) } : undefined,
    isLast,
    kek: sideStore.kekId,
  };
}

/** @returns false when `visit` wanted no more pages before the end */
async function eachPage(
  subject: string,
  sideStore: SideStore,
  visit: (page: readonly NamedValue[]) => Promise<boolean>,
): Promise<boolean> {
  let after: NamedValue | undefined;
  for (;;) {
    const page = sideStore.valuesOf(subject, after, PAGE);
    const goesOn = await visit(page);
    if (page.length < PAGE) return true;
    if (!goesOn) return false;
    after = page.at(-1);
  }
}

function accountKept(
  subject: string,
  rules: RetentionRules,
  { sideStore, accounts }: Pick<SurveySources, 'sideStore' | 'accounts'>,
): KeptReason | undefined {
  if (!sideStore.hasPseudonym(subject)) return undefined;
  const held = rules.holds.find(({ scope }) => accounts.actsWithin(subject, scope));
  if (held !== undefined) return { reason: 'hold', hold: held.hold };
  return accountKeptBecause(accounts.lastActAt(subject), rules);
}

/** A hold before any date, and of dates the last one: nothing that was asked for is kept after it. */
function strongest(kept: readonly KeptReason[]): KeptReason {
  return kept.reduce((a, b) => {
    if (a.reason === 'hold') return a;
    return b.reason === 'hold' || b.until > a.until ? b : a;
  });
}

function lists(places: readonly ErasedPlace[]): ErasedPlace[][] {
  const made: ErasedPlace[][] = [];
  let bytes = LIST_BYTES_MAX;
  for (const place of places) {
    const size = canonicalBytes(place).length + 1;
    if (bytes + size > LIST_BYTES_MAX) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1)?.push(place);
    bytes += size;
  }
  return made;
}
