import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NewEvent } from '../src/event-store';
import { indexOfPosition, openSqliteStore, type SqliteStore } from '../src/event-store/sqlite';
import { leafHash } from '../src/kernel/hash';
import {
  createReceipts,
  createSealer,
  type LedgerReceipts,
  loadSigner,
  SqliteLog,
} from '../src/sealing';
import { privateKeyText } from '../src/sealing/signer';
import { inputOf, type Shape } from './append-input';
import { type Contender } from './rounds';

const ORIGIN = 'bench.example/ledgers/main/log';

/** The ledger's store, in the caller's thread or in its own, sealed or not. */
export class Ledger implements Contender {
  private appends: { stream: string; events: NewEvent[] }[] = [];
  private streams = 0;

  private constructor(
    readonly name: string,
    private readonly store: SqliteStore,
    private readonly shape: Shape,
    private readonly receipts: LedgerReceipts | undefined,
  ) {}

  static async open(
    name: string,
    folder: string,
    mode: 'inline' | 'worker',
    shape: Shape,
    isSealed: boolean,
  ): Promise<Ledger> {
    mkdirSync(folder);
    const keyFile = join(folder, 'log.key');
    writeFileSync(keyFile, privateKeyText(ORIGIN, Buffer.alloc(32, 7)), { mode: 0o600 });
    const signer = loadSigner(keyFile, ORIGIN);
    const common = { folder, ledger: 'main' };
    const store = await openSqliteStore(
      mode === 'worker'
        ? {
            ...common,
            mode,
            workerFile: process.env['BENCH_WRITER_WORKER'] ?? '',
            workerData: { origin: ORIGIN, keyFile },
          }
        : { ...common, mode, ...(isSealed ? { participant: () => createSealer({ signer }) } : {}) },
    );
    if (!isSealed) return new Ledger(name, store, shape, undefined);
    const reader = new SqliteLog(store.reader(), ORIGIN);
    const receipts = createReceipts({ origin: ORIGIN, reader });
    store.onCommit((notice) => receipts.onCommit(notice));
    return new Ledger(name, store, shape, receipts);
  }

  prepare(): void {
    this.appends = inputOf(this.shape).map((events) => {
      this.streams += 1;
      return { stream: `invoice-E_DE.INV-${this.streams}`, events };
    });
  }

  async round(): Promise<number> {
    let next = 0;
    const caller = async () => {
      for (let append = this.appends[next++]; append !== undefined; append = this.appends[next++]) {
        await this.append(append.stream, append.events);
      }
    };
    await Promise.all(Array.from({ length: this.shape.callers }, caller));
    return this.shape.commits * this.shape.events;
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private async append(stream: string, events: readonly NewEvent[]): Promise<void> {
    const { position } = await this.store.append(stream, 'no-stream', events);
    if (this.receipts === undefined) return;
    const last = indexOfPosition(position);
    for (const [revision, event] of events.entries()) {
      this.receipts.receiptOf({
        stream,
        revision,
        id: event.id,
        type: event.type,
        recordedAt: '2026-01-05T10:41:07.055Z',
        leaf: leafHash(event.entry),
        position: this.store.positions.print(position),
        index: last - events.length + 1 + revision,
      });
    }
  }
}
