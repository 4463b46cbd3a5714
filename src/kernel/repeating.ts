import { type Pause } from './runtime';

export interface RepeatingOptions {
  /** before the first round, and between the end of one round and the begin of the next */
  readonly everyMs: number;
  readonly pause: Pause;
  /**
   * One round; what it throws is kept and the next round comes all the same.
   *
   * @param isAsked true when somebody asked for this round by `soon`
   */
  readonly run: (signal: AbortSignal, isAsked: boolean) => Promise<void>;
}

/** Work that is done again and again beside the requests, one round at a time. */
export class Repeating {
  private readonly stopped = new AbortController();
  private readonly ended: Promise<void>;
  private wait = new AbortController();
  private isAsked = false;
  /** why the last round failed, in one sentence */
  failure: string | undefined;

  constructor(private readonly options: RepeatingOptions) {
    this.ended = this.loop();
  }

  /** Asks for a round at once, or behind the one in work. However often it is asked meanwhile, it is one round. */
  soon(): void {
    this.isAsked = true;
    this.wait.abort();
  }

  /** Resolves when the round in work is over; the signal asks it to be short. */
  stop(): Promise<void> {
    this.stopped.abort();
    this.wait.abort();
    return this.ended;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopped;
    for (;;) {
      await this.options.pause(this.options.everyMs, this.wait.signal);
      if (signal.aborted) return;
      const { isAsked } = this;
      this.isAsked = false;
      this.wait = new AbortController();
      try {
        await this.options.run(signal, isAsked);
        this.failure = undefined;
      } catch (error) {
        this.failure = error instanceof Error ? error.message : String(error);
      }
    }
  }
}
