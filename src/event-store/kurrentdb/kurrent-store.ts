import { isTieoutError, storeUnavailable, TieoutError } from '../../kernel/errors';
import { bytesOf, checkAppend, refusalOf } from '../append-rules';
import {
  type AppendCall,
  type Appended,
  type AppendOutcome,
  type Delivery,
  type Expected,
  type LedgerStore,
  type NewEvent,
  type Placed,
  type Position,
  type RecordedEvent,
  type Revision,
  STORE_LIMITS,
  type StoreLimits,
} from '../port';
import { Appender } from './appender';
import { type CheckpointStream, checkpointStream } from './checkpoint-stream';
import { type Account, type KurrentConnection } from './connection-string';
import { type EntryIdIndex } from './entry-id-index';
import { KurrentCalls } from './kurrent-calls';
import { type KurrentPosition, kurrentPositions } from './kurrent-positions';
import { KurrentReader } from './kurrent-reader';
import { checkServerVersion, type KurrentClient, openClient } from './open-client';
import { readFailure } from './outcomes';
import { StreamPrefix } from './stream-prefix';
import { type FeedItem, type ForeignRecord, Subscriber } from './subscriber';
import { timed } from './timed';

export interface KurrentTiming {
  readonly readIdleMs: number;
  readonly confirmMs: number;
  readonly silenceMs: number;
  /** of `close`: how long started appends may take */
  readonly drainMs: number;
}

const TIMING: KurrentTiming = {
  readIdleMs: 10_000,
  confirmMs: 10_000,
  silenceMs: 30_000,
  drainMs: 3_000,
};

export interface KurrentStoreOptions {
  readonly connection: KurrentConnection;
  readonly ledger: string;
  /** shown in the server's list of connections */
  readonly node: string;
  readonly ids: EntryIdIndex;
  /** read at each opening and when the server refuses; the connection string's by default */
  readonly account?: () => Account | undefined;
  readonly isAdmitted?: (record: ForeignRecord) => boolean;
  readonly limits?: Partial<StoreLimits>;
  readonly timing?: Partial<KurrentTiming>;
}

/** What the service needs of a KurrentDB beside the port. */
export interface KurrentStore extends LedgerStore {
  /** The subscription with the log's checkpoints in it. @throws TieoutError `dropped` only */
  feed(after: Position | undefined, signal: AbortSignal): AsyncGenerator<FeedItem, void, undefined>;
  /** the log's own checkpoints */
  readonly checkpoints: CheckpointStream;
  /** The event at a place, or nothing. @throws TieoutError as a read of the port */
  eventAt(stream: string, revision: Revision): Promise<RecordedEvent | undefined>;
  /** calls that are open for readers */
  readonly openCalls: number;
}

/**
 * Connects to the server of a ledger and asks who it is.
 *
 * @throws TieoutError `store-unavailable` reasons `connect`, `timeout`, `denied`; `configuration` for a server that is too
 *   old or a certificate file that cannot be read
 */
export async function openKurrentStore(options: KurrentStoreOptions): Promise<KurrentStore> {
  const limits = { ...STORE_LIMITS, ...options.limits };
  const newClient = () => openClient(options.connection, options.node, limits.appendDeadlineMs);
  const client = newClient();
  const store = new LedgerOnKurrent(options, limits, client, newClient);
  try {
    checkServerVersion(await client.serverVersion());
    await store.head();
    return store;
  } catch (error) {
    await store.close();
    throw readFailure(error);
  }
}

