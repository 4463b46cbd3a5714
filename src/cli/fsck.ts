import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { verifyPack } from '../../evidence/verify/verify-pack';
import { isTieoutError } from '../kernel/errors';
import {
  type CheckReport,
  checkLogFolder,
  checkStoreFolder,
  exitCodeOf,
  openSecondCopy,
  readCertificates,
  readPolicy,
  reportText,
  type SecondCopy,
  type StoreCheckOptions,
} from '../sealing';
import { systemClock } from '../system';
import { UsageError } from './connection';
import { dataFolderOf, DataFilesCheck } from './data-files';
import { FsckProgress } from './fsck-progress';
import { type ExitCode, type Output } from './output';

export interface FsckCommand {
  readonly policy?: string;
  readonly lastSeen?: string;
  readonly maxAge?: string;
  readonly copy?: string;
  readonly tsaCa?: string;
  readonly showValues?: boolean;
  readonly threads?: string;
  readonly progress?: string;
}

const THREADS_MAX = 64;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Checks a data folder, a ledger's folder, an exported log or an evidence pack, read-only and offline.
 *
 * @returns 0 verified, 1 a finding, 3 not finished, 4 intact, but short of the policy
 */
export async function fsck(path: string, command: FsckCommand, output: Output): Promise<ExitCode> {
  const report = await checked(path, command, output);
  output.out(output.json ? JSON.stringify(report) : reportText(report).trimEnd());
  return exitCodeOf(report);
}

async function checked(path: string, command: FsckCommand, output: Output): Promise<CheckReport> {
  const trusted = trustedOf(command);
  const ledger = ledgerFolder(path);
  const isLog = existsSync(join(path, 'checkpoint'));
  if (ledger === undefined && command.tsaCa !== undefined) {
    throw new UsageError('--tsa-ca is for a data folder: only that has timestamps beside it.');
  }
  if (ledger === undefined && !isLog) return verifyPack(path, trusted);
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const progress = new FsckProgress(output, command.progress === 'json');
  const other = command.copy === undefined ? undefined : secondCopyAt(command.copy);
  const options = {
    ...trusted,
    ...(other === undefined ? {} : { secondCopy: (index: number) => other.entryAt(index) }),
    signal: stop.signal,
    showValues: command.showValues === true,
    onProgress: (done: number, total: number) => progress.show(done, total),
    threads: { file: join(__dirname, '..', 'fsck.worker.js'), count: threadsOf(command) },
  };
  try {
    return ledger === undefined
      ? await checkLogFolder(path, options)
      : await checkStoreFolder(ledger, { ...options, beside: besideOf(ledger, command) });
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    progress.finish();
    other?.close();
  }
}

function secondCopyAt(path: string): SecondCopy {
  try {
    return openSecondCopy(ledgerFolder(path) ?? path);
  } catch (error) {
    if (isTieoutError(error, 'configuration')) throw new UsageError(`--copy ${error.message}`);
    throw error;
  }
}

/** The files around a ledger: where they stand by default, or where the environment says. */
function besideOf(ledger: string, { tsaCa }: FsckCommand): DataFilesCheck {
  const data = dataFolderOf(resolve(ledger));
  const anchors = data && join(data, 'anchors', basename(resolve(ledger)));
  return new DataFilesCheck({
    ledger: resolve(ledger),
    data,
    kekFile: process.env['TIEOUT_KEK_FILE'] ?? (data && join(data, 'keys', 'kek')),
    authorities: tsaCa === undefined ? undefined : readTrusted(tsaCa, readCertificates),
    anchorDir: process.env['TIEOUT_ANCHOR_DIR'] ?? anchors,
  });
}

type Trusted = Pick<StoreCheckOptions, 'policy' | 'lastSeen' | 'maxAge'>;

function trustedOf({ policy, lastSeen, maxAge }: FsckCommand): Trusted {
  return {
    ...(policy === undefined ? {} : { policy: readTrusted(policy, readPolicy) }),
    ...(lastSeen === undefined ? {} : { lastSeen: readTrusted(lastSeen, (text) => text) }),
    ...(maxAge === undefined ? {} : { maxAge: { ms: durationOf(maxAge), now: systemClock.now() } }),
  };
}

function threadsOf({ threads }: FsckCommand): number {
  const count = threads === undefined ? availableParallelism() : Number(threads);
  if (Number.isInteger(count) && count >= 1 && count <= THREADS_MAX) return count;
  throw new UsageError(`--threads is a whole number from 1 to ${THREADS_MAX}.`);
}

function durationOf(text: string): number {
  const [, count = '', unit = ''] = /^([1-9][0-9]{0,5})([mhd])$/u.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (ms > 0) return ms;
  throw new UsageError('--max-age is a number of minutes, hours or days, such as 90m, 26h or 2d.');
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

/** A file of the user's own: what is wrong with it is wrong usage. @throws UsageError */
export function readTrusted<T>(path: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isTieoutError(error) || (error as NodeJS.ErrnoException).code !== undefined) {
      throw new UsageError(`${path}: ${(error as Error).message}`);
    }
    throw error;
  }
}
