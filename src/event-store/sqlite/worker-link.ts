import { isTieoutError, outcomeUnknown, storeUnavailable } from '../../kernel/errors';
import { type AppendCall } from '../port';
import { packed } from './append-packet';
import { type Outcome } from './group';
import { type Settings } from './pragmas';
import { type CommittedMessage, outcomesOf, type WriterData } from './worker-protocol';
import { type WriterEvents, type WriterLink } from './writer-link';
import { WriterThread } from './writer-thread';

const RESTARTS_MAX = 5;
const RESTART_AFTER_MS = 100;
const SWEEPS_A_DEADLINE = 20;

export interface WorkerLinkOptions {
  readonly workerFile: string;
  readonly data: WriterData;
  readonly deadlineMs: number;
}

/** Appends that were sent together; the writer may answer them in several commits. */
interface Pending {
  readonly appends: readonly AppendCall[];
  /** ticket of the first; the others follow it */
  readonly first: number;
  /** number of the sweep that was next when the appends were sent */
  readonly sweep: number;
  readonly outcomes: Outcome[];
  open: number;
  readonly resolve: (outcomes: readonly Outcome[]) => void;
}

/**
 * The writer in a thread of its own. Appends of one turn of the event loop cross in one packet; answers come in the order
 * of their tickets. A thread that dies is started again.
 */
export class WorkerLink implements WriterLink {
  settings: Settings = {};
  private thread: WriterThread | undefined;
  /** by ticket of the first append, which ascends */
  private pending: Pending[] = [];
  private packets: Buffer[] = [];
  /** last ticket given */
  private tickets = 0;
  /** last ticket of what was handed to the thread */
  private posted = 0;
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

  send(appends: readonly AppendCall[]): Promise<readonly Outcome[]> {
    if (this.thread === undefined) return Promise.resolve(appends.map(absent));
    if (this.packets.length === 0) setImmediate(() => this.post());
    this.packets.push(packed(appends));
    const first = this.tickets + 1;
    this.tickets += appends.length;
    return new Promise((resolve) => {
      const [outcomes, open]: [Outcome[], number] = [[], appends.length];
      this.pending.push({ appends, first, sweep: this.sweeps, outcomes, open, resolve });
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
    this.thread.send(this.posted + 1, joined(this.packets));
    this.packets = [];
    this.posted = this.tickets;
  }

  private committed(message: CommittedMessage): void {
    this.restarts = 0;
    if (message.notice !== undefined) this.events.committed(message.notice);
    outcomesOf(message).forEach((outcome, i) => this.answer(message.tickets[i] ?? 0, outcome));
  }

  private answer(ticket: number, outcome: Outcome): void {
    // The writer answers in the order of the tickets, so it is the first that waits, but for an answer that came too late.
    const pending = this.pending.find(({ first, appends }) => ticket < first + appends.length);
    const at = ticket - (pending?.first ?? ticket + 1);
    if (pending === undefined || at < 0 || pending.outcomes[at] !== undefined) return;
    pending.outcomes[at] = outcome;
    pending.open -= 1;
    if (pending.open > 0) return;
    this.pending.splice(this.pending.indexOf(pending), 1);
    pending.resolve(pending.outcomes);
  }

  private answerAll(pending: Pending, outcomeOf: (ticket: number) => Outcome): void {
    pending.appends.forEach((_, i) => this.answer(pending.first + i, outcomeOf(pending.first + i)));
  }

  private sweep(): void {
    this.sweeps += 1;
    const late = this.pending.filter(({ sweep }) => this.sweeps - sweep > SWEEPS_A_DEADLINE);
    for (const pending of late) {
      this.answerAll(pending, (ticket) =>
        unknown(pending, ticket, 'the writer did not answer within the deadline'),
      );
    }
  }

  private died(): void {
    this.thread = undefined;
    this.abandon();
    if (!this.closing) this.startAgain();
  }

  /** What was handed over may be stored; what was not is certainly not. */
  private abandon(): void {
    this.packets = [];
    for (const pending of [...this.pending]) {
      this.answerAll(pending, (ticket) =>
        ticket <= this.posted ? unknown(pending, ticket, 'the writer ended') : absent(),
      );
    }
    this.posted = this.tickets;
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

/** One packet of its own is handed over as it is; several small ones become one. */
function joined(packets: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const [only] = packets;
  if (packets.length === 1 && only !== undefined && only.length === only.buffer.byteLength) {
    return new Uint8Array(only.buffer as ArrayBuffer);
  }
  const packet = new Uint8Array(packets.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of packets) {
    packet.set(part, at);
    at += part.length;
  }
  return packet;
}

const unknown = ({ appends, first }: Pending, ticket: number, cause: string): Outcome => ({
  ok: false,
  error: outcomeUnknown(appends[ticket - first]?.stream ?? '', cause),
});

const absent = (): Outcome => ({
  ok: false,
  error: storeUnavailable(
    'connect',
    'The writer of the ledger is not running; nothing was stored.',
  ),
});
