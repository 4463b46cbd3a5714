import { addMillis } from '../kernel/instant';
import { type Clock } from '../kernel/runtime';
import { type EntryLog, recordedValues } from './recorded-values';
import { type SideStore, type StoredRow } from './side-store';

/** Long enough for any append that is still being retried to have ended, or to have used its row again. */
const KEPT_MS = 24 * 60 * 60 * 1_000;
const PAGE = 500;

export interface SweepSources {
  readonly sideStore: SideStore;
  readonly log: EntryLog;
  readonly clock: Clock;
  /** ends the sweep between two pages; the next one begins anew */
  readonly isStopping: () => boolean;
}

/**
 * Deletes values that no entry commits to: of events that were never recorded, and of earlier attempts with another
 * value. Rows younger than 24 hours are left alone, and every row is looked at once.
 *
 * @returns how many rows went
 */
export async function sweepSideStore(sources: SweepSources): Promise<number> {
  const { sideStore, clock, isStopping } = sources;
  const until = addMillis(clock.now(), -KEPT_MS);
  const from = sideStore.sweptUntil();
  let swept = 0;
  let after: StoredRow | undefined;
  for (;;) {
    if (isStopping()) return swept;
    const page = sideStore.rows(after, PAGE);
    const old = page.filter(({ storedAt }) => storedAt > from && storedAt <= until);
    const strays = await straysOf(sources, old);
    if (strays.length > 0) swept += sideStore.sweep(strays, until);
    after = page.at(-1);
    if (page.length < PAGE) break;
    // Other work has its turn between two pages.
    await new Promise((resolve) => setImmediate(resolve));
  }
  sideStore.noteSwept(until);
  return swept;
}

async function straysOf({ log }: SweepSources, rows: readonly StoredRow[]): Promise<StoredRow[]> {
  if (rows.length === 0) return [];
  const recorded = await recordedValues(log, rows);
  const committed = new Map(
    recorded.map(({ event, path, commitment }) => [`${event}${path}`, commitment]),
  );
  return rows.filter(
    ({ event, path, commitment }) => committed.get(`${event}${path}`) !== commitment,
  );
}
