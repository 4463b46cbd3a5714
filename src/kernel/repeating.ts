import { type Pause } from './runtime';

export interface RepeatingOptions {
  /** before the first round, and between the end of one round and the begin of the next */
  readonly everyMs: number;
  readonly pause: Pause;
  /** one round; what it throws is kept and the next round comes all the same */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Work that is done again and again beside the requests, one round at a time. */
export class Repeating {
  private readonly stopped = new AbortController();
  private readonly ended: Promise<void>;
  /** why the last round failed, in one sentence */
  failure: string | undefined;

  constructor(private readonly options: RepeatingOptions) {
    this.ended = this.loop();
  }

  /** Resolves when the round in work is over; the signal asks it to be short. */
  stop(): Promise<void> {
    this.stopped.abort();
    return this.ended;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopped;
    for (;;) {
      await this.options.pause(this.options.everyMs, signal);
      if (signal.aborted) return;
      try {
        await this.options.run(signal);
        this.failure = undefined;
      } catch (error) {
        this.failure = error instanceof Error ? error.message : String(error);
      }
    }
  }
}
