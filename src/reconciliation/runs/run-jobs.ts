import { setTimeout as delay } from 'node:timers/promises';
import { isTieoutError, TieoutError } from '../../kernel/errors';
import { type Clock } from '../../kernel/runtime';
import { type CommandContext } from '../../commanding';
import { type RunCommitted } from './matching.events';
import { type RunMark, type RunMarks } from './run-marks';
import { type MatchingRunner, type RanMatching, type RunRequest } from './run-matching.command';

/** A run that is not recorded, or not yet. */
export interface RunJobView extends RunMark {
  /** `done`: recorded, and not yet on the board */
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  /** the step in work: `reading`, `lines`, the id of a pass, `breaks`, `recording` */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'steps';
  readonly problem?: { readonly code: string; readonly detail: string };
}

export interface RunJobsOptions {
  readonly runner: Pick<MatchingRunner, 'run' | 'idOf'>;
  readonly marks: RunMarks;
  readonly clock: Clock;
  /** takes the result of a dry run, which is recorded nowhere */
  readonly keepDryRun: (run: RunCommitted) => void;
  /** how long a request waits for the end of its run before it is told where to look */
  readonly waitMs: number;
}

interface Job {
  view: RunJobView;
  readonly abort: AbortController;
  readonly ended: Promise<RanMatching>;
}

/** Runs that wait; one population at a time is in memory. */
const WAITING_MAX = 16;
/** Ended runs that can be looked at without having been recorded. */
const ENDED_MAX = 64;

/** Runs definitions one after the other, tells how far each is, and stops one on request. */
export class RunJobs {
  readonly #jobs = new Map<string, Job>();
  readonly #ended = new Map<string, RunJobView>();
  #last: Promise<unknown> = Promise.resolve();
  #closing = false;

  constructor(private readonly options: RunJobsOptions) {
    for (const mark of options.marks.interrupted())
      this.#ended.set(mark.id, { ...stepsOf(mark), state: 'interrupted', step: '' });
  }

  /**
   * A request under the key of a run in work meets that run; one of a run that was interrupted repeats it under its id.
   *
   * @returns the finished run, or how far it is when it takes longer than a request should wait
   * @throws TieoutError what the run throws; `state-conflict` when it is cancelled; `lane-full`; `draining`
   */
  async start(
    request: RunRequest,
    context: CommandContext,
    waitMs = this.options.waitMs,
  ): Promise<RanMatching | RunJobView> {
    if (this.#closing) throw draining();
    const id = this.options.runner.idOf(context);
    const { ended } = this.#jobs.get(id) ?? this.enqueue(id, request, context);
    const waiting = new AbortController();
    const late = delay(waitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    try {
      const ran = await Promise.race([ended, late]);
      return ran ?? this.find(id) ?? (await ended);
    } finally {
      waiting.abort();
    }
  }

  /** Runs that an earlier process began and did not end. */
  interrupted(): readonly RunJobView[] {
    return [...this.#ended.values()].filter(({ state }) => state === 'interrupted');
  }

  /** A run that waits, is in work, or ended without being recorded. */
  find(id: string): RunJobView | undefined {
    return this.#jobs.get(id)?.view ?? this.#ended.get(id);
  }

  /** @returns false when no such run waits or is in work. @throws TieoutError `state-conflict` when it is being recorded */
  cancel(id: string): boolean {
    const job = this.#jobs.get(id);
    if (job === undefined) return false;
    if (job.view.step === 'recording')
      throw new TieoutError(
        'state-conflict',
        'The run is being recorded. It is too late to stop it.',
        {
          state: 'recording',
          legal: [],
        },
      );
    job.view = { ...job.view, state: 'cancelled' };
    job.abort.abort(cancelled());
    return true;
  }

  /** Stops what is in work; the next start reports it as interrupted. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { abort } of this.#jobs.values()) abort.abort(draining());
    await this.#last;
  }

  private enqueue(id: string, request: RunRequest, context: CommandContext): Job {
    if (this.#jobs.size >= WAITING_MAX)
      throw new TieoutError('lane-full', `${WAITING_MAX} runs wait. Ask again when one has ended.`);
    const mark: RunMark = { id, ...request, startedAt: this.options.clock.now() };
    const abort = new AbortController();
    const ended = this.#last.then(() => this.run(id, request, context));
    this.#last = ended.catch(() => undefined);
    const job: Job = { view: { ...stepsOf(mark), state: 'queued', step: 'waiting' }, abort, ended };
    this.#jobs.set(id, job);
    this.#ended.delete(id);
    this.options.marks.begin(mark);
    return job;
  }

  private async run(
    id: string,
    request: RunRequest,
    context: CommandContext,
  ): Promise<RanMatching> {
    const job = this.#jobs.get(id) as Job;
    const { signal } = job.abort;
    const onStep = (step: string, done: number, total: number): void => {
      if (!signal.aborted) job.view = { ...job.view, state: 'running', step, done, total };
    };
    try {
      signal.throwIfAborted();
      onStep('reading', 0, 1);
      const ran = await this.options.runner.run(request, context, { signal, onStep });
      this.options.marks.end(id);
      if (ran.executed === undefined) this.options.keepDryRun(ran.run);
      else this.keepEnded({ ...job.view, state: 'done', done: job.view.total });
      return ran;
    } catch (error) {
      this.fail(job, error);
      throw error;
    } finally {
      this.#jobs.delete(id);
    }
  }

  private fail({ view, abort }: Job, error: unknown): void {
    const isOurs = isTieoutError(error);
    // What the end of the process stopped keeps its mark: it is found at the next start.
    if (isTieoutError(error, 'draining')) return;
    this.options.marks.end(view.id);
    const problem = {
      code: isOurs ? error.code : 'internal',
      detail: isOurs ? error.message : 'The run failed for a reason of its own.',
    };
    const state = abort.signal.aborted ? 'cancelled' : 'failed';
    this.keepEnded({ ...view, state, problem });
  }

  private keepEnded(view: RunJobView): void {
    this.#ended.set(view.id, view);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest);
  }
}

const stepsOf = (mark: RunMark) => ({ ...mark, done: 0, total: 1, unit: 'steps' as const });

const cancelled = () =>
  new TieoutError('state-conflict', 'The run was cancelled. Nothing was recorded.', {
    state: 'cancelled',
    legal: [],
  });

const draining = () =>
  new TieoutError('draining', 'The service is stopping. Send the request again.');
