import { type AllStreamSubscription, START, streamNameFilter } from '@eventstore/db-client';
import { dropped, isTieoutError, storeCorrupt, storeUnavailable } from '../../kernel/errors';
import { type Delivery, type Position } from '../port';
import { type KurrentPosition, kurrentPositions } from './kurrent-positions';
import { type KurrentClient } from './open-client';
import { readFailure } from './outcomes';
import { digestOf, eventOf, type ServerRecord } from './record';
import { type StreamPrefix } from './stream-prefix';
import {
  markCheckpoint,
  type SubscriptionItem,
  subscriptionItems,
  type SubscriptionTiming,
} from './subscription-items';

const SUBSCRIPTIONS_OF_A_CLIENT = 50;
/** Records that wait in the client; of the largest size they are 16 MiB. */
const RECORDS_BUFFERED = 256;
/** Less than the 256 records that a head looks back over, so that a head is always reached. */
const SEARCH_WINDOW = 64;

/** What a subscription meets beside the ledger's events. */
export interface ForeignRecord {
  readonly stream: string;
  readonly type: string;
  readonly position: string;
  /** hex SHA-256 of its data */
  readonly sha256: string;
}

export type FeedItem =
  | Delivery
  /** a checkpoint of the log, an event of `<ledger>~checkpoints` */
  | { readonly checkpoint: ServerRecord };

export interface SubscriberOptions {
  readonly prefix: StreamPrefix;
  readonly newClient: () => KurrentClient;
  readonly base: () => { readonly credentials: { username: string; password: string } };
  readonly timing: SubscriptionTiming;
  readonly head: () => Promise<KurrentPosition | undefined>;
  /** whether two persons let this record pass */
  readonly isAdmitted: (record: ForeignRecord) => boolean;
}

/** Subscriptions to `$all`, filtered to one ledger. They have clients of their own: what breaks here breaks no append. */
export class Subscriber {
  private readonly clients: { readonly client: KurrentClient; open: number }[] = [];
  private readonly live = new Set<AbortController>();
  private closed = false;

  constructor(private readonly options: SubscriberOptions) {}

  /** Calls that are open on the server. */
  get open(): number {
    return this.live.size;
  }

  /** @throws TypeError for another store's position */
  subscribe(after: Position | undefined, signal: AbortSignal): AsyncGenerator<Delivery> {
    const start = after === undefined ? undefined : kurrentPositions.own(after);
    return this.deliveries(start, signal);
  }

