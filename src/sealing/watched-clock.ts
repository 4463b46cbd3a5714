import { millisOf } from '../kernel/instant';
import { type Clock, type Instant } from '../kernel/runtime';
import { type ClockRegressed } from './ledger-clock.events';

/** How far the clock may step back without an event that says so. */
const CLOCK_BACK_MS = 2_000;

/**
 * The clock of a ledger. It is never adjusted; when it steps back, an event that says so goes before the first entry with
 * an earlier time.
 */
export class WatchedClock implements Clock {
  private due: ClockRegressed | undefined;
  private telling: Promise<void> | undefined;

  /**
   * @param highest instant of recording so far
   * @param tell appends the event; its own streams are not gated
   */
  constructor(
    private readonly clock: Clock,
    private highest: Instant,
    private readonly tell: (regressed: ClockRegressed) => Promise<void>,
  ) {}

  now(): Instant {
    const now = this.clock.now();
    if (now >= this.highest) this.highest = now;
    else if (millisOf(this.highest) - millisOf(now) > CLOCK_BACK_MS) {
      this.due = { from: this.due?.from ?? this.highest, to: now };
      this.highest = now;
    }
    return now;
  }

  /** Asked before each append. @returns what the append waits for; undefined, nearly always, for nothing */
  gate(): Promise<void> | undefined {
    if (this.due === undefined && this.telling === undefined) return undefined;
    this.telling ??= this.announce();
    return this.telling;
  }

  private async announce(): Promise<void> {
    const { due } = this;
    this.due = undefined;
    try {
      if (due !== undefined) await this.tell(due);
    } catch (error) {
      // Nothing is recorded with an earlier time before the event is.
      this.due = due;
      throw error;
    } finally {
      this.telling = undefined;
    }
  }
}
