import { isTieoutError, outcomeUnknown, storeUnavailable } from '../../kernel/errors';
import { pack, packedSize } from './append-packet';
import { type Outcome } from './group';
import { type Settings } from './pragmas';
import { type CommittedMessage, noticeOf, outcomesOf, type WriterData } from './worker-protocol';
import { type AppendCall, type WriterEvents, type WriterLink } from './writer-link';
import { WriterThread } from './writer-thread';

const RESTARTS_MAX = 5;
const RESTART_AFTER_MS = 100;
const SWEEPS_A_DEADLINE = 20;

export interface WorkerLinkOptions {
  readonly workerFile: string;
  readonly data: WriterData;
  readonly deadlineMs: number;
}

interface Pending {
  readonly stream: string;
  /** number of the sweep that was next when the append was sent */
  readonly sweep: number;
  readonly resolve: (outcome: Outcome) => void;
}

/**
 * The writer in a thread of its own. Appends of one turn of the event loop cross in one packet; answers come in the order
 * of their tickets. A thread that dies is started again.
 */
export class WorkerLink implements WriterLink {
  settings: Settings = {};
  private thread: WriterThread | undefined;
  private readonly pending = new Map<number, Pending>();
  private packets: Buffer[] = [];
  private tickets = 0;
  private sweeps = 0;
  private restarts = 0;
  private closing = false;
  private readonly sweeper: NodeJS.Timeout;

  private constructor(
    private readonly options: WorkerLinkOptions,
    private readonly events: WriterEvents,
  ) {
    const everyMs = Math.ceil(options.deadlineMs / SWEEPS_A_DEADLINE);
    this.sweeper = setInterval(() => this.sweep(), everyMs).unref();
  }

  /** @throws TieoutError as the writer's opening */
  static async open(options: WorkerLinkOptions, events: WriterEvents): Promise<WorkerLink> {
    const link = new WorkerLink(options, events);
    try {
      await link.start();
      return link;
    } catch (error) {
      clearInterval(link.sweeper);
      throw error;
    }
  }

  send(append: AppendCall): Promise<Outcome> {
    if (this.thread === undefined) return Promise.resolve(absent());
    const packet = Buffer.allocUnsafe(packedSize(append.stream, append.events));
    pack(packet, 0, append);
    if (this.packets.length === 0) setImmediate(() => this.post());
    this.packets.push(packet);
    this.tickets += 1;
    return new Promise((resolve) => {
      this.pending.set(this.tickets, { stream: append.stream, sweep: this.sweeps, resolve });
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    this.post();
    await this.thread?.close();
    this.thread = undefined;
    clearInterval(this.sweeper);
    this.abandon();
  }

  private async start(): Promise<void> {
    this.thread = await WriterThread.start(this.options.workerFile, this.options.data, {
      committed: (message) => this.committed(message),
      halted: (finding) => this.events.halted(finding),
      died: () => this.died(),
    });
    this.settings = this.thread.settings;
  }

  private post(): void {
    if (this.packets.length === 0 || this.thread === undefined) return;
    const first = this.tickets - this.packets.length + 1;
    const packet = new Uint8Array(this.packets.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.packets) {
      packet.set(part, at);
      at += part.length;
    }
    this.packets = [];
    this.thread.send(first, packet);
  }

  private committed(message: CommittedMessage): void {
    this.restarts = 0;
    if (message.notice !== undefined) this.events.committed(noticeOf(message.notice));
    outcomesOf(message).forEach((outcome, i) => this.answer(message.tickets[i] ?? 0, outcome));
  }

  private answer(ticket: number, outcome: Outcome): void {
    const pending = this.pending.get(ticket);
    this.pending.delete(ticket);
    pending?.resolve(outcome);
  }

  /** Tickets ascend, so the oldest stand first. */
  private sweep(): void {
    this.sweeps += 1;
    for (const [ticket, { stream, sweep }] of this.pending) {
      if (this.sweeps - sweep <= SWEEPS_A_DEADLINE) return;
      this.answer(ticket, unknown(stream, 'the writer did not answer within the deadline'));
    }
  }

  private died(): void {
    this.thread = undefined;
    this.abandon();
    if (!this.closing) this.startAgain();
  }

  /** What was handed over may be stored; what was not is certainly not. */
  private abandon(): void {
    const firstUnsent = this.tickets - this.packets.length + 1;
    this.packets = [];
    for (const [ticket, { stream }] of this.pending) {
      const outcome = ticket < firstUnsent ? unknown(stream, 'the writer ended') : absent();
      this.answer(ticket, outcome);
    }
  }

  private startAgain(): void {
    if (this.restarts >= RESTARTS_MAX) return;
    const afterMs = RESTART_AFTER_MS * 2 ** this.restarts;
    this.restarts += 1;
    setTimeout(() => {
      if (this.closing) return;
      this.start().catch((error: unknown) => {
        if (isTieoutError(error, 'store-corrupt', 'seal-refused')) this.events.halted(error);
        else this.startAgain();
      });
    }, afterMs).unref();
  }
}

const unknown = (stream: string, cause: string): Outcome => ({
  ok: false,
  error: outcomeUnknown(stream, cause),
});

const absent = (): Outcome => ({
  ok: false,
  error: storeUnavailable(
    'connect',
    'The writer of the ledger is not running; nothing was stored.',
  ),
});
