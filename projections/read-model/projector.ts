import { Applier, type Blobs } from './applier';
import { chooseGeneration, type Generation, nextGeneration } from './generation';
import { diskFailureText } from './database';
import { type ProjectorMessage, type ProjectorRequest, type Reached, type Stop } from './messages';
import { type Projection } from './projection';
import { type ProjectedLog, Runner } from './runner';
import { type Clock, type Randomness } from '../../src/kernel/runtime';

export interface ProjectorOptions {
  /** folder of this ledger's read model; created when missing */
  readonly folder: string;
  readonly projections: readonly Projection[];
  readonly log: ProjectedLog;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** see `RunnerOptions` */
  readonly restMs?: number;
  /** to `ReadModel.receive`, directly or through a message port */
  readonly tell: (message: ProjectorMessage) => void;
}

interface Build {
  readonly generation: Generation;
  readonly applier: Applier;
  readonly runner: Runner;
  readonly done: Promise<void>;
}

/**
 * The writing side of a read model: keeps one generation at the head of the log and, when asked, builds another beside
 * it. It knows no threads: it runs where it is made and speaks through `tell`.
 */
export class Projector {
  private live: Build | undefined;
  private next: Build | undefined;

  constructor(private readonly options: ProjectorOptions) {}

  /** Opens the file, says that reads can be served, and follows the log from its checkpoint; a disk that fails is said. */
  start(): void {
    const { folder, projections, tell } = this.options;
    let live: Build;
    try {
      live = this.build(chooseGeneration(folder, projections));
    } catch (error) {
      const detail = diskFailureText(error);
      if (detail === undefined) throw error;
      const nowhere = { position: undefined, failedAt: undefined };
      return tell({ kind: 'stopped', stop: { ...nowhere, code: 'store-unavailable', detail } });
    }
    this.live = live;
    const { generation } = live;
    tell({
      kind: 'serve',
      generation: generation.name,
      path: generation.path,
      reached: live.runner.reached,
    });
  }

  handle(request: ProjectorRequest): void {
    if (request.kind === 'rebuild') this.rebuild();
  }

  /** Builds a new generation from the first event on; a build that runs already is the answer. */
  rebuild(): void {
    if (this.next !== undefined) return;
    const { folder, projections } = this.options;
    this.next = this.build(nextGeneration(folder, projections));
  }

  /** Stops after the batch in work and closes the files. */
  async close(): Promise<void> {
    const builds = [this.live, this.next].filter((build) => build !== undefined);
    this.live = undefined;
    this.next = undefined;
    await Promise.all(builds.map(end));
  }

  private build(generation: Generation): Build {
    const { projections, blobs, clock, log, randomness, restMs } = this.options;
    const { name, path } = generation;
    const applier = new Applier({ name, path, projections, blobs, clock });
    const runner = new Runner({
      log,
      applier,
      randomness,
      restMs,
      onReached: (reached) => this.onReached(build, reached),
      onStopped: (stop) => this.onStopped(build, stop),
    });
    const build: Build = {
      generation,
      applier,
      runner,
      done: Promise.resolve().then(() => runner.run()),
    };
    return build;
  }

  private onReached(build: Build, reached: Reached): void {
    const { tell } = this.options;
    if (build === this.live) {
      if (reached.current && !build.applier.checkpoint.complete) build.applier.complete();
      tell({ kind: 'reached', reached });
    } else if (build === this.next) {
      tell({ kind: 'building', generation: build.generation.name, reached });
    }
    this.swapWhenLevel();
  }

  private onStopped(build: Build, stop: Stop): void {
    const { tell } = this.options;
    if (build === this.live) {
      tell({ kind: 'stopped', stop });
    } else if (build === this.next) {
      this.next = undefined;
      tell({ kind: 'build-failed', generation: build.generation.name, stop });
      void end(build);
    }
  }

  /**
   * The new generation takes over once it is at the head and not behind the live one, so that no reader goes back in
   * time. One that has stopped is not waited for: it may stand where the log never was. The old file stays until the
   * next start, since a reader may still have it open.
   */
  private swapWhenLevel(): void {
    const { live, next } = this;
    if (live === undefined || next === undefined || !next.runner.isAtHead) return;
    if (!live.runner.hasStopped && !this.isLevel(live, next)) return;
    next.applier.complete();
    this.live = next;
    this.next = undefined;
    const { name, path } = next.generation;
    this.options.tell({ kind: 'serve', generation: name, path, reached: next.runner.reached });
    void end(live);
  }

  private isLevel(live: Build, next: Build): boolean {
    const [mine, theirs] = [next.applier.checkpoint, live.applier.checkpoint];
    const order = this.compare(mine.position, theirs.position);
    if (order === 0 && mine.events !== theirs.events) {
      this.onStopped(next, countsDiffer(next.runner.reached, theirs.events));
      return false;
    }
    return order >= 0;
  }

  private compare(a: string | undefined, b: string | undefined): number {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
    const { positions } = this.options.log;
    return positions.compare(positions.parse(a), positions.parse(b));
  }
}

async function end({ runner, applier, done }: Build): Promise<void> {
  runner.close();
  await done;
  applier.close();
}

function countsDiffer(reached: Reached, liveEvents: number): Stop {
  const detail = `The new build counts ${reached.events} events, the live one ${liveEvents}, at the same position.`;
  return { position: reached.position, failedAt: undefined, code: 'store-corrupt', detail };
}
