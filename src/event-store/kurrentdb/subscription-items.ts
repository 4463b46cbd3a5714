import { type AllStreamSubscription } from '@eventstore/db-client';
import { storeUnavailable } from '../../kernel/errors';
import { type KurrentPosition, kurrentPositions } from './kurrent-positions';
import { recordOf, type Resolved, type ServerRecord } from './record';

/** What the server says between events: nothing at or below it is still to come. */
export type SubscriptionItem =
  | { readonly record: ServerRecord }
  | { readonly checkpoint: KurrentPosition }
  /** everything that arrived was given */
  | 'drained';

export interface SubscriptionTiming {
  /** until the server confirms */
  readonly confirmMs: number;
  /** without anything; then `onSilence` is asked */
  readonly silenceMs: number;
}

interface Marker {
  readonly checkpoint: KurrentPosition;
}

/**
 * The checkpoint callback of a subscription. What it throws would stall the stream for ever, and what it pushes stands in
 * line behind the events before it.
 */
export async function markCheckpoint(
  subscription: AllStreamSubscription,
  { commit, prepare }: { readonly commit: bigint; readonly prepare: bigint },
): Promise<void> {
  try {
    subscription.push({ checkpoint: kurrentPositions.at(commit, prepare) } satisfies Marker);
  } catch (error) {
    subscription.destroy(error as Error);
  }
}

/**
 * Runs through a subscription until `signal` aborts; the server's call is over when this ends. Every other end throws: the
 * client never resubscribes, and says nothing when the server ends the call.
 *
 * @throws what the client throws; TieoutError `store-unavailable`
 */
export async function* subscriptionItems(options: {
  readonly subscription: AllStreamSubscription;
  readonly signal: AbortSignal;
  readonly timing: SubscriptionTiming;
  /** asked after each silence; it throws where there is something that should have come */
  readonly onSilence: () => Promise<void>;
}): AsyncGenerator<SubscriptionItem, void, undefined> {
  const { subscription, signal, timing, onSilence } = options;
  const wait = new SubscriptionWait(subscription, signal);
  try {
    for (let isConfirmed = false; !signal.aborted;) {
      for (let item = next(subscription); item !== undefined; item = next(subscription)) {
        isConfirmed = true;
        yield item;
        if (signal.aborted) return;
      }
      wait.check();
      isConfirmed ||= wait.isConfirmed;
      if (isConfirmed) yield 'drained';
      const isSilent = await wait.forMore(isConfirmed ? timing.silenceMs : timing.confirmMs);
      if (isSilent && !isConfirmed && !wait.isConfirmed) throw silent('did not confirm');
      if (isSilent && isConfirmed) await onSilence();
    }
  } finally {
    wait.end();
  }
}

function next(subscription: AllStreamSubscription): SubscriptionItem | undefined {
  const item = subscription.read() as Resolved | Marker | null;
  if (item === null) return undefined;
  return 'checkpoint' in item ? item : { record: recordOf(item as Resolved) };
}

const silent = (what: string, cause?: unknown) =>
  storeUnavailable('timeout', `KurrentDB ${what}.`, cause);

/** Waits for the next item, an end, an abort or time. */
class SubscriptionWait {
  isConfirmed = false;
  private isEnded = false;
  private failure: { readonly error: unknown } | undefined;
  private wake: () => void = () => undefined;
  private readonly woken = (): void => this.wake();

  constructor(
    private readonly subscription: AllStreamSubscription,
    private readonly signal: AbortSignal,
  ) {
    subscription.on('readable', this.woken);
    subscription.on('confirmation', () => {
      this.isConfirmed = true;
      this.wake();
    });
    subscription.on('error', (error: unknown) => {
      this.failure ??= { error };
      this.wake();
    });
    for (const end of ['end', 'close'] as const) {
      subscription.on(end, () => {
        this.isEnded = true;
        this.wake();
      });
    }
    signal.addEventListener('abort', this.woken);
  }

  check(): void {
    if (this.failure !== undefined) throw this.failure.error;
    if (this.isEnded) throw storeUnavailable('connect', 'KurrentDB ended the subscription.');
  }

  /** @returns true when nothing happened for so long */
  async forMore(ms: number): Promise<boolean> {
    if (this.subscription.readableLength > 0 || this.signal.aborted) return false;
    if (this.failure !== undefined || this.isEnded) return false;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<boolean>((resolve) => {
        this.wake = () => resolve(false);
        timer = setTimeout(() => resolve(true), ms);
        timer.unref();
      });
    } finally {
      clearTimeout(timer);
      this.wake = () => undefined;
    }
  }

  end(): void {
    this.signal.removeEventListener('abort', this.woken);
    // Leaving the loop leaves the server's call open.
    if (!this.isEnded) void this.subscription.unsubscribe().catch(() => undefined);
    this.subscription.destroy();
  }
}
