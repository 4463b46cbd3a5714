import { type Pause } from '../kernel/runtime';
import { markPath } from './anchor-mark';
import { replaceFile } from './durable-file';

/** A mark is written at most this often, so that a fast log costs the anchor volume one sync a second. */
const BETWEEN_WRITES_MS = 1_000;

export interface Released {
  readonly size: number;
  /** the signed note of that size */
  note(): string;
}

export interface MarkKeeperOptions {
  readonly anchorDir: string;
  /** size of the mark that stands already; it is never lowered */
  readonly size: number;
  readonly pause: Pause;
}

/**
 * Notes the newest released checkpoint outside the database, behind the appends and never in their way. A crash in
 * between leaves a lower mark, which is still true.
 */
export class MarkKeeper {
  private readonly stopped = new AbortController();
  private written: number;
  private newest: Released | undefined;
  private active = false;
  private running: Promise<void> = Promise.resolve();
  /** why the last write failed, for the health page; the next one is tried after the same pause */
  failure: string | undefined;

  constructor(private readonly options: MarkKeeperOptions) {
    this.written = options.size;
  }

  /** Called after a commit. Costs nothing here: the file is written behind. */
  note(released: Released): void {
    this.newest = released;
    if (this.active || this.stopped.signal.aborted) return;
    this.active = true;
    this.running = this.run();
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.stopped.abort();
    await this.running;
    await this.write();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (this.isBehind() && !signal.aborted) {
      await this.write();
      await this.options.pause(BETWEEN_WRITES_MS, signal);
    }
    this.active = false;
  }

  private isBehind(): boolean {
    return this.newest !== undefined && this.newest.size > this.written;
  }

  private async write(): Promise<void> {
    const { newest } = this;
    if (newest === undefined || newest.size <= this.written) return;
    try {
      await replaceFile(markPath(this.options.anchorDir), newest.note());
      this.written = newest.size;
      this.failure = undefined;
    } catch (error) {
      // The anchor volume is away or full: appends go on, the mark stays a lower bound, and health says so.
      const { code } = error as NodeJS.ErrnoException;
      this.failure = `the mark in the anchor folder cannot be written (${String(code)})`;
    }
  }
}
