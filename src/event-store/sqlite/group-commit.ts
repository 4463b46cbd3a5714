import { type PackedAppend } from './append-packet';
import { type Committed, type Writer } from './writer';

const GROUP_APPENDS_MAX = 1_024;
const GROUP_BYTES_MAX = 4 * 1024 * 1024;
/** About 20 ms of inserts, so that a lone payment does not wait longer behind bulk. */
const GROUP_EVENTS_MAX = 2_000;
const IDLE_AFTER_MS = 50;

interface Waiting<T> {
  readonly append: PackedAppend;
  readonly ticket: T;
}

/**
 * Gathers the appends that wait while a commit's fsync runs into the next commit. Nothing is delayed for the sake of a
 * larger group.
 */
export class GroupCommit<T> {
  private waiting: Waiting<T>[] = [];
  private next = 0;
  private scheduled: NodeJS.Immediate | undefined;
  private idle: NodeJS.Timeout | undefined;

  /** @param deliver gets each commit with the tickets of its appends, in the order they were pushed */
  constructor(
    private readonly writer: Writer,
    private readonly deliver: (committed: Committed, tickets: readonly T[]) => void,
  ) {}

  push(append: PackedAppend, ticket: T): void {
    this.waiting.push({ append, ticket });
    this.scheduled ??= setImmediate(() => this.commitNext());
  }

  /** Commits what waits, now. For a close. */
  flush(): void {
    clearTimeout(this.idle);
    clearImmediate(this.scheduled);
    while (this.next < this.waiting.length) this.commitGroup();
  }

  private commitNext(): void {
    this.commitGroup();
    if (this.next < this.waiting.length) {
      this.scheduled = setImmediate(() => this.commitNext());
      return;
    }
    this.scheduled = undefined;
    this.idle ??= setTimeout(() => this.rest(), IDLE_AFTER_MS).unref();
  }

  private rest(): void {
    this.idle = undefined;
    if (this.scheduled === undefined) this.writer.idle();
  }

  private commitGroup(): void {
    const group = this.take();
    const committed = this.writer.commit(group.map(({ append }) => append));
    this.deliver(
      committed,
      group.map(({ ticket }) => ticket),
    );
  }

  private take(): Waiting<T>[] {
    let [bytes, events, end] = [0, 0, this.next];
    for (; end < this.waiting.length && end - this.next < GROUP_APPENDS_MAX; end += 1) {
      const append = this.waiting[end]?.append;
      bytes += append?.bytes ?? 0;
      events += append?.events.length ?? 0;
      if (end > this.next && (bytes > GROUP_BYTES_MAX || events > GROUP_EVENTS_MAX)) break;
    }
    const group = this.waiting.slice(this.next, end);
    this.next = end;
    if (this.next === this.waiting.length) [this.waiting, this.next] = [[], 0];
    return group;
  }
}
