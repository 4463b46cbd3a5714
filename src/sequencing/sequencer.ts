import { isTieoutError, storeCorrupt, type TieoutError } from '../kernel/errors';
import { type Pause } from '../kernel/runtime';
import { type Position } from '../event-store';
import { type FeedItem, type KurrentStore, type ServerRecord } from '../event-store/kurrentdb';
import { type CommitNotice, type ReplicaFile, type Sql } from '../event-store/sqlite';
import { type AwaitedCheckpoint, proposeCheckpoint, type SignerOf } from '../sealing';
import { checkpointEvent, readCheckpointRecord } from './checkpoint-record';
import { appendsOf, type Leaf, LeafQueue } from './leaf-queue';
import { resumePlace } from './resume-place';

export interface SequencerOptions {
  readonly store: KurrentStore;
  readonly replica: ReplicaFile;
  /** told to the replica's participant before each commit */
  readonly awaited: AwaitedCheckpoint;
  /** reads the replica */
  readonly sql: Sql;
  readonly origin: string;
  /** `undefined`: this node only follows */
  readonly signerOf: SignerOf | undefined;
  readonly pause: Pause;
  /** milliseconds that never go back */
  readonly nowMs: () => number;
  readonly onSealed: (sealed: Sealed) => void;
  /** a finding: nothing more is sealed here */
  readonly onFinding: (finding: TieoutError) => void;
}

export interface Sealed {
  readonly notice: CommitNotice;
  /** of the last leaf that is sealed now */
  readonly position: Position;
  /** how long the oldest of its events waited here */
  readonly lagMs: number;
}

/** A node that is not the one which sealed last waits so much longer, so that one seals and the others need not. */
const SEAL_EVERY_MS = 100;
const SEAL_LEAVES = 256;
const CHECKPOINT_LEAVES_MAX = 1_024;
/** A checkpoint that was sent and is not seen is sent again. */
const SEEN_WITHIN_MS = 2_000;
const RESUME_MS = 100;
const RESUME_MS_MAX = 30_000;

/**
 * Follows `$all` and seals it: each node derives the same log from the same order. A checkpoint is appended at an exact
 * revision, so of two nodes that seal at once one is first; both go on from what the order shows.
 */
export class Sequencer {
  private readonly queue: LeafQueue;
  private readonly ended = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** events that are sealed here */
  size = 0;
  private revision = -1n;
  private isLive = false;
  private isHalted = false;
  /** the last checkpoint was this node's */
  private isMine = false;
  private proposed = 0;
  private lastSealMs = 0;
  private proposing: Promise<void> | undefined;
  /** why this node is not connected, or cannot sign, in one sentence */
  failure: string | undefined;

  constructor(private readonly options: SequencerOptions) {
    this.queue = new LeafQueue(options.sql);
  }

  /** events that are known here and not sealed */
  get pending(): number {
    return this.queue.length;
  }

  /** how long the oldest event waits for its seal */
  get lagMs(): number {
    const oldest = this.queue.oldest;
    return oldest === undefined ? 0 : this.options.nowMs() - oldest.arrivedMs;
  }

  /** Everything that the server had when the connection was made is sealed or waits here. */
  get isCaughtUp(): boolean {
    return this.isLive;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
    await this.proposing;
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    for (
      let wait = RESUME_MS;
      !signal.aborted && !this.isHalted;
      wait = Math.min(2 * wait, RESUME_MS_MAX)
    ) {
      const before = this.size;
      try {
        await this.follow(signal);
      } catch (error) {
        const finding = findingOf(error);
        if (finding !== undefined) return this.halt(finding);
        this.failure = error instanceof Error ? error.message : String(error);
      }
      if (this.size > before) wait = RESUME_MS;
      await this.options.pause(wait, signal);
    }
  }

  /** A finding is for good: nothing is sealed here until the next start. */
  private halt(finding: TieoutError): void {
    this.isHalted = true;
    this.options.onFinding(finding);
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { store, sql, origin } = this.options;
    this.isLive = false;
    this.queue.clear();
    const place = await resumePlace(store, sql, origin);
    this.size = place.size;
    this.revision = place.revision;
    const head = await store.head();
    this.isLive = head === undefined;
    for await (const item of store.feed(place.after, signal)) {
      if (this.isHalted) return;
      this.failure = undefined;
      this.take(item);
      const at = 'progress' in item ? item.progress : undefined;
      this.isLive ||=
        at !== undefined && head !== undefined && store.positions.compare(at, head) >= 0;
      this.schedule();
    }
  }

  private take(item: FeedItem): void {
    if ('event' in item) this.queue.add(item.event, this.options.nowMs());
    else if ('checkpoint' in item) this.checkpoint(item.checkpoint);
  }

