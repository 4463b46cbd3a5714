import { setTimeout as delay } from 'node:timers/promises';
import { millisOf } from '../kernel/instant';
import { type Clock } from '../kernel/runtime';
import { type Erasures, passes } from './erasures';
import { type EntryLog } from './recorded-values';
import { type SideStore } from './side-store';
import { sweepSideStore } from './sweep';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const RETRY_MS = 1_000;

export interface UpkeepDependencies {
  readonly erasures: Erasures;
  readonly sideStore: SideStore;
  readonly log: EntryLog;
  readonly clock: Clock;
  readonly report: (what: string, error: unknown) => void;
}

/** At the start and once a day: finishes erasures that an end of the process cut, and sweeps what was never recorded. */
export class Upkeep {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private doneAt: number | undefined;

  constructor(private readonly deps: UpkeepDependencies) {}

  start(): void {
    this.tick();
    this.timer = setInterval(() => this.tick(), HOUR_MS);
    this.timer.unref();
  }

  /** Begins a round when the last one ended a day ago, or failed. */
  tick(): void {
    const now = millisOf(this.deps.clock.now());
    if (this.doneAt !== undefined && now - this.doneAt < DAY_MS) return;
    this.work = this.work.then(() => this.round());
  }

  /** Resolves when no round is under way. */
  idle(): Promise<void> {
    return this.work;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.work;
  }

  private async round(): Promise<void> {
    const { erasures, clock, report } = this.deps;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await erasures.upkeep();
        await sweepSideStore({ ...this.deps, isStopping: () => signal.aborted });
        this.doneAt = millisOf(clock.now());
        return;
      } catch (error) {
        if (!passes(error)) return report('The upkeep of personal values', error);
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
