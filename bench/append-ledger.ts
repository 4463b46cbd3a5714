import { randomBytes } from 'node:crypto';
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

export const ORIGIN = 'bench.example/ledgers/main/log';

/** The ledger's store with sealing and receipts, its writer in the caller's thread or in its own. */
export class Ledger implements Contender {
  /** from the call of an append to its receipt, of all counted rounds, in ms */
  readonly latencies: number[] = [];
  private rounds = 0;
  private appends: { stream: string; events: NewEvent[] }[] = [];
  /** no two openings of a ledger use the same streams */
  private readonly run = randomBytes(6).toString('hex');
  private streams = 0;

  private constructor(
    readonly name: string,
    private readonly store: SqliteStore,
    private readonly shape: Shape,
    private readonly receipts: LedgerReceipts,
  ) {}

  /** @param folder new, or that of a ledger that was closed */
  static async open(folder: string, mode: 'inline' | 'worker', shape: Shape): Promise<Ledger> {
    mkdirSync(folder, { recursive: true });
    const keyFile = join(folder, 'log.key');
    writeFileSync(keyFile, privateKeyText(ORIGIN, Buffer.alloc(32, 7)), { mode: 0o600 });
    const signer = loadSigner(keyFile, ORIGIN);
    const workerData = { origin: ORIGIN, keyFile };
    const workerFile = process.env['BENCH_WRITER_WORKER'] ?? '';
    const store = await openSqliteStore(
      mode === 'worker'
        ? { folder, ledger: 'main', mode, workerFile, workerData }
        : { folder, ledger: 'main', mode, participant: () => createSealer({ signer }) },
    );
    const reader = new SqliteLog(store.reader(), ORIGIN);
    const receipts = createReceipts({ origin: ORIGIN, reader });
    store.onCommit((notice) => receipts.onCommit(notice));
    return new Ledger(mode === 'worker' ? 'in its thread' : 'inline', store, shape, receipts);
  }

  prepare(): void {
    this.appends = inputOf(this.shape).map((events) => {
      this.streams += 1;
      return { stream: `invoice-E_DE.${this.run}-${this.streams}`, events };
    });
  }

  async round(): Promise<number> {
    this.rounds += 1;
    let next = 0;
    const caller = async () => {
      for (let append = this.appends[next++]; append !== undefined; append = this.appends[next++]) {
        const begun = performance.now();
        await this.append(append.stream, append.events);
        if (this.rounds > 1) this.latencies.push(performance.now() - begun);
      }
    };
    await Promise.all(Array.from({ length: this.shape.callers }, caller));
    return this.shape.commits * this.shape.events;
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** One event to a stream of its own. @returns the text of its receipt's proof, and its leaf */
  async one(): Promise<{ readonly proof: string; readonly leaf: Uint8Array }> {
    const [[event]] = inputOf({ commits: 1, events: 1, callers: 1 }) as [[NewEvent]];
    this.streams += 1;
    const proof = await this.append(`invoice-E_DE.${this.run}-${this.streams}`, [event]);
    return { proof, leaf: leafHash(event.entry) };
  }

  private async append(stream: string, events: readonly NewEvent[]): Promise<string> {
    const { position } = await this.store.append(stream, 'no-stream', events);
    let proof = '';
    const last = indexOfPosition(position);
    for (const [revision, event] of events.entries()) {
      ({ proof } = this.receipts.receiptOf({
        stream,
        revision,
        id: event.id,
        type: event.type,
        recordedAt: '2026-01-05T10:41:07.055Z',
        leaf: leafHash(event.entry),
        position: this.store.positions.print(position),
        index: last - events.length + 1 + revision,
      }));
    }
    return proof;
  }
}
