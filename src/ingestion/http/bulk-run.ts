import { isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { type LogReader } from '../../sealing';
import { problemOf } from '../../http';
import { type Acceptor } from '../acceptor/acceptor';
import { type Earlier } from '../acceptor/fresh-appender';
import { type Deliverer, type ItemResult, type Submission } from '../acceptor/submission';
import { type Reading, type Unread } from '../acceptor/transition-reader';
import { Window, WindowQueue } from './window-queue';
import { type Line, linesOf } from '../cloudevents/lines';
import { type ResultSpool } from './result-spool';
import { resultLine } from './results-json';
import { structuredSubmission } from './submissions';

/** Larger commits gain little; but the objects of a larger window outlive the first sweep of the collector. */
const WINDOW_EVENTS_MAX = 500;
const WINDOW_BYTES_MAX = 8 * 1024 * 1024;

export interface BulkOptions {
  readonly acceptor: Acceptor;
  readonly deliverer: Deliverer;
  readonly log: Pick<LogReader, 'checkpoint'>;
  readonly results: ResultSpool;
  readonly lineBytesMax: number;
}

/**
 * One bulk stream: windows of events, some of them being appended while the next is read. A window closes when it is full or
 * as soon as nothing is being appended, so that a slow sender is answered at once and a fast one in large commits.
 */
export class BulkRun {
  private window = new Window();
  private readonly queue = new WindowQueue(
    (window, after) => this.accept(window, after),
    () => this.dispatch(),
  );
  private readonly stopped = new Set<string>();
  private readonly counts = new Map<string, number>();
  private lines = 0;

  constructor(private readonly options: BulkOptions) {}

  /** Ends the results with the `end` line, or with the problem that ended the stream; throws only for broken invariants. */
  async run(body: AsyncIterable<Uint8Array>): Promise<void> {
    const { results, lineBytesMax } = this.options;
    try {
      for await (const lines of linesOf(body, lineBytesMax)) {
        for (const line of lines) await this.take(line);
        if (this.queue.isIdle) this.dispatch();
      }
      await this.queue.drain();
      results.finish(this.endLine());
    } catch (error) {
      await this.queue.settle();
      // Without an `end` line the client sends again from the first line that has no result.
      results.finish(
        isTieoutError(error) ? `${JSON.stringify({ problem: problemOf(error) })}\n` : '',
      );
      if (!isTieoutError(error) && !isAbort(error)) throw error;
    }
  }

  private async take(line: Line): Promise<void> {
    const { window } = this;
    const [submission, read] = this.readingOf(line);
    this.lines += 1;
    window.add(line.number, submission, read);
    if (window.lines.length < WINDOW_EVENTS_MAX && window.bytes < WINDOW_BYTES_MAX) return;
    await this.queue.room(window);
    this.dispatch();
  }

  private readingOf({ bytes, length }: Line): [Submission, Reading | Unread] {
    const { acceptor, deliverer, lineBytesMax } = this.options;
    const submission = structuredSubmission(bytes ?? new Uint8Array(0), 'bulk');
    if (bytes === undefined)
      return [submission, { error: tooLarge('The line', lineBytesMax, length, 'bytes'), says: {} }];
    const [read] = acceptor.read([submission], deliverer);
    return [submission, read as Reading | Unread];
  }

  private dispatch(): void {
    const { window } = this;
    if (window.lines.length === 0) return;
    this.window = new Window();
    this.queue.send(window);
  }

  private async accept(window: Window, after: Earlier | undefined): Promise<() => void> {
    const { acceptor, deliverer } = this.options;
    const accepted = await acceptor.accept(window.submissions, window.read, deliverer, {
      oneAppend: false,
      stopped: this.stopped,
      after,
    });
    return () => this.answer(window, accepted);
  }

  private answer(window: Window, accepted: readonly ItemResult[]): void {
    let text = '';
    accepted.forEach((result, i) => {
      this.count(result);
      text += resultLine(window.lines[i] ?? 0, result);
    });
    if (!this.options.results.add(text)) {
      throw new TieoutError(
        'results-unread',
        'Read the results while sending: too many wait. Send again from the first line without one.',
      );
    }
  }

  private count({ result }: ItemResult): void {
    this.counts.set(result, (this.counts.get(result) ?? 0) + 1);
  }

  private endLine(): string {
    const counts = Object.fromEntries(
      RESULTS.map((result) => [result, this.counts.get(result) ?? 0]),
    );
    const { note } = this.options.log.checkpoint();
    return `${JSON.stringify({ end: true, lines: this.lines, ...counts, checkpoint: note })}\n`;
  }
}

const RESULTS = [
  'recorded',
  'duplicate',
  'conflict',
  'quarantined',
  'too-large',
  'refused',
  'unknown',
  'not-attempted',
] as const;

/** The client went away in the middle of a line or a file. */
function isAbort(error: unknown): boolean {
  const { code, name } = error as { code?: string; name?: string };
  return (
    code === 'ECONNRESET' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    name === 'AbortError' ||
    code === 'ABORT_ERR'
  );
}
