import { type Clock, type Instant } from './kernel/runtime';
import { Executor, type RetryPolicy } from './commanding';
import { type Config } from './config';
import { type SqliteStore } from './event-store/sqlite';
import {
  ALARMS_STREAM,
  CLOCK_STREAM,
  type ClockRegressed,
  ledgerAlarms,
  ledgerClock,
  type LogReader,
  WatchedClock,
} from './sealing';

/** Entries at the end of a log that are looked at for the highest time of recording. */
const LAST_ENTRIES = 100;
const UNGATED = new Set([CLOCK_STREAM, ALARMS_STREAM]);

/** Watches the clock that entries are recorded by; an append after a step back waits for the event that says so. */
export function watchClock(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: SqliteStore;
  readonly log: LogReader;
  readonly retry: RetryPolicy;
}): { readonly clock: Clock; readonly executor: Executor } {
  const { config, store, log, retry } = parts;
  const tell = async (regressed: ClockRegressed): Promise<void> => {
    const { from, to } = regressed;
    // The same step can happen again: each is told at its own size.
    const size = log.size();
    await executor.execute({
      ...{ stream: CLOCK_STREAM, decider: ledgerClock, command: regressed },
      context: { process: 'clock', causingEventId: `${from}/${to}`, n: size },
    });
    const detail = `The clock stepped back from ${from} to ${to}.`;
    await executor.execute({
      ...{ stream: ALARMS_STREAM, decider: ledgerAlarms },
      command: { alarm: 'clock-regressed', about: 'clock', detail, size },
      context: { process: 'alarm/clock-regressed', causingEventId: `${from}/${to}`, n: size },
    });
  };
  const clock = new WatchedClock(parts.clock, highestOf(log), tell);
  const executor = new Executor({ origin: config.origin, store, clock, retry });
  store.beforeAppend((streams) =>
    streams.every((stream) => UNGATED.has(stream)) ? undefined : clock.gate(),
  );
  return { clock, executor };
}

function highestOf(log: LogReader): Instant {
  const size = log.size();
  let highest = '';
  for (let index = Math.max(0, size - LAST_ENTRIES); index < size; index += 1) {
    const entry = JSON.parse(Buffer.from(log.entryBytes(index)).toString('utf8')) as {
      readonly recordedAt: Instant;
      readonly type: string;
    };
    const isStep = entry.type === 'ledger.clock-regressed';
    if (isStep || entry.recordedAt > highest) highest = entry.recordedAt;
  }
  return highest;
}
