import { isUuid } from '../../kernel/ids';
import { type Earlier } from '../acceptor/fresh-appender';
import { type Submission } from '../acceptor/submission';
import { isReading, type Reading, type Unread } from '../acceptor/transition-reader';

/** While one window is being written the next is made ready; more of them would only fill memory. */
const UNDER_WAY_MAX = 2;

/** Events of a bulk stream that are accepted together. */
export class Window {
  readonly lines: number[] = [];
  readonly submissions: Submission[] = [];
  readonly read: (Reading | Unread)[] = [];
  readonly streams = new Set<string>();
  bytes = 0;
  /** It may rest on any event before it: what could not be read, and what names its cause by an id of the ledger. */
  isAlone = false;

  add(line: number, submission: Submission, read: Reading | Unread): void {
    this.lines.push(line);
    this.submissions.push(submission);
    this.read.push(read);
    this.bytes += submission.bytes.length;
    if (isReading(read)) this.streams.add(read.stream);
    const cause = isReading(read) ? read.event.causationid : undefined;
    this.isAlone ||= !isReading(read) || (cause !== undefined && isUuid(cause));
  }
}

/** Accepts a window; what it returns answers the window. */
export type AcceptWindow = (window: Window, after: Earlier | undefined) => Promise<() => void>;

interface UnderWay {
  readonly window: Window;
  /** never rejects */
  readonly done: Promise<void>;
}

/**
 * The windows of one stream that are being accepted. They are answered in their order, and events of one object are appended
 * in theirs: a window waits with what an earlier one still has under way. After a failure nothing more is answered.
 */
export class WindowQueue {
  private underWay: readonly UnderWay[] = [];
  private failure: { readonly cause: unknown } | undefined;

  /** @param idle called each time nothing is under way any more */
  constructor(
    private readonly accept: AcceptWindow,
    private readonly idle: () => void,
  ) {}

  get isIdle(): boolean {
    return this.underWay.length === 0;
  }

  /** Waits until the window may be sent. @throws what an earlier window failed with */
  async room(window: Window): Promise<void> {
    while (!this.hasRoom(window)) await Promise.race(this.underWay.map(({ done }) => done));
    this.throwFailure();
  }

  send(window: Window): void {
    const before = this.underWay.at(-1);
    const accepted = this.accept(
      window,
      before === undefined ? undefined : { streams: before.window.streams, done: before.done },
    );
    const done = this.settled(window, accepted, before?.done);
    this.underWay = [...this.underWay, { window, done }];
  }

  /** Waits until all is answered. @throws what a window failed with */
  async drain(): Promise<void> {
    await this.settle();
    this.throwFailure();
  }

  /** Waits until nothing is under way, whatever came of it. */
  async settle(): Promise<void> {
    while (!this.isIdle) await this.underWay.at(-1)?.done;
  }

  private hasRoom(window: Window): boolean {
    if (this.isIdle) return true;
    const isAlone = window.isAlone || this.underWay.some((one) => one.window.isAlone);
    return !isAlone && this.underWay.length < UNDER_WAY_MAX;
  }

  private async settled(
    window: Window,
    accepted: Promise<() => void>,
    before: Promise<void> | undefined,
  ): Promise<void> {
    // A window that fails first takes no answer from the one before it.
    await Promise.allSettled([accepted, before]);
    try {
      const answer = await accepted;
      if (this.failure === undefined) answer();
    } catch (cause) {
      this.failure ??= { cause };
    }
    this.underWay = this.underWay.filter((one) => one.window !== window);
    if (this.isIdle && this.failure === undefined) this.idle();
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.cause;
  }
}
