import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPack } from '../../evidence/verify/verify-pack';
import { isTieoutError } from '../kernel/errors';
import {
  type CheckReport,
  checkStoreFolder,
  exitCodeOf,
  readPolicy,
  reportText,
  type StoreCheckOptions,
} from '../sealing';
import { UsageError } from './connection';
import { type ExitCode, type Output, Progress } from './output';

export interface VerifyCommand {
  readonly policy?: string;
  readonly lastSeen?: string;
}

/**
 * Verifies a data folder, a ledger's folder or an evidence pack, read-only and offline.
 *
 * @returns 0 verified, 1 a finding, 3 not finished, 4 intact but no key from outside was given
 */
export async function verify(
  path: string,
  command: VerifyCommand,
  output: Output,
): Promise<ExitCode> {
  const trusted = {
    ...(command.policy === undefined ? {} : { policy: readTrusted(command.policy, readPolicy) }),
    ...(command.lastSeen === undefined
      ? {}
      : { lastSeen: readTrusted(command.lastSeen, (text) => text) }),
  };
  const folder = ledgerFolder(path);
  const report =
    folder === undefined ? verifyPack(path, trusted) : await verifyStore(folder, trusted, output);
  output.out(output.json ? JSON.stringify(report) : reportText(report).trimEnd());
  return exitCodeOf(report);
}

type Trusted = Pick<StoreCheckOptions, 'policy' | 'lastSeen'>;

async function verifyStore(folder: string, trusted: Trusted, output: Output): Promise<CheckReport> {
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  let progress: Progress | undefined;
  let shown = 0;
  try {
    return await checkStoreFolder(folder, {
      ...trusted,
      signal: stop.signal,
      onProgress: (done, total) => {
        progress ??= new Progress(output, 'entries', total);
        progress.add(done - shown);
        shown = done;
      },
    });
  } finally {
    process.off('SIGINT', interrupted);
    progress?.finish();
  }
}

/** The folder with `ledger.db`: the path itself, or the only ledger of a data folder. */
function ledgerFolder(path: string): string | undefined {
  if (!existsSync(path)) throw new UsageError(`${path} does not exist.`);
  if (!statSync(path).isDirectory()) return undefined;
  if (existsSync(join(path, 'ledger.db'))) return path;
  const ledgers = join(path, 'ledgers');
  if (!existsSync(ledgers)) return undefined;
  const [first, ...others] = readdirSync(ledgers);
  if (first === undefined || others.length > 0) {
    throw new UsageError(
      `Name one ledger: ${readdirSync(ledgers)
        .map((name) => join(ledgers, name))
        .join(', ')}`,
    );
  }
  return join(ledgers, first);
}

function readTrusted<T>(path: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isTieoutError(error) || (error as NodeJS.ErrnoException).code !== undefined) {
      throw new UsageError(`${path}: ${(error as Error).message}`);
    }
    throw error;
  }
}
