import { type Delivery, type Position, type RecordedEvent } from '../../src/event-store/port';

/** A batch is applied in one transaction; larger ones hold up readers of progress and cost memory. */
export const BATCH_EVENTS_MAX = 256;
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;

export interface Batch {
  readonly events: readonly RecordedEvent[];
  /** the log has nothing more up to here */
  readonly progress: Position | undefined;
}

const TURN = Symbol('turn of the event loop');
type Next = IteratorResult<Delivery, void>;

/**
 * Groups what is at hand: a batch ends at 256 events, at 4 MiB, or when the log has nothing more ready in this turn of
 * the event loop, so that a single new event never waits for company and no batch is older than one turn. Between two
 * batches the loop turns at least once.
 */
export async function* collectBatches(deliveries: AsyncIterable<Delivery>): AsyncGenerator<Batch> {
  const source = deliveries[Symbol.asyncIterator]();
  let next = source.next() as Promise<Next>;
  try {
    for (;;) {
      const first = await next;
      if (first.done === true) return;
      const batch = new OpenBatch(first.value);
      next = source.next() as Promise<Next>;
      const turn = turnOfLoop();
      while (!batch.isFull) {
        const result = await Promise.race([next, turn]);
        if (result === TURN || result.done === true) break;
        batch.add(result.value);
        next = source.next() as Promise<Next>;
      }
      yield batch;
      await turn;
    }
  } finally {
    // A pending `next` may reject after the consumer has left; that ends with the subscription.
    next.catch(() => undefined);
    void source.return?.()?.catch(() => undefined);
  }
}

class OpenBatch implements Batch {
  readonly events: RecordedEvent[] = [];
  progress: Position | undefined;
  private bytes = 0;

  constructor(first: Delivery) {
    this.add(first);
  }

  get isFull(): boolean {
    return this.events.length >= BATCH_EVENTS_MAX || this.bytes >= BATCH_BYTES_MAX;
  }

  add(delivery: Delivery): void {
    if ('progress' in delivery) {
      this.progress = delivery.progress;
      return;
    }
    this.events.push(delivery.event);
    this.bytes += delivery.event.entry.length;
    // What was said about progress before this event says nothing about the events after it.
    this.progress = undefined;
  }
}

function turnOfLoop(): Promise<typeof TURN> {
  return new Promise((resolve) => setImmediate(() => resolve(TURN)));
}
