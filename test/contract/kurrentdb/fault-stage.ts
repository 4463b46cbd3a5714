import { isTieoutError, type TieoutError } from '../../../src/kernel/errors';
import {
  EntryIdMap,
  type KurrentStore,
  type KurrentStoreOptions,
  openKurrentStore,
  readConnectionString,
} from '../../../src/event-store/kurrentdb';
import { noFaults, StandInServer } from '../../support/kurrentdb';
import { events, newStream } from '../event-store/build';

/** For tests of silence; under load even an answer takes long. */
export const SHORT = { limits: { appendDeadlineMs: 300 } };

/** A stand-in and the stores that are open on it, for tests of what can go wrong. */
export class FaultStage {
  private readonly servers: StandInServer[] = [];
  private readonly stores: KurrentStore[] = [];

  private constructor(readonly server: StandInServer) {
    this.servers.push(server);
  }

  static async start(): Promise<FaultStage> {
    return new FaultStage(await StandInServer.start());
  }

  async serve(options: Parameters<typeof StandInServer.start>[0] = {}): Promise<StandInServer> {
    const one = await StandInServer.start(options);
    this.servers.push(one);
    return one;
  }

  async open(changes: Partial<KurrentStoreOptions> = {}, url = this.server.url) {
    const store = await openKurrentStore({
      connection: readConnectionString(url),
      ledger: 'main',
      node: 'pitfalls',
      ids: new EntryIdMap(),
      limits: { appendDeadlineMs: 4_000 },
      timing: { readIdleMs: 800, confirmMs: 2_000, silenceMs: 300, drainMs: 300 },
      ...changes,
    });
    this.stores.push(store);
    return store;
  }

  async stop(): Promise<void> {
    for (const one of this.servers) one.faults = noFaults();
    for (const store of this.stores) await store.close();
    for (const one of this.servers) one.stop();
  }
}

/** What a promise is refused with. */
export async function failure(work: Promise<unknown>): Promise<TieoutError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isTieoutError(error)) throw new Error(`not refused as it should be: ${String(error)}`);
  return error;
}

export const append = (store: KurrentStore) => store.append(newStream(), 'no-stream', events(1));
