import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { type Clock, type Pause, type Randomness } from './kernel/runtime';
import { Projector, type ProjectorRequest, ReadModel } from '../projections/read-model';
import { bootstrapIsOver } from '../projections/api-keys/api-keys.view';
import { KeyAuthenticator } from './access/key-authenticator';
import { type BlobStore, openBlobFolder } from './blob-store';
import { type Executor } from './commanding';
import { type Config } from './config';
import { indexOfPosition, type SqliteStore } from './event-store/sqlite';
import { Metrics, type SealFigures } from './health/metrics';
import { Cursors } from './http';
import { openHeads } from './open-heads';
import { openPrivacy, type Privacy } from './privacy';
import { PROJECTIONS } from './projection-list';
import { type Anchoring, openAnchoring } from './ledger-anchoring';
import { type LedgerJobs, startJobs } from './ledger-jobs';
import { watchClock } from './ledger-clock';
import { guardByMark } from './ledger-mark';
import { type ProjectorLink, startProjectorThread } from './projector-thread';
import {
  AlarmBook,
  AlarmDesk,
  checkFounding,
  createReceipts,
  foundLedger,
  KeyChange,
  loadSigner,
  readKeyHistory,
  recoveryName,
  type Heads,
  type LedgerReceipts,
  type LogKeys,
  type LogReader,
  type MarkKeeper,
  type SelfMonitor,
  SqliteLog,
  type TileReader,
} from './sealing';
import { openMonitor } from './open-monitor';
import { openSecrets, type Secrets } from './secrets';
import { openStore, refuseFounding } from './open-store';

export interface RuntimeOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly sleep: (ms: number) => Promise<void>;
  readonly pause: Pause;
}

/** One open ledger with everything that answers for it. */
export interface LedgerRuntime {
  readonly config: Config;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly store: SqliteStore;
  readonly log: LogReader & TileReader;
  readonly receipts: LedgerReceipts;
  readonly heads: Heads;
  readonly executor: Executor;
  readonly readModel: ReadModel;
  readonly blobs: BlobStore;
  /** of a ledger on a shared server: what waits for its seal on this node */
  readonly seals: SealFigures | undefined;
  readonly privacy: Privacy;
  readonly cursors: Cursors;
  readonly authenticator: KeyAuthenticator;
  readonly metrics: Metrics;
  readonly keys: LogKeys;
  readonly keyChange: KeyChange;
  readonly anchoring: Anchoring;
  readonly jobs: LedgerJobs;
  readonly mark: MarkKeeper;
  readonly alarms: AlarmDesk;
  readonly monitor: SelfMonitor;
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
  const { config, randomness, sleep, pause } = options;
  const folder = join(config.dataDir, 'ledgers', config.ledger);
  const isNew = !existsSync(join(folder, 'ledger.db'));
  if (isNew) refuseFounding(config);
  for (const made of [folder, config.sideDir]) mkdirSync(made, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(config, randomness, isNew);
  const { pepper, kek } = secrets;
  const { store, seals } = await openStore(config, folder, secrets);
  const log = new SqliteLog(store.reader(), config.origin);
  const mark = await orClose(store, async () => {
    // Before anything can be appended: below the mark nothing is signed.
    const keeper = guardByMark({ store, log, config, pause });
    await found(options, store, log, secrets);
    return keeper;
  });

  const retry = { attemptsMax: RETRIES_MAX, sleep };
  const { clock, executor } = watchClock({ config, clock: options.clock, store, log, retry });
  const keys = { history: () => readKeyHistory(store.reader()) };
  // Whatever is refused is refused before threads and other files are open.
  const anchoring = await orClose(store, async () =>
    openAnchoring({ config, clock, randomness, store, log, keys, executor }),
  );

  const receipts = createReceipts({ origin: config.origin, reader: log });
  const privacy = openPrivacy({ path: join(config.sideDir, 'privacy.db'), kek, clock, randomness });
  const blobs = openBlobFolder(join(config.sideDir, 'blobs'));
  const { readModel, projector } = await openReadSide(options, folder, store, blobs);
  const lag = (): number => readModel.status().lagEvents;
  const metrics = new Metrics(lag, () => log.size(), seals);
  store.onCommit((notice) => {
    receipts.onCommit(notice);
    noteHead(readModel, notice.firstIndex + notice.count);
    metrics.noteCommit(notice.count);
    projector.notify();
  });
  const onCommitted = (): void => jobs.askWitnesses();
  metrics.watchAssurance(anchoring.assurance);
  const heads = openHeads({ config, clock, folder, store, log, onCommitted });
  store.onCommit(({ firstIndex, count }) => heads.noteCommit(firstIndex + count));
  const { logKeyFile: keyFile } = config;
  const onKeyEvent = (): void => {
    heads.commitSoon();
    jobs.askTimestamp();
  };
  const keyChange = new KeyChange({ executor, clock, randomness, keys, keyFile, onKeyEvent });
  const selfMonitor = openMonitor({ config, clock, folder, store, metrics });
  const jobs = startJobs({ pause, keyChange, ...anchoring });
  const over = (): boolean => readModel.query(bootstrapIsOver);
  const parts = { config, clock, randomness, store, log, receipts, executor, readModel, blobs };
  return {
    ...parts,
    ...{ privacy, seals },
    metrics,
    secrets,
    heads,
    keys,
    keyChange,
    anchoring,
    jobs,
    mark,
    alarms: new AlarmDesk(executor, new AlarmBook(store.reader())),
    monitor: selfMonitor.monitor,
    cursors: new Cursors(createHmac('sha256', pepper).update('cursors').digest()),
    authenticator: new KeyAuthenticator(executor, pepper, clock, over),
    settle: (waitMs) => settle(store, readModel, waitMs),
    close: async () => {
      await heads.close();
      await jobs.stop();
      await inOrder([selfMonitor, store, mark, anchoring, projector, readModel, privacy]);
    },
  };
}

async function inOrder(parts: readonly { close(): Promise<void> | void }[]): Promise<void> {
  for (const part of parts) await part.close();
}

async function settle(store: SqliteStore, readModel: ReadModel, waitMs: number): Promise<void> {
  const position = await store.head();
  if (position !== undefined) await readModel.waitFor(store.positions.print(position), waitMs);
}

/** A ledger that is refused gives its lock and its thread back. */
async function orClose<T>(store: SqliteStore, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openReadSide(
  options: RuntimeOptions,
  folder: string,
  store: SqliteStore,
  blobs: BlobStore,
): Promise<{ readonly readModel: ReadModel; readonly projector: ProjectorLink }> {
  const ask = (request: ProjectorRequest): void => projector.ask(request);
  const { positions } = store;
  const readModel = new ReadModel({ positions, clock: options.clock, ask });
  const projector = startProjector(options, folder, store, readModel, blobs);
  const head = await store.head();
  if (head !== undefined) noteHead(readModel, indexOfPosition(head) + 1);
  return { readModel, projector };
}

/** On the embedded store the position of the last event is the number of events. */
function noteHead(readModel: ReadModel, events: number): void {
  readModel.noteHead({ position: `s.${events}`, events });
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
  checkFounding(log, origin);
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
    const data = { ledgerFolder: folder, modelFolder, blobFolder: join(config.sideDir, 'blobs') };
    return startProjectorThread(join(__dirname, 'projector.worker.js'), data, {
      tell: (message) => readModel.receive(message),
      found: (finding) => store.halt(finding),
    });
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
