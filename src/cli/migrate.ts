import { type Command } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '../config';
import { EntryIdMap, openKurrentStore } from '../event-store/kurrentdb';
import { openSqliteReader } from '../event-store/sqlite';
import { nodeOptions, serverOf } from '../open-store';
import { SqliteLog } from '../sealing';
import { moveToServer, openNodeLedger } from '../sequencing';
import { UsageError } from './connection';
import { outputOf, type Output, type OutputOptions } from './output';

export function addMigrate(tieout: Command): void {
  const migrate = tieout
    .command('migrate')
    .description('moves the ledger of a stopped service between its data folder and a server');
  migrate
    .command('to-kurrentdb')
    .description('copies every entry and checkpoint to the server of TIEOUT_KURRENTDB_URL')
    .action(() => toServer(loadConfig(process.env), outputOf(tieout.opts<OutputOptions>())));
  migrate
    .command('to-sqlite')
    .description('brings the data folder up to the server, so that it is the ledger by itself')
    .action(() => toFile(loadConfig(process.env), outputOf(tieout.opts<OutputOptions>())));
}

/** @throws TieoutError `store-corrupt` when the server has another ledger of this name; the codes of the stores */
export async function toServer(config: Config, output: Output): Promise<void> {
  const folder = ledgerFolder(config);
  if (!existsSync(join(folder, 'ledger.db'))) {
    throw new UsageError(`There is no ledger at ${folder}.`);
  }
  const reader = openSqliteReader(folder);
  try {
    const { ledger, origin } = config;
    const store = await openKurrentStore({ ...serverOf(config), ledger, ids: new EntryIdMap() });
    try {
      const moved = await moveToServer(reader.sql, store, { origin });
      output.out(
        output.json
          ? JSON.stringify(moved)
          : `${moved.events} events and ${moved.checkpoints} checkpoints are on the server`,
      );
      output.note('start the service with TIEOUT_STORE=kurrentdb on the same data folder');
    } finally {
      await store.close();
    }
  } finally {
    reader.close();
  }
}

/** @throws TieoutError as an opening of the shared ledger */
export async function toFile(config: Config, output: Output): Promise<void> {
  const { store } = await openNodeLedger(nodeOptions(config, ledgerFolder(config), undefined));
  try {
    if (store.finding !== undefined) throw store.finding;
    const events = new SqliteLog(store.reader(), config.origin).size();
    output.out(
      output.json ? JSON.stringify({ events }) : `${events} events are in the data folder`,
    );
    output.note(
      'start the service with TIEOUT_STORE=sqlite on this data folder, and no node on the server any more',
    );
  } finally {
    await store.close();
  }
}

const ledgerFolder = ({ dataDir, ledger }: Config): string => join(dataDir, 'ledgers', ledger);