class LedgerOnKurrent implements KurrentStore {
  readonly positions = kurrentPositions;
  readonly checkpoints: CheckpointStream;
  finding: TieoutError | undefined;
  private readonly timing: KurrentTiming;
  private readonly calls: KurrentCalls;
  private readonly reader: KurrentReader;
  private readonly appender: Appender;
  private readonly subscriber: Subscriber;
  private readonly started = new Set<Promise<unknown>>();
  private queuedBytes = 0;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly options: KurrentStoreOptions,
    private readonly limits: StoreLimits,
    private readonly client: KurrentClient,
    newClient: () => KurrentClient,
  ) {
    const { connection, ids } = options;
    this.timing = { ...TIMING, ...options.timing };
    const prefix = new StreamPrefix(options.ledger);
    const calls = (this.calls = new KurrentCalls({
      client,
      account: options.account ?? (() => connection.account),
      deadlineMs: limits.appendDeadlineMs,
      readIdleMs: this.timing.readIdleMs,
    }));
    this.checkpoints = checkpointStream(calls, prefix.checkpoints);
    this.reader = new KurrentReader(calls, prefix, () => this.assertOpen());
    const halt = (finding: TieoutError): void => this.halt(finding);
    this.appender = new Appender({ calls, reader: this.reader, prefix, ids, halt });
    this.subscriber = new Subscriber({
      prefix,
      newClient,
      base: () => calls.base,
      timing: this.timing,
      head: () => this.reader.head(),
      isAdmitted: options.isAdmitted ?? (() => false),
    });
  }

  get openCalls(): number {
    return this.subscriber.open;
  }

  async append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    checkAppend(stream, expected, events, this.limits);
    const append = { stream, expected, events };
    return this.queued([append], () => this.appender.append(append));
  }

  async appendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    const refused = appends.map((append) => refusalOf(append, this.limits));
    const good = appends.filter((_, i) => refused[i] === undefined);
    const outcomes = (await this.sendOrRefuse(good)).values();
    return refused.map((error) => {
      if (error !== undefined) return { ok: false, error };
      const { value } = outcomes.next();
      if (value === undefined) throw new TypeError('an append has an outcome');
      return value;
    });
  }

  private async sendOrRefuse(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    if (appends.length === 0) return [];
    try {
      return await this.queued(appends, () => this.appender.appendEach(appends));
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return appends.map(() => ({ ok: false, error }));
    }
  }

  private async queued<T>(appends: readonly AppendCall[], work: () => Promise<T>): Promise<T> {
    const bytes = appends.reduce((sum, append) => sum + bytesOf(append), 0);
    this.assertWritable(bytes);
    this.queuedBytes += bytes;
    const done = work();
    this.started.add(done);
    try {
      return await done;
    } finally {
      this.started.delete(done);
      this.queuedBytes -= bytes;
    }
  }

  private assertWritable(bytes: number): void {
    this.assertOpen();
    if (this.finding !== undefined) {
      throw new TieoutError(
        'store-unavailable',
        `The ledger is halted: ${this.finding.message}`,
        { ...this.finding.members, reason: 'read-only' },
        { cause: this.finding },
      );
    }
    if (this.queuedBytes + bytes > this.limits.queueBytesMax) {
      throw storeUnavailable('busy', 'Too many appends wait for KurrentDB. Send it again later.');
    }
  }

  readStream(stream: string, from?: Revision, limit?: number): AsyncGenerator<RecordedEvent> {
    return this.reader.readStream(stream, from, limit);
  }

  readAll(after?: Position, limit?: number): AsyncGenerator<RecordedEvent> {
    return this.reader.readAll(after, limit);
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncGenerator<Delivery> {
    return this.subscriber.subscribe(after, signal);
  }

  feed(after: Position | undefined, signal: AbortSignal): AsyncGenerator<FeedItem> {
    return this.subscriber.feed(after && kurrentPositions.own(after), signal);
  }

  eventAt(stream: string, revision: Revision): Promise<RecordedEvent | undefined> {
    this.assertOpen();
    return this.reader.eventAt(stream, revision);
  }

  head(): Promise<KurrentPosition | undefined> {
    return this.reader.head();
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Placed>> {
    this.assertOpen();
    return this.options.ids.find(ids);
  }

  halt(finding: TieoutError): void {
    if (!isTieoutError(finding)) throw new TypeError('a finding is a TieoutError');
    this.finding ??= finding;
  }

  close(): Promise<void> {
    this.ended ??= this.end();
    return this.ended;
  }

  /** Started appends have their time; what is open then is ended, and its outcome is unknown. */
  private async end(): Promise<void> {
    const started = Promise.allSettled([...this.started]);
    await timed(started, this.timing.drainMs).catch(() => undefined);
    this.calls.end();
    await Promise.all([this.subscriber.close(), this.client.end()]);
  }

  private assertOpen(): void {
    if (this.ended !== undefined) throw storeUnavailable('closed', 'The store is closed.');
  }
}
