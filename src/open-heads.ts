import { join } from 'node:path';
import { type Config } from './config';
import { type SqliteStore } from './event-store/sqlite';
import { startHeadsThread } from './heads-thread';
import { type Clock } from './kernel/runtime';
import {
  Heads,
  HeadsKeeper,
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
}): Heads {
  const { config, clock, folder, store, log } = options;
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
    ...{ log, source, committed },
    writer: new HeadsWriter({ origin: config.origin, store, sql, clock }),
    everyEvents: config.headsEvents,
    everyMs: config.headsMs,
    onFinding: (finding) => store.halt(finding),
  });
}

function inline(keeper: HeadsKeeper): HeadsSource {
  return {
    at: async (size) => keeper.at(size),
    paths: async (size, streams) => keeper.paths(size, streams),
    isReady: true,
    close: async () => undefined,
  };
}
