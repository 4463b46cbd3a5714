import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { type Clock, type Randomness } from './kernel/runtime';
import { Projector, ReadModel } from '../projections/read-model';
import { bootstrapIsOver } from '../projections/api-keys/api-keys.view';
import { KeyAuthenticator } from './access/key-authenticator';
import { type BlobStore, openBlobFolder } from './blob-store';
import { Executor } from './commanding';
import { type Config } from './config';
import { indexOfPosition, openSqliteStore, type SqliteStore } from './event-store/sqlite';
import { Metrics } from './health/metrics';
import { Cursors } from './http';
import { openPrivacy, type Privacy } from './privacy';
import { PROJECTIONS } from './projection-list';
import { type ProjectorLink, startProjectorThread } from './projector-thread';
import {
  checkFounding,
  createReceipts,
  createSealer,
  foundLedger,
  loadSigner,
  recoveryName,
  type LedgerReceipts,
  type LogReader,
  type Signer,
  SqliteLog,
} from './sealing';
import { openSecrets, type Secrets } from './secrets';

export interface RuntimeOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly sleep: (ms: number) => Promise<void>;
}

/** One open ledger with everything that answers for it. */
export interface LedgerRuntime {
  readonly config: Config;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly store: SqliteStore;
  readonly log: LogReader;
  readonly receipts: LedgerReceipts;
  readonly executor: Executor;
  readonly readModel: ReadModel;
  readonly blobs: BlobStore;
  readonly privacy: Privacy;
  readonly cursors: Cursors;
  readonly authenticator: KeyAuthenticator;
  readonly metrics: Metrics;
  readonly signer: Signer;
  readonly secrets: Secrets;
  /** Waits until every recorded event can be read. */
  settle(waitMs: number): Promise<void>;
  close(): Promise<void>;
}

const RETRIES_MAX = 8;

/**
 * Opens the ledger of the configuration; an empty data folder gets a new one.
 *
 * @throws TieoutError `configuration`, `store-unavailable` reason `locked`, `store-corrupt`
 */
export async function openLedgerRuntime(options: RuntimeOptions): Promise<LedgerRuntime> {
  const { config, clock, randomness, sleep } = options;
  const folder = join(config.dataDir, 'ledgers', config.ledger);
  const isNew = !existsSync(join(folder, 'ledger.db'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(config, randomness, isNew);
  const store = await openStore(config, folder, secrets);
  const log = new SqliteLog(store.reader(), config.origin);
  await found(options, store, log, secrets);

  const receipts = createReceipts({ origin: config.origin, reader: log });
  const privacy = openPrivacy({
    path: join(folder, 'privacy.db'),
    kek: secrets.kek,
    clock,
    randomness,
  });
  const blobs = openBlobFolder(join(folder, 'blobs'));
  const readModel = new ReadModel({
    positions: store.positions,
    clock,
    ask: (request) => projector.ask(request),
  });
  const projector = startProjector(options, folder, store, readModel, blobs);
  const metrics = new Metrics(
    () => readModel.status().lagEvents,
    () => log.size(),
  );
  const head = await store.head();
  if (head !== undefined)
    readModel.noteHead({
      position: store.positions.print(head),
      events: indexOfPosition(head) + 1,
    });
  store.onCommit((notice) => {
    receipts.onCommit(notice);
    const events = notice.firstIndex + notice.count;
    readModel.noteHead({ position: `s.${events}`, events });
    metrics.noteCommit(notice.count);
    projector.notify();
  });

  const executor = new Executor({
    origin: config.origin,
    store,
    clock,
    retry: { attemptsMax: RETRIES_MAX, sleep },
  });
  const over = (): boolean => readModel.query(bootstrapIsOver);
  return {
    config,
    clock,
    randomness,
    store,
    log,
    receipts,
    executor,
    readModel,
    blobs,
    privacy,
    metrics,
    secrets,
    signer: secrets.signer,
    cursors: new Cursors(createHmac('sha256', secrets.pepper).update('cursors').digest()),
    authenticator: new KeyAuthenticator(executor, secrets.pepper, clock, over),
    settle: async (waitMs) => {
      const position = await store.head();
      if (position !== undefined) await readModel.waitFor(store.positions.print(position), waitMs);
    },
    close: async () => {
      await store.close();
      await projector.close();
      readModel.close();
      privacy.close();
    },
  };
}

function openStore(config: Config, folder: string, { signer }: Secrets): Promise<SqliteStore> {
  const { ledger, workers, logKeyFile, origin } = config;
  if (!workers) {
    return openSqliteStore({
      folder,
      ledger,
      mode: 'inline',
      participant: () => createSealer({ signer }),
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

async function found(
  { config, clock }: RuntimeOptions,
  store: SqliteStore,
  log: LogReader,
  { signer }: Secrets,
): Promise<void> {
  const { origin, recoveryKeyFile } = config;
  const { vkey } = signer;
  // The recovery key is needed at the founding only; afterwards it lies offline.
  if ((await store.head()) === undefined) {
    const recoveryVkey = loadSigner(recoveryKeyFile, recoveryName(origin)).vkey;
    await foundLedger(store, { origin, vkey, recoveryVkey, at: clock.now() });
  }
  checkFounding(log, origin, vkey);
}

function startProjector(
  { config, clock, randomness }: RuntimeOptions,
  folder: string,
  store: SqliteStore,
  readModel: ReadModel,
  blobs: BlobStore,
): ProjectorLink {
  const modelFolder = join(folder, 'read-model');
  if (config.workers) {
    const data = { ledgerFolder: folder, modelFolder, blobFolder: join(folder, 'blobs') };
    return startProjectorThread(join(__dirname, 'projector.worker.js'), data, (message) =>
      readModel.receive(message),
    );
  }
  const projector = new Projector({
    folder: modelFolder,
    projections: PROJECTIONS,
    log: store,
    blobs,
    clock,
    randomness,
    tell: (message) => readModel.receive(message),
  });
  projector.start();
  return {
    ask: (request) => projector.handle(request),
    notify: () => undefined,
    close: () => projector.close(),
  };
}
