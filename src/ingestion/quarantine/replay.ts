import { type BlobStore } from '../../blob-store';
import { type CommandContext, type Executed, type Executor } from '../../commanding';
import { type ErrorCode, notFound, storeCorrupt, TieoutError } from '../../kernel/errors';
import { isUuid } from '../../kernel/ids';
import { type Acceptor } from '../acceptor/acceptor';
import { type Deliverer, isAccepted, type ItemResult } from '../acceptor/submission';
import { keptSubmission } from '../http/submissions';
import { type ReplayFailed } from '../quarantine.events';
import { type OpenItems } from './open-items';
import { quarantineItem, type ItemCommand, type ItemState } from './quarantine-item.decider';
import { itemStream } from './quarantine-ids';
import { reasonOf } from './quarantine';

export interface ReplayDependencies {
  readonly acceptor: Acceptor;
  readonly executor: Executor;
  readonly blobs: BlobStore;
  readonly open: OpenItems;
}

/** What a replay came to. */
export interface Replayed {
  readonly result: ItemResult;
  /** the item after it */
  readonly item: Executed<ItemState>;
}

/** Tries kept deliveries again, as if they had just come in, under today's contracts, sources and workflows. */
export class Replays {
  constructor(private readonly deps: ReplayDependencies) {}

  /** @throws TieoutError `not-found`, `revision-conflict`, `state-conflict`, `idempotency-key-reused` */
  async replay(item: string, context: CommandContext): Promise<Replayed> {
    const { state, revision } = await this.load(item);
    // Who asks at another revision, or again, is answered before anything is tried: by the first result, or by a refusal.
    const isFresh =
      state.status === 'open' && (context.ifMatch === undefined || context.ifMatch === revision);
    if (!isFresh)
      return this.firstResult(
        state,
        await this.execute(item, { kind: 'replayed', eventId: '' }, context),
      );
    const result = await this.attempt(state);
    const executed = await this.execute(item, commandOf(state, result), context);
    const { eventId } = state.delivery ?? {};
    if (isAccepted(result) && eventId !== undefined) this.deps.open.noteClosed(eventId);
    return { result, item: executed };
  }

  /** What the delivery would come to now; nothing is recorded. @returns `would-record`, or the code of its problem */
  async preview(item: string): Promise<string> {
    const { state } = await this.load(item);
    const [read] = this.deps.acceptor.read([this.submissionOf(state)], DELIVERER);
    return read !== undefined && 'error' in read ? read.error.code : 'would-record';
  }

  /** @throws TieoutError `not-found` */
  async load(item: string): Promise<{ readonly state: ItemState; readonly revision: bigint }> {
    if (!isUuid(item)) throw notFound(`The quarantine item ${item}`);
    const loaded = await this.deps.executor.load(itemStream(item), quarantineItem);
    if (loaded.state.delivery === undefined) throw notFound(`The quarantine item ${item}`);
    return loaded;
  }

  /** The event is recorded, so trying it again gives its first receipt; a failure is told as it was recorded. */
  private async firstResult(state: ItemState, item: Executed<ItemState>): Promise<Replayed> {
    const [first] = item.events;
    if (first?.entry.type === 'quarantine.replay-failed') {
      const { code, errors } = first.entry.data as unknown as ReplayFailed;
      const error = new TieoutError(code as ErrorCode, errors[0]?.detail ?? code, {
        errors: [...errors],
      });
      return { result: { result: 'quarantined', error }, item };
    }
    const result = await this.attempt(state);
    return { result: isAccepted(result) ? { ...result, result: 'recorded' } : result, item };
  }

  private async attempt(state: ItemState): Promise<ItemResult> {
    const { acceptor } = this.deps;
    const submissions = [this.submissionOf(state)];
    const read = acceptor.read(submissions, DELIVERER);
    const [result] = await acceptor.accept(submissions, read, DELIVERER, {
      oneAppend: true,
      keeps: false,
    });
    if (result === undefined) throw new TypeError('one event has one result');
    return result;
  }

  private submissionOf({ delivery }: ItemState): ReturnType<typeof keptSubmission> {
    if (delivery === undefined) throw new TypeError('an item has a delivery');
    const bytes = this.deps.blobs.read(delivery.sha256);
    if (bytes === undefined) {
      throw storeCorrupt(`The blob store lacks ${delivery.sha256}, which the ledger names.`, {
        sha256: delivery.sha256,
      });
    }
    return keptSubmission(bytes, delivery.contentType, delivery.form);
  }

  private execute(
    item: string,
    command: ItemCommand,
    context: CommandContext,
  ): Promise<Executed<ItemState>> {
    return this.deps.executor.execute({
      stream: itemStream(item),
      decider: quarantineItem,
      command,
      context,
    });
  }
}

/** The client's own rights were checked when it delivered; who replays answers for the item. */
const DELIVERER: Deliverer = { client: 'quarantine', sources: 'all' };

function commandOf({ delivery }: ItemState, result: ItemResult): ItemCommand {
  if (isAccepted(result)) return { kind: 'replayed', eventId: result.event.id };
  const retryLater = result.result === 'unknown' || result.result === 'not-attempted';
  if (retryLater) throw result.error;
  return {
    kind: 'replay-failed',
    failed: { sha256: delivery?.sha256 ?? '', ...reasonOf(result.error) },
  };
}
