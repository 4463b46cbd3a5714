import { type Output } from './output';

const EVERY_MS = 1_000;

/** How far a check is, once a second on stderr: for people, or as one JSON object a line. */
export class FsckProgress {
  private readonly startedAt = Date.now();
  private shownAt = Date.now();
  private last: { done: number; total: number } | undefined;

  constructor(
    private readonly output: Output,
    private readonly isJson: boolean,
  ) {}

  show(done: number, total: number): void {
    this.last = { done, total };
    const now = Date.now();
    if (now - this.shownAt < EVERY_MS) return;
    this.shownAt = now;
    this.write(done, total);
  }

  /** The rate over the whole. */
  finish(): void {
    if (this.last === undefined) return;
    const { done, total } = this.last;
    if (this.isJson) this.write(done, total);
    else {
      if (this.isLine) process.stderr.write('\r\x1b[K');
      const { seconds, rate } = this.rate(done);
      this.output.note(`${done} of ${total} entries in ${seconds.toFixed(1)} s, ${rate}/s`);
    }
  }

  private write(done: number, total: number): void {
    if (this.output.quiet) return;
    const { seconds, rate } = this.rate(done);
    const left = done === 0 ? undefined : Math.ceil((seconds / done) * (total - done));
    const text = this.isJson
      ? JSON.stringify({ done, total, rate, secondsLeft: left ?? null })
      : `${done} of ${total} entries, ${rate}/s${left === undefined ? '' : `, ${left} s left`}`;
    process.stderr.write(this.isLine && !this.isJson ? `\r\x1b[K${text}` : `${text}\n`);
  }

  private rate(done: number): { seconds: number; rate: number } {
    const seconds = (Date.now() - this.startedAt) / 1_000;
    return { seconds, rate: Math.round(done / Math.max(seconds, 0.001)) };
  }

  private get isLine(): boolean {
    return process.stderr.isTTY;
  }
}
