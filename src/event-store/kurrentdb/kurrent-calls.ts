import {
  BACKWARDS,
  binaryEvent,
  END,
  type ExpectedRevision,
  FORWARDS,
  NO_STREAM,
  type ReadPosition,
  START,
} from '@eventstore/db-client';
import { isTieoutError } from '../../kernel/errors';
import { type NewEvent, type Revision } from '../port';
import { type Account } from './connection-string';
import { type KurrentPosition, kurrentPositions } from './kurrent-positions';
import { type KurrentClient } from './open-client';
import { isDenied, isNotLeader } from './outcomes';
import { type Cancellable, readItems } from './page';
import { recordOf, type Resolved, type ServerRecord } from './record';
import { Slots } from './slots';
import { NotAnswered, timed } from './timed';

/** A channel carries 100 calls; the next one waits without a word while its deadline runs. */
const APPENDS_AT_ONCE = 32;
const READS_AT_ONCE = 16;
const OWN_TIMER_EXTRA_MS = 500;
/** A connection without TLS sends none; with one, an account must be named. Either way every call carries a pair. */
const PLACEHOLDER: Account = { username: 'none', password: 'none' };

export interface CallOptions {
  readonly client: KurrentClient;
  /** read anew when the server refuses it: a rotated password file */
  readonly account: () => Account | undefined;
  readonly deadlineMs: number;
  readonly readIdleMs: number;
}

export interface CallResult {
  readonly revision: Revision;
  /** an idempotent success may lack it */
  readonly position: KurrentPosition | undefined;
}

/** The client's calls, each with credentials, a slot and an end in time. Throws what the client throws. */
export class KurrentCalls {
  private readonly appends = new Slots(APPENDS_AT_ONCE);
  private readonly reads = new Slots(READS_AT_ONCE);
  private account: Account | undefined;

  private isEnded = false;

  constructor(private readonly options: CallOptions) {
    this.account = options.account();
  }

  /** Credentials on every call: without them the client appends through a shared batch stream that has no deadline. */
  get base() {
    return { credentials: this.account ?? PLACEHOLDER, requiresLeader: true } as const;
  }

  /** Calls that still wait for a slot are not sent any more: the connection is about to be shut. */
  end(): void {
    this.isEnded = true;
  }

  append(
    name: string,
    expected: Revision | 'no-stream',
    events: readonly NewEvent[],
  ): Promise<CallResult> {
    const { client, deadlineMs } = this.options;
    const expectedRevision: ExpectedRevision = expected === 'no-stream' ? NO_STREAM : expected;
    // Never JSON: the client writes it anew, and keys that look like integers change their order.
    const sent = events.map(({ storeId, type, entry }) =>
      binaryEvent({ id: storeId, type, data: entry }),
    );
    return this.appends.use(async () => {
      const { nextExpectedRevision: revision, position } = await this.again(() =>
        timed(
          client.appendToStream(name, sent, {
            ...this.base,
            deadline: deadlineMs,
            expectedRevision,
          }),
          deadlineMs + OWN_TIMER_EXTRA_MS,
        ),
      );
      return {
        revision,
        position: position && kurrentPositions.at(position.commit, position.prepare),
      };
    });
  }

  /** A page of a stream, ascending from `from`. */
  readStream(name: string, from: Revision, limit: number): Promise<ServerRecord[]> {
    return this.page((client) =>
      client.readStream(name, {
        ...this.base,
        fromRevision: from === 0n ? START : from,
        maxCount: limit,
        direction: FORWARDS,
      }),
    );
  }

  /** The last record of a stream. */
  async lastOf(name: string): Promise<ServerRecord | undefined> {
    const [last] = await this.page((client) =>
      client.readStream(name, {
        ...this.base,
        fromRevision: END,
        maxCount: 1,
        direction: BACKWARDS,
      }),
    );
    return last;
  }

  /** A page of `$all`, ascending, from `from` inclusive. */
  readAll(from: KurrentPosition | undefined, limit: number): Promise<ServerRecord[]> {
    const fromPosition: ReadPosition = from ?? START;
    return this.page((client) =>
      client.readAll({ ...this.base, fromPosition, maxCount: limit, direction: FORWARDS }),
    );
  }

  /** The newest records of `$all`, until `take` has enough. */
  readBack(limit: number, take: (record: ServerRecord) => 'more' | 'enough'): Promise<void> {
    return this.read(
      (client) =>
        client.readAll({
          ...this.base,
          fromPosition: END,
          maxCount: limit,
          direction: BACKWARDS,
        }),
      take,
    );
  }

  private async page(open: (client: KurrentClient) => Cancellable): Promise<ServerRecord[]> {
    const records: ServerRecord[] = [];
    await this.read(open, (record) => {
      records.push(record);
      return 'more';
    });
    return records;
  }

  private read(
    open: (client: KurrentClient) => Cancellable,
    take: (record: ServerRecord) => 'more' | 'enough',
  ): Promise<void> {
    const { client, readIdleMs } = this.options;
    return this.reads.use(() =>
      this.again(() =>
        readItems<Resolved>(open(client), readIdleMs, (item) => take(recordOf(item))),
      ),
    );
  }

  /** After "not the leader" the client goes to the node that was named; a rotated password is read again. */
  private async again<T>(call: () => Promise<T>): Promise<T> {
    if (this.isEnded) throw new NotAnswered(0);
    try {
      return await call();
    } catch (error) {
      if (isTieoutError(error)) throw error;
      if (isNotLeader(error)) return call();
      if (!isDenied(error)) throw error;
      const before = this.account;
      this.account = this.options.account();
      const isSame =
        before?.username === this.account?.username && before?.password === this.account?.password;
      if (isSame) throw error;
      return call();
    }
  }
}
