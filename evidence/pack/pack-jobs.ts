import { setTimeout as delay } from 'node:timers/promises';

import { type BlobStore } from '../../src/blob-store';
import { type Executor, type StreamEntry } from '../../src/commanding';
import { isTieoutError, TieoutError } from '../../src/kernel/errors';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type BuiltPack } from './build-pack';
import { evidencePack } from './evidence-pack.decider';
import { type PackBuilt, type PackFailed, type PackRequested } from './evidence-pack.events';
import { type PackBuilder } from './pack-builder';
import { type PackInput, type PackRequest } from './pack-input';
import { packName } from './pack-name.policy';
import { zipOf } from './zip';

/** Name of this process in the ids that its events are derived from. */
const PROCESS = 'evidence-pack';
const RETRY_MS_DEFAULT = 1_000;
const TRIES_MAX = 60;
/** What passes by itself: the read model catches up, the store comes back. */
const PASSING = [
  'read-model-behind',
  'store-unavailable',
  'outcome-unknown',
  'concurrent-change',
] as const;

export interface PackJobsOptions {
  readonly executor: Executor;
  readonly blobs: BlobStore;
  readonly builder: PackBuilder;
  /** reads what the pack is made of; waits until the views have reached the request */
  readonly gather: (request: PackRequest, asked: StreamEntry) => Promise<PackInput>;
  /** log index of a recorded event */
  readonly indexOf: (event: StreamEntry) => number;
  /** streams of packs that were asked for and have no end, oldest first; waits until the views are current */
  readonly pending: () => Promise<readonly string[]>;
  /** pause before what may pass by itself is tried again (default 1 s) */
  readonly retryMs?: number;
  /** told of what nobody foresaw */
  readonly report: (stream: string, error: unknown) => void;
}

export interface JobProgress {
  readonly state: 'queued' | 'running';
  readonly phase: 'waiting' | 'gathering' | 'building' | 'storing';
  /** phases done, of three */
  readonly done: number;
}

/**
 * Builds requested packs one after the other. The request in the ledger is the queue: after a stop or a crash the next
 * start finds it there, and building it again gives the same bytes under the same event id.
 */
export class PackJobs {
  private readonly progress = new Map<string, JobProgress>();
  private readonly stopping = new AbortController();
  private last: Promise<void> = Promise.resolve();
  private resumed: Promise<void> = Promise.resolve();

  constructor(private readonly options: PackJobsOptions) {}

  /** Takes up what an earlier run left; asks again while the views are still being built. */
  resume(): Promise<void> {
    this.resumed = this.takeUp();
    return this.resumed;
  }

