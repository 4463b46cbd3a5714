import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Config } from './config';
import { type Account, readConnectionString } from './event-store/kurrentdb';
import { openSqliteStore, type SqliteStore } from './event-store/sqlite';
import { type SealFigures } from './health/metrics';
import { storeUnavailable, TieoutError } from './kernel/errors';
import {
  createSealer,
  keyFolder,
  readSecretFile,
  refuseFoundingBelowMark,
  type SignerOf,
} from './sealing';
import { type Secrets } from './secrets';
import { type NodeLedgerOptions, openNodeLedger } from './sequencing';
import { pause } from './system';

export interface OpenedStore {
  readonly store: SqliteStore;
  /** of a shared ledger: what waits for its seal here */
  readonly seals: SealFigures | undefined;
}

/** Opens the ledger where the configuration says that it is. @throws TieoutError as the stores do */
export async function openStore(
  config: Config,
  folder: string,
  secrets: Secrets,
): Promise<OpenedStore> {
  if (config.store === 'kurrentdb') return openShared(config, folder);
  const store = await openEmbedded(config, folder, secrets);
  if (config.signer === 'off') store.halt(storeUnavailable('read-only', SIGNER_OFF));
  return { store, seals: undefined };
}

/** On the embedded store every commit carries a signature, so without one there are no commits. */
const SIGNER_OFF = 'TIEOUT_SIGNER=off: nothing is signed, and so nothing is recorded.';

/**
 * What a data folder without a ledger must not begin. A node of a shared ledger reads its log from the server.
 *
 * @throws TieoutError `configuration`, `store-corrupt`, before keys or a ledger are made
 */
export function refuseFounding({ store, signer, anchorDir }: Config): void {
  if (store !== 'sqlite') return;
  refuseFoundingBelowMark(anchorDir);
  if (signer === 'on') return;
  throw new TieoutError(
    'configuration',
    'TIEOUT_SIGNER=off, and the data folder has no ledger to read. A new ledger is founded with a signature.',
  );
}

function openEmbedded(config: Config, folder: string, { signer }: Secrets): Promise<SqliteStore> {
  const { ledger, workers, logKeyFile, origin } = config;
  if (!workers) {
    return openSqliteStore({
      folder,
      ledger,
      mode: 'inline',
      participant: () => createSealer({ signer, signerOf: keyFolder(logKeyFile, origin) }),
    });
  }
  const workerFile = join(__dirname, 'writer.worker.js');
  return openSqliteStore({
    folder,
    ledger,
    mode: 'worker',
    workerFile,
    workerData: { keyFile: logKeyFile, origin },
  });
}

async function openShared(config: Config, folder: string): Promise<OpenedStore> {
  const { signer, logKeyFile, origin } = config;
  const signerOf = signer === 'off' ? undefined : keyFolder(logKeyFile, origin);
  const { store, sequencer } = await openNodeLedger(nodeOptions(config, folder, signerOf));
  return { store, seals: sequencer };
}

/** How a process of this configuration joins its shared ledger. @throws TieoutError `configuration` */
export function nodeOptions(
  config: Config,
  folder: string,
  signerOf: SignerOf | undefined,
): NodeLedgerOptions {
  const { ledger, origin, sealWaitMs } = config;
  return {
    ...{ ...serverOf(config), ledger, origin, folder, signerOf, sealWaitMs, pause },
    nowMs: () => performance.now(),
  };
}

/** The server of the configuration, and who this process is there. @throws TieoutError `configuration` */
export function serverOf(
  config: Config,
): Pick<NodeLedgerOptions, 'connection' | 'account' | 'node'> {
  const { kurrentdbUrl, kurrentdbInsecure, kurrentdbAccountFile } = config;
  refuseLogs();
  if (kurrentdbUrl === undefined) {
    throw new TieoutError(
      'configuration',
      'A shared ledger needs TIEOUT_KURRENTDB_URL, such as esdb://h1:2113,h2:2113,h3:2113.',
    );
  }
  return {
    connection: readConnectionString(kurrentdbUrl, kurrentdbInsecure),
    ...(kurrentdbAccountFile === undefined
      ? {}
      : { account: () => readAccount(kurrentdbAccountFile) }),
    node: `tieout-${hostname()}-${process.pid}`,
  };
}

/** What the client logs on request holds connection strings and events. */
function refuseLogs(): void {
  const { DEBUG = '' } = process.env;
  if (!/(^|[\s,])(\*|esdb)/.test(DEBUG)) return;
  throw new TieoutError(
    'configuration',
    'DEBUG has the KurrentDB client log passwords and events. Unset it.',
  );
}

function readAccount(path: string): Account {
  const text = readSecretFile(path).toString('utf8').trim();
  const at = text.indexOf(':');
  if (at < 1 || at === text.length - 1) {
    throw new TieoutError('configuration', `${path} does not hold user:password.`);
  }
  return { username: text.slice(0, at), password: text.slice(at + 1) };
}
