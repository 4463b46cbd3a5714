/** What a command prints: results for machines on stdout, words for people on stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  out(text: string): void;
  note(text: string): void;
}

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function outputOf(options: OutputOptions): Output {
  const quiet = options.quiet === true;
  return {
    json: options.json === true,
    quiet,
    out: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
  };
}

/** 0 done and good; 1 the answer is no; 2 wrong usage; 3 not finished; 4 good but short of the policy; 5 refused. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

const TERMINAL_EVERY_MS = 250;
const LOG_EVERY_MS = 10_000;

/** Done, total, rate and time left: one line on a terminal, a line each ten seconds otherwise. */
export class Progress {
  private readonly startedAt = Date.now();
  private shownAt = Date.now();
  private done = 0;

  constructor(
    private readonly output: Output,
    private readonly what: string,
    private readonly total?: number,
  ) {}

  add(count = 1): void {
    this.done += count;
    const now = Date.now();
    const every = process.stderr.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    if (now - this.shownAt < every) return;
    this.shownAt = now;
    this.show(now);
  }

  /** Ends the line; says the rate over the whole. */
  finish(): void {
    if (process.stderr.isTTY && !this.output.quiet) process.stderr.write('\r\x1b[K');
    const seconds = (Date.now() - this.startedAt) / 1000;
    this.output.note(
      `${this.done} ${this.what} in ${seconds.toFixed(1)} s, ${this.rate(seconds)}/s`,
    );
  }

  private show(now: number): void {
    if (this.output.quiet) return;
    const seconds = (now - this.startedAt) / 1000;
    const of = this.total === undefined ? '' : ` of ${this.total}`;
    const text = `${this.done}${of} ${this.what}, ${this.rate(seconds)}/s${this.left(seconds)}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  }

  private rate(seconds: number): number {
    return Math.round(this.done / Math.max(seconds, 0.001));
  }

  private left(seconds: number): string {
    if (this.total === undefined || this.done === 0) return '';
    return `, ${Math.ceil((seconds / this.done) * (this.total - this.done))} s left`;
  }
}
