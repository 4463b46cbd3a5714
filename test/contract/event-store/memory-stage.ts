import { type LedgerStore, openMemoryStore, type StoreLimits } from '../../../src/event-store';
import { collect } from './build';
import { type Stage } from './stage';

const cannot = (what: string) => async (): Promise<never> => {
  throw new Error(`memory cannot stage ${what}`);
};

/** The adapter without a disk, a thread or a second process: what needs one of them it cannot stage. */
export class MemoryStage implements Stage {
  private readonly stores: LedgerStore[] = [];
  readonly reopen = cannot('a restart');
  readonly openSecond = cannot('a second opening');
  readonly tamper = cannot('an edit');
  readonly fault = cannot('a fault');
  readonly killAppender = cannot('a killed process');
  readonly killHolder = cannot('a killed process');

  async open(limits: Partial<StoreLimits> = {}): Promise<LedgerStore> {
    const store = openMemoryStore(limits);
    this.stores.push(store);
    return store;
  }

  async readElsewhere(): Promise<readonly Uint8Array[]> {
    const events = await collect(this.stores[0]!.readAll());
    return events.map(({ entry }) => Buffer.from(entry));
  }

  openResources(): number {
    return this.stores.reduce((sum, store) => sum + liveWaits(store), 0);
  }

  async cleanup(): Promise<void> {
    for (const store of this.stores) await store.close();
  }
}

const liveWaits = (store: LedgerStore): number =>
  (store as unknown as { commits: { waiting: number } }).commits.waiting;
