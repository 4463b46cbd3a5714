import { Repeating } from './kernel/repeating';
import { type Pause } from './kernel/runtime';
import { type KeyChange } from './sealing';

const HOUR_MS = 60 * 60 * 1_000;

export interface LedgerJobs {
  /** what went wrong in the last round of each, for the health page */
  failures(): readonly string[];
  stop(): Promise<void>;
}

/** Starts what a ledger does by itself, beside the requests. */
export function startJobs(parts: {
  readonly pause: Pause;
  readonly keyChange: KeyChange;
}): LedgerJobs {
  const { pause, keyChange } = parts;
  const jobs = [
    {
      name: 'the retirement of keys',
      work: new Repeating({ everyMs: HOUR_MS, pause, run: () => keyChange.retireDue() }),
    },
  ];
  return {
    failures: () =>
      jobs.flatMap(({ name, work }) =>
        work.failure === undefined ? [] : [`${name} failed: ${work.failure}`],
      ),
    stop: async () => void (await Promise.all(jobs.map(({ work }) => work.stop()))),
  };
}