  private async takeUp(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        for (const stream of await this.options.pending()) this.enqueue(stream);
        return;
      } catch (error) {
        if (!isTieoutError(error, ...PASSING)) return this.options.report('the queue', error);
        await this.pause();
      }
    }
  }

  /** Puts a pack behind those that wait; a pack that waits already is not doubled. */
  enqueue(stream: string): void {
    if (this.progress.has(stream) || this.stopping.signal.aborted) return;
    this.progress.set(stream, { state: 'queued', phase: 'waiting', done: 0 });
    this.last = this.last.then(() => this.run(stream));
  }

  progressOf(stream: string): JobProgress | undefined {
    return this.progress.get(stream);
  }

  /** Stream of a pack that waits or is in work, by its id: the views may not know it yet. */
  streamOf(id: string): string | undefined {
    return [...this.progress.keys()].find((stream) => parseStreamName(stream).key === id);
  }

  /** Resolves when nothing waits any more, what an earlier run left included. */
  async idle(): Promise<void> {
    await this.resumed;
    await this.last;
  }

  /**
   * Finishes the pack in work; the others are found again at the next start. What still waits for the views is given up
   * first, or an end of the service would wait for their rebuild.
   */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.resumed;
    await this.last;
  }

  private async run(stream: string): Promise<void> {
    try {
      for (let tries = 1; tries <= TRIES_MAX && !this.stopping.signal.aborted; tries += 1) {
        if (await this.attempt(stream, tries === TRIES_MAX)) return;
        await this.pause();
      }
    } catch (error) {
      this.options.report(stream, error);
    } finally {
      this.progress.delete(stream);
    }
  }

  /** @returns false when the same may be tried again in a while */
  private async attempt(stream: string, isLast: boolean): Promise<boolean> {
    const { state, events } = await this.options.executor.load(stream, evidencePack);
    const [asked] = events;
    if (state.phase !== 'requested' || state.requested === undefined || asked === undefined)
      return true;
    try {
      const built = await this.build(stream, state.requested, asked);
      await this.record(stream, asked, 0, { kind: 'record-built', built });
    } catch (error) {
      if (!isLast && isTieoutError(error, ...PASSING)) return false;
      if (isTieoutError(error, 'draining')) return true;
      if (!isTieoutError(error)) this.options.report(stream, error);
      await this.record(stream, asked, 1, { kind: 'record-failed', failed: failureOf(error) });
    }
    return true;
  }

  private async build(
    stream: string,
    requested: PackRequested,
    asked: StreamEntry,
  ): Promise<PackBuilt> {
    this.at(stream, 'gathering', 0);
    const input = await this.options.gather(this.requestOf(stream, requested, asked), asked);
    this.at(stream, 'building', 1);
    const pack = await this.options.builder.build(input);
    this.at(stream, 'storing', 2);
    const stored = await this.options.blobs.put(zipOf(pack.id, pack.files));
    await this.options.blobs.putBytes(fileOf(pack, 'manifest-sha256.txt'));
    return builtFacts(pack, input, stored);
  }

  private requestOf(stream: string, requested: PackRequested, asked: StreamEntry): PackRequest {
    const { key } = parseStreamName(stream);
    const { id, recordedAt } = asked.entry;
    return {
      ...requested,
      id: packName(key, recordedAt),
      requestedAt: recordedAt,
      event: { stream, id, index: this.options.indexOf(asked) },
    };
  }

  private async record(
    stream: string,
    asked: StreamEntry,
    n: number,
    command:
      { kind: 'record-built'; built: PackBuilt } | { kind: 'record-failed'; failed: PackFailed },
  ): Promise<void> {
    const { id } = asked.entry;
    await this.options.executor.execute({
      stream,
      decider: evidencePack,
      command,
      causation: id,
      context: { process: PROCESS, causingEventId: id, n },
    });
  }

  private async pause(): Promise<void> {
    await delay(this.options.retryMs ?? RETRY_MS_DEFAULT, undefined, {
      signal: this.stopping.signal,
    }).catch(aborted);
  }

  private at(stream: string, phase: JobProgress['phase'], done: number): void {
    this.progress.set(stream, { state: 'running', phase, done });
  }
}

function aborted(error: unknown): void {
  if ((error as { name?: unknown }).name !== 'AbortError') throw error;
}

function fileOf(pack: BuiltPack, path: string): Uint8Array {
  const file = pack.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new TieoutError('internal', `The pack has no ${path}.`);
  return file.bytes;
}

function builtFacts(
  pack: BuiltPack,
  input: PackInput,
  stored: { sha256: string; bytes: number },
): PackBuilt {
  const { report } = pack.document;
  return {
    status: pack.status,
    sha256: stored.sha256,
    bytes: stored.bytes,
    files: pack.files.length,
    pages: pack.pages,
    size: input.ledger.size,
    root: input.ledger.root,
    objects: report.results.objects,
    entries: report.results.entries,
    violations: report.results.violations,
    missing: report.results.missing,
    populationRoot: report.population.root,
    evidenceSha256: pack.evidenceSha256,
    pdfSha256: pack.pdfSha256,
    coreSha256: pack.coreSha256,
  };
}

/** What is known of a failure, for a record that anyone may read. */
function failureOf(error: unknown): PackFailed {
  if (!isTieoutError(error)) {
    return {
      reason: 'internal',
      detail: 'Something failed here; the log of the service names it.',
      members: {},
    };
  }
  const { reason, ...members } = error.members;
  return {
    reason: typeof reason === 'string' ? reason : error.code,
    detail: error.message,
    members: members as JsonObject,
  };
}
