import { type LedgerStore, type StoreLimits } from '../../../src/event-store';
import {
  EntryIdMap,
  type KurrentStore,
  type KurrentTiming,
  openKurrentStore,
  readConnectionString,
} from '../../../src/event-store/kurrentdb';
import { noFaults, StandInServer } from '../../support/kurrentdb';
import { all, rawClient } from '../kurrentdb/raw-client';
import { type Fault, type Stage, type Tampering } from './stage';

const LEDGER = 'main';
const TIMING: Partial<KurrentTiming> = { readIdleMs: 2_000, confirmMs: 2_000, drainMs: 2_000 };

/** A ledger on a stand-in of its own. What a node knows of entry ids outlives its store, as its log folder does. */
export class KurrentStage implements Stage {
  private readonly stores: KurrentStore[] = [];
  private readonly ids = new EntryIdMap();
  private server: StandInServer | undefined;

  async open(limits: Partial<StoreLimits> = {}): Promise<LedgerStore> {
    this.server ??= await StandInServer.start();
    const store = await openKurrentStore({
      connection: readConnectionString(this.server.url),
      ledger: LEDGER,
      node: 'contract',
      ids: this.ids,
      limits,
      timing: TIMING,
    });
    this.stores.push(store);
    return store;
  }

  async reopen(): Promise<LedgerStore> {
    await this.stores.at(-1)?.close();
    this.standIn.log.forgetIds();
    return this.open();
  }

  openSecond(): Promise<LedgerStore> {
    return this.open();
  }

  async readElsewhere(): Promise<readonly Uint8Array[]> {
    const client = rawClient(this.standIn.url);
    const read = await all(client.readAll());
    await client.dispose();
    return read.map(({ event }) => Buffer.from(event?.data as Uint8Array));
  }

  async fault(fault: Fault): Promise<void> {
    const { standIn } = this;
    if (fault === 'none') {
      standIn.faults = noFaults();
      await standIn.startAgain();
    } else if (fault === 'die') {
      standIn.faults.stopAtAppend = true;
    } else {
      standIn.faults.lose =
        fault === 'lose-request' ? 'request' : fault === 'lose-reply' ? 'reply' : undefined;
      standIn.faults.silent = fault === 'silence';
      standIn.faults.refusal = fault === 'full' ? 'full' : undefined;
    }
  }

  async tamper(tampering: Tampering): Promise<void> {
    const { log } = this.standIn;
    const name = `${LEDGER}~${tampering.stream}`;
    if (tampering.kind === 'remove') return log.remove(name, tampering.revisions);
    const record = log.recordAt(name, tampering.revision);
    if (tampering.kind === 'change-byte') {
      const data = Buffer.from(record.data);
      data[data.length >> 1]! ^= 1;
      record.data = data;
      return;
    }
    const { entry, type, storeId } = tampering.event;
    record.data = entry ?? record.data;
    record.type = type ?? record.type;
    record.id = storeId ?? record.id;
  }

  async killAppender(): Promise<never> {
    throw new Error('not staged here');
  }

  async killHolder(): Promise<never> {
    throw new Error('two nodes share a server: nobody holds it');
  }

  openResources(): number {
    return this.stores.reduce((sum, store) => sum + store.openCalls, 0);
  }

  async cleanup(): Promise<void> {
    for (const store of this.stores) await store.close();
    this.server?.stop();
  }

  private get standIn(): StandInServer {
    if (this.server === undefined) throw new Error('open the store first');
    return this.server;
  }
}
