import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Executor } from '../commanding';
import { type Config } from '../config';
import { openSqliteStore } from '../event-store/sqlite';
import { guardByMark } from '../ledger-mark';
import {
  createSealer,
  type KeyHistory,
  type LogReader,
  readKeyHistory,
  type Signer,
  type SignerOf,
  SqliteLog,
} from '../sealing';
import { pause, sleep, systemClock } from '../system';
import { UsageError } from './connection';

/** A ledger that no service has open, for the acts of its operator. */
export interface StoppedLedger {
  readonly executor: Executor;
  readonly log: LogReader;
  history(): KeyHistory;
}

/**
 * Opens the configured ledger for writing, as the service would: with its lock, its checks and its mark.
 *
 * @throws TieoutError `store-unavailable` while the service runs; `configuration`; `store-corrupt`
 */
export async function withStoppedLedger<T>(
  config: Config,
  keys: { readonly signer: Signer; readonly signerOf: SignerOf },
  use: (ledger: StoppedLedger) => Promise<T>,
): Promise<T> {
  const { dataDir, ledger, origin } = config;
  const folder = join(dataDir, 'ledgers', ledger);
  if (!existsSync(join(folder, 'ledger.db'))) {
    throw new UsageError(`There is no ledger at ${folder}.`);
  }
  const participant = () => createSealer(keys);
  const store = await openSqliteStore({ folder, ledger, mode: 'inline', participant });
  try {
    const log = new SqliteLog(store.reader(), origin);
    const mark = guardByMark({ store, log, config, pause });
    const retry = { attemptsMax: 1, sleep };
    const executor = new Executor({ origin, store, clock: systemClock, retry });
    const result = await use({ executor, log, history: () => readKeyHistory(store.reader()) });
    await mark.close();
    return result;
  } finally {
    await store.close();
  }
}