  private async *deliveries(
    after: KurrentPosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Delivery, void, undefined> {
    for await (const item of this.feed(after, signal)) {
      if (!('checkpoint' in item)) yield item;
    }
  }

  /** The subscription with the log's own checkpoints in it. @throws TieoutError `dropped` only */
  async *feed(
    after: KurrentPosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FeedItem, void, undefined> {
    const order = new FeedOrder(after, this.options);
    const own = new AbortController();
    const abort = (): void => own.abort();
    if (signal.aborted) return;
    signal.addEventListener('abort', abort);
    this.live.add(own);
    const slot = this.slot();
    slot.open += 1;
    try {
      if (this.closed) throw storeUnavailable('closed', 'The store is closed.');
      const items = subscriptionItems({
        subscription: this.start(slot.client, after),
        signal: own.signal,
        timing: this.options.timing,
        onSilence: () => this.checkSilence(order.last),
      });
      for await (const item of items) {
        const told = order.next(item);
        if (told !== undefined) yield told;
      }
      // An own end is either the caller's or the store's.
      if (!signal.aborted) throw storeUnavailable('closed', 'The store is closed.');
    } catch (error) {
      if (signal.aborted) return;
      const last = order.delivered;
      throw dropped(
        last === undefined ? null : kurrentPositions.print(last),
        isTieoutError(error) ? error : readFailure(error),
      );
    } finally {
      slot.open -= 1;
      this.live.delete(own);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends every subscription, then its connections. */
  async close(): Promise<void> {
    this.closed = true;
    for (const subscription of this.live) subscription.abort();
    await Promise.all(this.clients.map(({ client }) => client.end()));
  }

  private start(client: KurrentClient, after: KurrentPosition | undefined): AllStreamSubscription {
    return client.subscribeToAll(
      {
        ...this.options.base(),
        requiresLeader: true,
        fromPosition:
          after === undefined ? START : { commit: after.commit, prepare: after.prepare },
        filter: streamNameFilter({
          regex: this.options.prefix.filter,
          maxSearchWindow: SEARCH_WINDOW,
          checkpointInterval: 1,
          checkpointReached: markCheckpoint,
        }),
      },
      { highWaterMark: RECORDS_BUFFERED },
    );
  }

  /** A connection carries 100 calls at most, and the next one would wait without a word. */
  private slot(): { readonly client: KurrentClient; open: number } {
    let slot = this.clients.find(({ open }) => open < SUBSCRIPTIONS_OF_A_CLIENT);
    if (slot === undefined) {
      slot = { client: this.options.newClient(), open: 0 };
      this.clients.push(slot);
    }
    return slot;
  }

  /** A start beyond the end of the log is accepted and gives silence; so does a dead connection. */
  private async checkSilence(last: KurrentPosition | undefined): Promise<void> {
    const head = await this.options.head();
    if (head === undefined) return;
    if (last !== undefined && kurrentPositions.compare(head, last) <= 0) return;
    throw storeUnavailable('timeout', 'KurrentDB has newer events and delivers none.');
  }
}

/** Each record once, ascending, and each one known. */
class FeedOrder {
  /** nothing at or below it is still to come */
  last: KurrentPosition | undefined;
  /** last one that the consumer was given */
  delivered: KurrentPosition | undefined;
  private told: KurrentPosition | undefined;

  constructor(
    after: KurrentPosition | undefined,
    private readonly options: Pick<SubscriberOptions, 'prefix' | 'isAdmitted'>,
  ) {
    this.last = after;
    this.delivered = after;
  }

  /** @throws TieoutError `store-corrupt` */
  next(item: SubscriptionItem): FeedItem | undefined {
    if (item === 'drained') return this.progress();
    if ('checkpoint' in item) {
      // The last checkpoint of a catch-up repeats what was sent; none goes back.
      if (this.last === undefined || kurrentPositions.compare(item.checkpoint, this.last) > 0) {
        this.last = item.checkpoint;
      }
      return undefined;
    }
    return this.known(this.inOrder(item.record));
  }

  private progress(): FeedItem | undefined {
    const { last, told } = this;
    if (last === undefined || last === told) return undefined;
    this.told = last;
    return { progress: last };
  }

  private inOrder(record: ServerRecord): ServerRecord {
    const { position } = record;
    if (this.last !== undefined && kurrentPositions.compare(position, this.last) <= 0) {
      throw storeCorrupt('The server delivered a record again, or one of before.', {
        stream: record.name,
        position: kurrentPositions.print(position),
      });
    }
    this.last = position;
    return record;
  }

  private known(record: ServerRecord): FeedItem | undefined {
    const belongs = this.options.prefix.belongs(record.name);
    if (belongs.kind === 'entry') {
      const event = eventOf(record, belongs.stream);
      this.delivered = record.position;
      return { event };
    }
    if (belongs.kind === 'checkpoint') return { checkpoint: record };
    if (belongs.kind === 'outside' || this.options.isAdmitted(foreignOf(record))) return undefined;
    throw storeCorrupt(
      belongs.kind === 'metadata'
        ? `Metadata of ${record.name.slice(2)} was changed: the server may drop events.`
        : `${record.name} is no stream of this ledger, and stands under its prefix.`,
      { ...foreignOf(record) },
    );
  }
}

const foreignOf = (record: ServerRecord): ForeignRecord => ({
  stream: record.name,
  type: record.type,
  position: kurrentPositions.print(record.position),
  sha256: digestOf(record),
});
