import { type Command } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config';
import { openSqlite } from '../event-store/sqlite';
import { isTieoutError } from '../kernel/errors';
import {
  exportLog,
  foundingOf,
  type LogExported,
  policyText,
  readKeyHistory,
  SqliteLog,
} from '../sealing';
import { UsageError } from './connection';
import { type ExitCode, type Output, type OutputOptions, outputOf, Progress } from './output';
import { recoverTail } from './recover';

export function addLog(tieout: Command, finish: (code: ExitCode) => void): void {
  const log = tieout.command('log').description('the sealed log of a ledger');
  const output = (): Output => outputOf(tieout.opts<OutputOptions>());
  log
    .command('export')
    .description('write the log as C2SP tiles; on an earlier export only what is new')
    .argument('<folder>', 'a new folder, or that of an earlier export')
    .option('--ledger <folder>', 'folder with ledger.db; the configured ledger by default')
    .option('--from-size <n>', 'leave out what a log of this size had')
    .action(async (folder: string, options: LogExportCommand) =>
      finish(await logExport(folder, options, output())),
    );
  log
    .command('recover')
    .description('bring an older copy of the ledger of a stopped service up to an exported log')
    .argument('<folder>', 'exported log')
    .action((folder: string) => finish(recoverTail(folder, output())));
}

interface LogExportCommand {
  readonly ledger?: string;
  readonly fromSize?: string;
}

/**
 * Writes the log of a ledger, in service or not, as C2SP tiles.
 *
 * @returns 0 written, 1 the folder or the ledger is not what was sealed, 3 interrupted
 */
export async function logExport(
  folder: string,
  command: LogExportCommand,
  output: Output,
): Promise<ExitCode> {
  try {
    const done = await exported(folder, command, output);
    const { origin, size, files } = done;
    output.out(output.json ? JSON.stringify(done) : `${origin} size ${size}: ${files} files`);
    if (!done.isFinished) output.note('Interrupted. The same command goes on.');
    return done.isFinished ? 0 : 3;
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid', 'store-corrupt')) throw error;
    output.note(`tieout: ${error.message}`);
    return 1;
  }
}

async function exported(
  folder: string,
  command: LogExportCommand,
  output: Output,
): Promise<LogExported> {
  const sql = openSqlite(ledgerFile(command.ledger), { readonly: true });
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  let progress: Progress | undefined;
  try {
    const { origin } = foundingOf(sql);
    const vkeys = readKeyHistory(sql).current.map(({ key }) => key.vkey);
    return await exportLog({
      log: new SqliteLog(sql, origin),
      folder,
      keys: policyText(...vkeys),
      ...(command.fromSize === undefined ? {} : { fromSize: sizeOf(command.fromSize) }),
      signal: stop.signal,
      onProgress: (_done, total) => (progress ??= new Progress(output, 'files', total)).add(),
    });
  } finally {
    process.off('SIGINT', interrupted);
    progress?.finish();
    sql.close();
  }
}

function ledgerFile(folder: string | undefined): string {
  const path = join(folder ?? configuredFolder(), 'ledger.db');
  if (!existsSync(path))
    throw new UsageError(`There is no ledger at ${path}. Name its folder with --ledger.`);
  return path;
}

function configuredFolder(): string {
  const { dataDir, ledger } = loadConfig(process.env);
  return join(dataDir, 'ledgers', ledger);
}

function sizeOf(text: string): number {
  if (!/^(0|[1-9]\d{0,14})$/u.test(text)) throw new UsageError('--from-size is a whole number.');
  return Number(text);
}
