import { isTieoutError } from '../kernel/errors';
import { type AppendCall, type Appended, type EventStore } from '../event-store';

/** How long an append is tried. Waiting is a parameter, so that tests own the time. */
export interface RetryPolicy {
  /** tries after the first one; waits are 50 ms, doubled to 1 s */
  readonly attemptsMax: number;
  sleep(ms: number): Promise<void>;
}

const FIRST_WAIT_MS = 50;
const WAIT_MS_MAX = 1_000;

/**
 * Sends the same append (ids, bytes, revision) again while its outcome is open.
 *
 * Once an outcome was unknown, only success or a conflict settles it: a later "unavailable" says nothing about the
 * first attempt.
 *
 * @param failed what the first attempt failed with, where it was made already
 * @throws TieoutError what the store throws; `outcome-unknown` when the attempts are used up after an unknown outcome
 */
export async function appendWithRetry(
  { stream, expected, events }: AppendCall,
  options: {
    readonly store: Pick<EventStore, 'append'>;
    readonly policy: RetryPolicy;
    readonly failed?: unknown;
  },
): Promise<Appended> {
  const { store, policy, failed } = options;
  let unknown: unknown;
  for (
    let attempt = 0, wait = FIRST_WAIT_MS;
    ;
    attempt += 1, wait = Math.min(wait * 2, WAIT_MS_MAX)
  ) {
    try {
      if (attempt === 0 && failed !== undefined) throw failed;
      return await store.append(stream, expected, events);
    } catch (error) {
      if (isTieoutError(error, 'outcome-unknown')) unknown = error;
      else if (!mayPass(error)) throw error;
      if (attempt >= policy.attemptsMax) throw unknown ?? error;
      await policy.sleep(wait);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (!isTieoutError(error, 'store-unavailable')) return false;
  const { reason } = error.members;
  return reason === 'connect' || reason === 'timeout' || reason === 'busy';
}
