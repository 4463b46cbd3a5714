import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Config } from './config';
import { type SqliteStore } from './event-store/sqlite';
import { startHeadsThread } from './heads-thread';
import { type Clock } from './kernel/runtime';
import {
  firstCovering,
  Heads,
  HeadsKeeper,
  type HeadsPath,
  type HeadsSource,
  HeadsWriter,
  lastCommitted,
  type SqliteLog,
} from './sealing';

/** Opens the heads of a ledger: the map is read in the background, a start does not wait for it. */
export function openHeads(options: {
  readonly config: Config;
  readonly clock: Clock;
  readonly folder: string;
  readonly store: SqliteStore;
  readonly log: SqliteLog;
  readonly onCommitted: () => void;
}): Heads {
  const { config, clock, folder, store, log, onCommitted } = options;
  const sql = store.reader();
  const committed = lastCommitted(sql);
  const source = config.workers
    ? startHeadsThread(join(__dirname, 'heads.worker.js'), {
        ledgerFolder: folder,
        committed,
        size: log.size(),
      })
    : inline(new HeadsKeeper(sql, committed));
  return new Heads({
    ...{ log, source, committed, onCommitted },
    firstCovering: (size) => firstCovering(sql, size),
    rebuilt: (size, streams) => rebuilt(new HeadsKeeper(sql, undefined), size, streams),
    writer: new HeadsWriter({ origin: config.origin, store, sql, clock }),
    everyEvents: config.headsEvents,
    everyMs: config.headsMs,
    onFinding: (finding) => store.halt(finding),
  });
}

/** Seldom, and page by page: for a pack that was asked for before the newest commitment. */
async function rebuilt(
  keeper: HeadsKeeper,
  size: number,
  streams: readonly string[],
): Promise<HeadsPath[]> {
  while (keeper.read(size)) await setImmediate();
  keeper.at(size);
  return keeper.paths(size, streams) ?? [];
}

function inline(keeper: HeadsKeeper): HeadsSource {
  return {
    at: async (size) => keeper.at(size),
    paths: async (size, streams) => keeper.paths(size, streams),
    isReady: true,
    close: async () => undefined,
  };
}
