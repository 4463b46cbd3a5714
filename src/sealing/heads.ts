import { isTieoutError, type TieoutError } from '../kernel/errors';
import { type HeadsCommitted } from './heads-commit';
import { type HeadsProof } from './heads-json';
import { type HeadsAt } from './heads-keeper';
import { type HeadsPath, type HeadsState } from './heads-map';
import { type LogReader } from './log-reader';
import { tlogProofText } from './tlog-proof';

/** Where the map is kept: in a thread of its own, or here. */
export interface HeadsSource {
  at(size: number): Promise<HeadsAt>;
  paths(size: number, streams: readonly string[]): Promise<HeadsPath[] | undefined>;
  /** whether the map has caught up with the log since the start */
  readonly isReady: boolean;
  close(): Promise<void>;
}

export interface HeadsOptions {
  readonly log: Pick<LogReader, 'size' | 'inclusionProof' | 'firstCheckpointOf' | 'checkpointAt'>;
  readonly source: HeadsSource;
  /** the first commitment in the log that covers so many entries */
  readonly firstCovering: (size: number) => HeadsCommitted | undefined;
  /** reads the map of a size that has gone by anew, from the log */
  readonly rebuilt: (size: number, streams: readonly string[]) => Promise<HeadsPath[]>;
  readonly writer: { append(state: HeadsState): Promise<HeadsCommitted> };
  /** of the log when it was opened */
  readonly committed: HeadsCommitted | undefined;
  /** commit when this many events came since the last commitment; 0: not by count */
  readonly everyEvents: number;
  /** look after so many milliseconds whether anything came; 0: not by time */
  readonly everyMs: number;
  /** told of each new commitment */
  readonly onCommitted?: () => void;
  /** told when the map and the log disagree */
  readonly onFinding: (finding: TieoutError) => void;
}

/**
 * Commits now and then, in the log itself, to the last event of every stream, and proves by it that a stream is complete or
 * that there is none.
 */
export class Heads {
  private last: HeadsCommitted | undefined;
  private askedAt: number;
  private queue: Promise<unknown> = Promise.resolve();
  private waiting: Promise<HeadsCommitted> | undefined;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: HeadsOptions) {
    this.last = options.committed;
    this.askedAt = this.last?.size ?? 0;
    if (options.everyMs > 0) {
      this.timer = setInterval(() => this.commitBeside(), options.everyMs).unref();
    }
  }

  /** The newest commitment. */
  get committed(): HeadsCommitted | undefined {
    return this.last;
  }

  /** Whether proofs can be given without waiting for a whole log to be read. */
  get isReady(): boolean {
    return this.options.source.isReady;
  }

  /** Call after each commit of the store with the size of the log. */
  noteCommit(size: number): void {
    const { everyEvents } = this.options;
    if (everyEvents === 0 || size - this.askedAt < everyEvents) return;
    this.askedAt = size;
    this.commitBeside();
  }

  /** Commits beside other work, after an event that must not be left out of what is shown; not when thresholds are off. */
  commitSoon(): void {
    const { everyEvents, everyMs } = this.options;
    if (everyEvents > 0 || everyMs > 0) this.commitBeside();
  }

  /**
   * Commits to the log as it is now; when nothing happened since, the last commitment stands.
   *
   * @throws TieoutError the codes of an append; `store-corrupt` when the committed map is not that of the entries
   */
  commit(): Promise<HeadsCommitted> {
    this.waiting ??= this.inTurn(() => {
      this.waiting = undefined;
      return this.commitNow();
    });
    return this.waiting;
  }

  /**
   * Proofs for streams as of the newest commitment that covers `size` entries; one is made when there is none.
   *
   * @param against size of a kept checkpoint that covers the commitment; by default the first one that does
   */
  async proofs(
    streams: readonly string[],
    { covering, against }: { readonly covering: number; readonly against?: number },
  ): Promise<HeadsProof[]> {
    return this.inTurn(async () => {
      const { last } = this;
      const isCovered = last !== undefined && last.size >= covering;
      return this.proofsOf(isCovered ? last : await this.commitNow(), streams, against);
    });
  }

  /**
   * The first commitment that covers `size` entries; when there is none, one is made of exactly these entries. The same
   * size gives the same one at any time, so that what is built on it can be built again.
   */
  covering(size: number): Promise<HeadsCommitted> {
    return this.inTurn(
      async () => this.options.firstCovering(size) ?? (await this.commitNow(size)),
    );
  }

  /** Proofs under one commitment, against the kept checkpoint of that size. */
  proofsUnder(
    committed: HeadsCommitted,
    streams: readonly string[],
    against: number,
  ): Promise<HeadsProof[]> {
    return this.inTurn(() => this.proofsOf(committed, streams, against));
  }

  /** A last commitment, when the thresholds are on, and the end. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    const { everyEvents, everyMs, source } = this.options;
    const isAutomatic = everyEvents > 0 || everyMs > 0;
    // A map that is still being read would hold up the end; the next start commits.
    if (isAutomatic && source.isReady) await this.commit().catch(passOver);
    await this.queue;
    await source.close();
  }

  private commitBeside(): void {
    if (this.waiting === undefined) this.commit().catch((error: unknown) => this.told(error));
  }

  private told(error: unknown): void {
    if (!isTieoutError(error)) throw error;
    if (isTieoutError(error, 'store-corrupt')) this.options.onFinding(error);
    passOver(error);
  }

  private async commitNow(size = this.options.log.size()): Promise<HeadsCommitted> {
    const { source, writer } = this.options;
    const { state, isChanged } = await source.at(size);
    const { last } = this;
    // The map can be ahead of the log when an append failed: then its state is still to be committed.
    if (last !== undefined && !isChanged && last.size === state.size) return last;
    this.last = await writer.append(state);
    this.askedAt = this.last.size;
    this.options.onCommitted?.();
    return this.last;
  }

  private async proofsOf(
    committed: HeadsCommitted,
    streams: readonly string[],
    against: number | undefined,
  ): Promise<HeadsProof[]> {
    const { log, source, rebuilt } = this.options;
    const { index, entry, size } = committed;
    const paths = (await source.paths(size, streams)) ?? (await rebuilt(size, streams));
    const checkpoint =
      against === undefined ? log.firstCheckpointOf(index) : log.checkpointAt(against);
    const hashes = log.inclusionProof(index, checkpoint.size);
    const proof = tlogProofText({ index, hashes, checkpoint: checkpoint.note });
    return paths.map((path, i) => ({ stream: streams[i] as string, entry, proof, path }));
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.queue.then(run);
    this.queue = result.catch(() => undefined);
    return result;
  }
}

/** The store says itself when it takes no events; the next threshold tries again. */
function passOver(error: unknown): void {
  if (!isTieoutError(error)) throw error;
}
