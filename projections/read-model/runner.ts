import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, type Position } from '../../src/event-store/port';
import { isTieoutError, storeCorrupt } from '../../src/kernel/errors';
import { type Randomness } from '../../src/kernel/runtime';
import { type Applier, ApplyFailed } from './applier';
import { type Batch, BATCH_EVENTS_MAX, collectBatches } from './batches';
import { type LastApplied } from './checkpoint';
import { isDiskFailure } from './database';
import { type Reached, type Stop } from './messages';
import { leafOf, projectedEvent } from './projected-event';
import { type ProjectedEvent } from './projection';

/** What a projector needs of the ledger; every event store has it. */
export type ProjectedLog = Pick<EventStore, 'subscribe' | 'readStream' | 'head' | 'positions'>;

export interface RunnerOptions {
  readonly log: ProjectedLog;
  readonly applier: Applier;
  readonly randomness: Randomness;
  /** rest after a batch that was not full, for the next one to gather; default 0 */
  readonly restMs?: number | undefined;
  readonly onReached: (reached: Reached) => void;
  readonly onStopped: (stop: Stop) => void;
}

const RESUME_MIN_MS = 100;
const RESUME_MAX_MS = 30_000;

/** Carries one generation along the log: verify, subscribe, apply, resume. It stops at the first event that fails. */
export class Runner {
  private readonly abort = new AbortController();
  private atHead = false;
  private stopped = false;
  private drops = 0;

  constructor(private readonly options: RunnerOptions) {}

  get reached(): Reached {
    const { position, events, last, complete } = this.options.applier.checkpoint;
    const current = complete || this.atHead;
    return { position, events, recordedAt: last?.recordedAt, current };
  }

  /** true when nothing more was recorded as it last looked */
  get isAtHead(): boolean {
    return this.atHead;
  }

  /** true once it has said why it cannot go on */
  get hasStopped(): boolean {
    return this.stopped;
  }

  /** Ends when the runner was closed, or has stopped and said why. */
  async run(): Promise<void> {
    try {
      while (!this.abort.signal.aborted) await this.attempt();
    } catch (error) {
      if (this.abort.signal.aborted) return;
      this.atHead = false;
      this.stopped = true;
      this.options.onReached(this.reached);
      this.options.onStopped(this.stopOf(error));
    }
  }

  close(): void {
    this.abort.abort();
  }

  /** Until the log or the disk is out of reach or the runner is closed; what else fails stops the model. */
  private async attempt(): Promise<void> {
    try {
      await this.verify();
      await this.say();
      await this.follow();
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      await this.pause();
    }
  }

  /** One subscription, from the checkpoint on. */
  private async follow(): Promise<void> {
    const { log, applier } = this.options;
    const { position } = applier.checkpoint;
    const after = position === undefined ? undefined : log.positions.parse(position);
    const subscription = new AbortController();
    const signal = AbortSignal.any([this.abort.signal, subscription.signal]);
    try {
      for await (const batch of collectBatches(log.subscribe(after, signal))) {
        if (this.abort.signal.aborted) return;
        this.apply(batch);
        this.drops = 0;
        await this.say();
        await this.rest(batch);
      }
    } finally {
      subscription.abort();
    }
  }

  /** The events before one that fails are good: the model stops exactly there, not at the border of a batch. */
  private apply({ events, progress }: Batch): void {
    const { log, applier } = this.options;
    const projected: ProjectedEvent[] = [];
    try {
      for (const event of events) {
        projected.push(
          projectedEvent(event, applier.checkpoint.events + projected.length, log.positions),
        );
      }
    } catch (unreadable) {
      applier.apply(projected);
      throw unreadable;
    }
    try {
      applier.apply(projected, progress === undefined ? undefined : log.positions.print(progress));
    } catch (error) {
      if (!(error instanceof ApplyFailed)) throw error;
      if (error.event === undefined) this.applyOneByOne(projected);
      else applier.apply(projected.slice(0, error.applied));
      throw error;
    }
  }

  /** Finds the event at which the end of a batch fails. @throws ApplyFailed that names it */
  private applyOneByOne(events: readonly ProjectedEvent[]): void {
    for (const event of events) this.options.applier.apply([event]);
  }

  /**
   * Under a steady load of single events a transaction for each would cost twice the rows in it. The first event after a
   * pause is still applied at once.
   */
  private async rest({ events }: Batch): Promise<void> {
    const { restMs = 0 } = this.options;
    if (restMs === 0 || events.length === 0 || events.length >= BATCH_EVENTS_MAX) return;
    await delay(restMs, undefined, { signal: this.abort.signal });
  }

  private async say(): Promise<void> {
    const head = await this.options.log.head();
    this.atHead = head === undefined || this.hasReached(head);
    this.options.onReached(this.reached);
  }

  private hasReached(head: Position): boolean {
    const { positions } = this.options.log;
    const { position } = this.options.applier.checkpoint;
    return position !== undefined && positions.compare(positions.parse(position), head) >= 0;
  }

  /**
   * Is this the log that the rows were made from? Its last applied event must still be where it was, and the log must
   * not end before the checkpoint. Otherwise the rows tell of events that the log does not have.
   */
  private async verify(): Promise<void> {
    const { log, applier } = this.options;
    const { last, position } = applier.checkpoint;
    if (position === undefined) return;
    const head = await log.head();
    const at = log.positions.parse(position);
    if (head === undefined || log.positions.compare(head, at) < 0) {
      throw storeCorrupt(`The log ends before ${position}, where this read model stands.`, {
        position,
      });
    }
    if (last !== undefined && !(await this.stillHas(last))) {
      throw storeCorrupt(
        `${last.stream} at revision ${last.revision} is not the event this read model applied last. ` +
          'If this is the right log, rebuild the read model.',
        { stream: last.stream, revision: last.revision, position: last.position },
      );
    }
  }

  private async stillHas(last: LastApplied): Promise<boolean> {
    const { log } = this.options;
    const revision = BigInt(last.revision);
    try {
      for await (const found of log.readStream(last.stream, revision, 1)) {
        return (
          found.revision === revision &&
          log.positions.print(found.position) === last.position &&
          Buffer.compare(leafOf(found.entry), last.leaf) === 0
        );
      }
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
    }
    return false;
  }

  /** Full jitter: after an outage many nodes must not come back in the same moment. */
  private async pause(): Promise<void> {
    const limit = Math.min(RESUME_MAX_MS, RESUME_MIN_MS * 2 ** this.drops);
    this.drops += 1;
    const [a = 0, b = 0] = this.options.randomness.bytes(2);
    const share = (a * 256 + b) / 65_536;
    await delay(Math.floor(limit * share), undefined, { signal: this.abort.signal });
  }

  private stopOf(error: unknown): Stop {
    const { position } = this.options.applier.checkpoint;
    const failedAt = error instanceof ApplyFailed ? error.event?.position : undefined;
    const code = isTieoutError(error) ? error.code : 'internal';
    const detail = error instanceof Error ? error.message : String(error);
    return { position, failedAt, code, detail };
  }
}

/** The log and the disk will be there again, and the checkpoint says where to go on. */
function isOutOfReach(error: unknown): boolean {
  if (isDiskFailure(error instanceof ApplyFailed ? error.cause : error)) return true;
  if (isTieoutError(error, 'dropped')) return !isTieoutError(error.cause, 'store-corrupt');
  return isTieoutError(error, 'store-unavailable');
}
