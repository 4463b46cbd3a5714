import { Repeating } from './kernel/repeating';
import { type Pause } from './kernel/runtime';
import { type Cosigning, type KeyChange, type Timestamping } from './sealing';

const MINUTE_MS = 60 * 1_000;
const HOUR_MS = 60 * MINUTE_MS;
const STAMP_CHECK_MS = 5 * MINUTE_MS;

export interface LedgerJobs {
  /** Has the witnesses asked at once, beside other work. */
  askWitnesses(): void;
  /** Has the newest checkpoint timestamped at once, beside other work; an authority that is away is asked again. */
  askTimestamp(): void;
  /** what went wrong in the last round of each, for the health page */
  failures(): readonly string[];
  stop(): Promise<void>;
}

/** Starts what a ledger does by itself, beside the requests. */
export function startJobs(parts: {
  readonly pause: Pause;
  readonly keyChange: KeyChange;
  readonly cosigning: Cosigning | undefined;
  readonly timestamping: Timestamping | undefined;
}): LedgerJobs {
  const { pause, keyChange, cosigning, timestamping } = parts;
  const retirement = new Repeating({ everyMs: HOUR_MS, pause, run: () => keyChange.retireDue() });
  const witnesses = cosigning && askingWitnesses(cosigning, pause);
  const timestamp = timestamping && askingTimestamps(timestamping, pause);
  const jobs = [
    { name: 'the retirement of keys', work: retirement },
    { name: 'asking the witnesses', work: witnesses },
    { name: 'the timestamp', work: timestamp },
  ];
  return {
    askWitnesses: () => witnesses?.soon(),
    askTimestamp: () => timestamp?.soon(),
    failures: () =>
      jobs.flatMap(({ name, work }) =>
        work?.failure === undefined ? [] : [`${name} failed: ${work.failure}`],
      ),
    stop: async () => void (await Promise.all(jobs.map(({ work }) => work?.stop()))),
  };
}

const askingWitnesses = (cosigning: Cosigning, pause: Pause): Repeating =>
  new Repeating({
    everyMs: MINUTE_MS,
    pause,
    run: async (signal, isAsked) =>
      complain(await (isAsked ? cosigning.round(signal) : cosigning.roundIfNew(signal))),
  });

function askingTimestamps(timestamping: Timestamping, pause: Pause): Repeating {
  // What was asked for and failed is still owed when the day is not over.
  let isOwed = false;
  return new Repeating({
    everyMs: STAMP_CHECK_MS,
    pause,
    run: async (signal, isAsked) => {
      isOwed ||= isAsked;
      await (isOwed ? timestamping.stamp(signal) : timestamping.stampIfDue(signal));
      isOwed = false;
    },
  });
}

/** A witness that is away or refuses is for the health page; the next round comes all the same. */
function complain(round: Awaited<ReturnType<Cosigning['roundIfNew']>>): void {
  const words = [...(round?.away ?? []), ...(round?.alarms ?? []).map(({ detail }) => detail)];
  if (words.length > 0) throw new Error(words.join('; '));
}
