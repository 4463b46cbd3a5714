import { Repeating } from './kernel/repeating';
import { type Pause } from './kernel/runtime';
import { type Cosigning, type KeyChange, type Timestamping } from './sealing';

const MINUTE_MS = 60 * 1_000;
const HOUR_MS = 60 * MINUTE_MS;
const STAMP_CHECK_MS = 5 * MINUTE_MS;

export interface LedgerJobs {
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
  const jobs = [
    {
      name: 'the retirement of keys',
      work: new Repeating({ everyMs: HOUR_MS, pause, run: () => keyChange.retireDue() }),
    },
    ...(cosigning === undefined
      ? []
      : [
          {
            name: 'asking the witnesses',
            work: new Repeating({
              everyMs: MINUTE_MS,
              pause,
              run: async (signal) => complain(await cosigning.roundIfNew(signal)),
            }),
          },
        ]),
    ...(timestamping === undefined
      ? []
      : [
          {
            name: 'the timestamp',
            work: new Repeating({
              everyMs: STAMP_CHECK_MS,
              pause,
              run: async (signal) => void (await timestamping.stampIfDue(signal)),
            }),
          },
        ]),
  ];
  return {
    failures: () =>
      jobs.flatMap(({ name, work }) =>
        work.failure === undefined ? [] : [`${name} failed: ${work.failure}`],
      ),
    stop: async () => void (await Promise.all(jobs.map(({ work }) => work.stop()))),
  };
}

/** A witness that is away or refuses is for the health page; the next round comes all the same. */
function complain(round: Awaited<ReturnType<Cosigning['roundIfNew']>>): void {
  const words = [...(round?.away ?? []), ...(round?.alarms ?? []).map(({ detail }) => detail)];
  if (words.length > 0) throw new Error(words.join('; '));
}
