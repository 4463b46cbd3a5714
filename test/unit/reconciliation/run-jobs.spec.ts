import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandContext } from '../../../src/commanding';
import { TieoutError } from '../../../src/kernel/errors';
import { type RunWatch } from '../../../src/reconciliation/runs/matching-engine';
import { RunJobs } from '../../../src/reconciliation/runs/run-jobs';
import { RunMarks } from '../../../src/reconciliation/runs/run-marks';
import {
  type RanMatching,
  type RunRequest,
} from '../../../src/reconciliation/runs/run-matching.command';
import { temporaryFolder } from '../../support/temporary-folder';

const request: RunRequest = { definition: 'bank', cutoff: '2026-03-31', mode: 'commit' };
const under = (idempotencyKey: string) => ({ idempotencyKey }) as CommandContext;
const clock = { now: () => '2026-04-01T08:00:00.000Z' };

/** Runs that end when the test says so. */
class Runner {
  readonly begun: {
    readonly id: string;
    readonly watch: RunWatch;
    readonly end: (error?: Error) => void;
  }[] = [];

  idOf({ idempotencyKey }: CommandContext): string {
    return idempotencyKey;
  }

  run(_: RunRequest, context: CommandContext, watch?: RunWatch): Promise<RanMatching> {
    const id = this.idOf(context);
    return new Promise((resolve, reject) => {
      const end = (error?: Error) =>
        error === undefined ? resolve({ run: { run: id } } as RanMatching) : reject(error);
      watch!.signal.addEventListener('abort', () => reject(watch!.signal.reason as Error));
      this.begun.push({ id, watch: watch!, end });
    });
  }
}

describe('runs as jobs', () => {
  const fresh = temporaryFolder();
  let own: string;
  beforeEach(() => {
    own = fresh();
  });
  const folder = () => own;
  let runner: Runner;
  let marks: RunMarks;
  let kept: string[];
  const open = (waitMs = 0) => {
    runner = new Runner();
    kept = [];
    marks = new RunMarks(folder());
    return new RunJobs({ runner, marks, clock, keepDryRun: (run) => kept.push(run.run), waitMs });
  };
  const marked = () => readdirSync(folder()).sort();

  it('answer with the result if it is there in time', async () => {
    const jobs = open(60_000);
    const answer = jobs.start(request, under('a1'));
    await turns();
    runner.begun[0]!.end();
    expect(await answer).toMatchObject({ run: { run: 'a1' } });
    expect([kept, jobs.find('a1')]).toEqual([['a1'], undefined]);
    expect(marked()).toEqual([]);
  });

  it('tell how far they are, and which mark stands for them', async () => {
    const jobs = open();
    expect(await jobs.start(request, under('a1'))).toMatchObject({ id: 'a1', definition: 'bank' });
    runner.begun[0]!.watch.onStep('document', 2, 6);
    expect(jobs.find('a1')).toMatchObject({
      state: 'running',
      step: 'document',
      done: 2,
      total: 6,
      unit: 'steps',
      startedAt: clock.now(),
    });
    expect(marked()).toEqual(['a1.json']);
  });

  it('run one after the other, and one key makes one run', async () => {
    const jobs = open();
    await jobs.start(request, under('a1'));
    await jobs.start(request, under('a1'));
    await jobs.start(request, under('b2'));
    expect(runner.begun.map(({ id }) => id)).toEqual(['a1']);
    expect(jobs.find('b2')).toMatchObject({ state: 'queued' });
    runner.begun[0]!.end();
    await turns();
    expect(runner.begun.map(({ id }) => id)).toEqual(['a1', 'b2']);
  });

  it('can be cancelled in work and while they wait, and the next one goes on', async () => {
    const jobs = open(60_000);
    const [a, b, c] = ['a1', 'b2', 'c3'].map((key) =>
      jobs.start(request, under(key)).catch((error: unknown) => error),
    );
    await turns();
    expect([jobs.cancel('b2'), jobs.cancel('a1'), jobs.cancel('none')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([await a, await b]).toMatchObject([
      { code: 'state-conflict' },
      { code: 'state-conflict' },
    ]);
    await turns();
    expect(runner.begun.map(({ id }) => id)).toEqual(['a1', 'c3']);
    expect(jobs.find('b2')).toMatchObject({ state: 'cancelled' });
    runner.begun[1]!.end();
    expect(await c).toMatchObject({ run: { run: 'c3' } });
    expect(marked()).toEqual([]);
  });

  it('cannot be cancelled once their result is being recorded', async () => {
    const jobs = open();
    await jobs.start(request, under('a1'));
    runner.begun[0]!.watch.onStep('recording', 1, 1);
    expect(() => jobs.cancel('a1')).toThrow(expect.objectContaining({ code: 'state-conflict' }));
  });

  it('keep why they failed, without the words of an error that is not ours', async () => {
    const jobs = open();
    await jobs.start(request, under('a1'));
    runner.begun[0]!.end(new Error('secret of the machine'));
    await turns();
    expect(jobs.find('a1')).toMatchObject({ state: 'failed', problem: { code: 'internal' } });
    expect(JSON.stringify(jobs.find('a1'))).not.toContain('secret');
    await jobs.start(request, under('b2'));
    runner.begun[1]!.end(new TieoutError('too-large', 'The population is too large.'));
    await turns();
    expect(jobs.find('b2')).toMatchObject({ problem: { detail: 'The population is too large.' } });
  });

  it('are refused when too many wait, and none is begun by it', async () => {
    const jobs = open();
    for (let i = 0; i < 16; i += 1) await jobs.start(request, under(`a${i}`));
    await expect(jobs.start(request, under('b'))).rejects.toMatchObject({ code: 'lane-full' });
    expect(marked()).toHaveLength(16);
  });

  it('are reported as interrupted by the next process until they are repeated', async () => {
    const before = open();
    await before.start(request, under('a1'));
    await before.start(request, under('b2'));
    const after = open(60_000);
    expect(after.interrupted().map(({ id }) => id)).toEqual(['a1', 'b2']);
    expect(after.find('a1')).toMatchObject({ ...request, state: 'interrupted' });
    const repeated = after.start(request, under('a1'));
    await turns();
    runner.begun[0]!.end();
    await repeated;
    expect(
      open()
        .interrupted()
        .map(({ id }) => id),
    ).toEqual(['b2']);
  });

  it('end with the service, which leaves their marks', async () => {
    const jobs = open(60_000);
    const answer = jobs.start(request, under('a1'));
    await turns();
    await Promise.all([expect(answer).rejects.toMatchObject({ code: 'draining' }), jobs.close()]);
    await expect(jobs.start(request, under('b2'))).rejects.toMatchObject({ code: 'draining' });
    expect(marked()).toEqual(['a1.json']);
  });

  it('drop a mark that was cut short', () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), 'ab.json'), '{"id":"a');
    expect(open().interrupted()).toEqual([]);
    expect(marked()).toEqual([]);
  });
});

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