  /** The one way a leaf becomes sealed, whoever signed. @throws TieoutError `store-corrupt` */
  private checkpoint(record: ServerRecord): void {
    const { store, origin } = this.options;
    const { checkpoint, last } = readCheckpointRecord(record, origin);
    if (record.revision <= this.revision && checkpoint.size <= this.size) return;
    if (record.revision !== this.revision + 1n) {
      throw storeCorrupt('The checkpoints of the log have a gap.', {
        expected: String(this.revision + 1n),
        found: String(record.revision),
      });
    }
    const leaves = this.queue.first(checkpoint.size - this.size);
    const end = leaves.at(-1);
    if (end === undefined || this.size + leaves.length !== checkpoint.size) {
      throw storeCorrupt(
        `A checkpoint covers ${checkpoint.size} events, the server has ${this.size + leaves.length}: events are missing.`,
        { expected: checkpoint.size, found: this.size + leaves.length },
      );
    }
    if (store.positions.print(end.event.position) !== last) {
      throw storeCorrupt('A checkpoint ends at another place than its events.', {
        expected: store.positions.print(end.event.position),
        found: last,
      });
    }
    this.seal(leaves, () => (this.options.awaited.current = checkpoint));
    this.revision = record.revision;
    this.isMine = this.proposed === checkpoint.size;
  }

  private seal(leaves: readonly Leaf[], expect: () => void): void {
    const { replica, onSealed, nowMs } = this.options;
    const [first, end] = [leaves[0], leaves.at(-1)];
    if (first === undefined || end === undefined) return;
    expect();
    const notice = replica.commit(appendsOf(leaves));
    this.size += leaves.length;
    this.queue.drop(leaves.length);
    this.lastSealMs = nowMs();
    onSealed({ notice, position: end.event.position, lagMs: this.lastSealMs - first.arrivedMs });
  }

  private schedule(): void {
    const { signerOf } = this.options;
    if (signerOf === undefined || this.proposing !== undefined || this.isHalted) return;
    if (!this.isLive || this.queue.length === 0) return;
    this.proposing = this.propose(signerOf).finally(() => {
      this.proposing = undefined;
      if (!this.ended.signal.aborted) this.schedule();
    });
  }

  private async propose(signerOf: SignerOf): Promise<void> {
    const { pause, nowMs } = this.options;
    const { signal } = this.ended;
    const since = nowMs() - this.lastSealMs;
    const wait = Math.max(0, SEAL_EVERY_MS - since) + (this.isMine ? 0 : SEAL_EVERY_MS);
    const isFull = this.isMine && this.queue.length >= SEAL_LEAVES;
    const from = this.size;
    if (wait > 0 && !isFull) await this.untilFull(wait);
    // Another node's checkpoint may have come, or the connection may be gone.
    if (signal.aborted || this.size !== from || !this.isLive || this.queue.length === 0) return;
    try {
      await this.send(signerOf);
    } catch (error) {
      if (isTieoutError(error, 'seal-refused', 'store-corrupt')) {
        return this.halt(error);
      }
      // A conflict: the winner's checkpoint is on its way. Otherwise the server is away, or a key file is not here.
      if (!isTieoutError(error, 'revision-conflict')) this.failure = String(error);
    }
    const until = nowMs() + SEEN_WITHIN_MS;
    while (this.size === from && this.isLive && !signal.aborted && nowMs() < until) {
      await pause(SEEN_EVERY_MS, signal);
    }
  }

  private async untilFull(ms: number): Promise<void> {
    const { pause, nowMs } = this.options;
    const [until, from] = [nowMs() + ms, this.size];
    while (nowMs() < until && this.size === from && !this.ended.signal.aborted) {
      if (this.isMine && this.queue.length >= SEAL_LEAVES) return;
      await pause(Math.min(SEEN_EVERY_MS, until - nowMs()), this.ended.signal);
    }
  }

  private async send(signerOf: SignerOf): Promise<void> {
    const { store, sql, origin } = this.options;
    const leaves = this.queue.first(CHECKPOINT_LEAVES_MAX);
    const end = leaves.at(-1);
    if (end === undefined) return;
    this.queue.checkIds(leaves);
    const checkpoint = proposeCheckpoint(sql, leaves.map(proposed), { origin, signerOf });
    this.proposed = checkpoint.size;
    const event = checkpointEvent({ checkpoint, last: store.positions.print(end.event.position) });
    await store.checkpoints.append(this.revision < 0n ? 'no-stream' : this.revision, event);
  }
}

const SEEN_EVERY_MS = 5;

const proposed = ({ event, entry, leaf }: Leaf) => ({
  stream: event.stream,
  type: event.type,
  data: entry.data,
  bytes: event.entry,
  leaf,
});

/** What ends the sealing, and not only the connection. */
function findingOf(error: unknown): TieoutError | undefined {
  const cause = isTieoutError(error, 'dropped') ? error.cause : error;
  return isTieoutError(cause, 'store-corrupt', 'seal-refused') ? cause : undefined;
}
