import { join } from 'node:path';
import { BoardReader } from '../../projections/reconciliation-board/board-reader';
import { isTieoutError, TieoutError } from '../../src/kernel/errors';
import {
  type MatchingEngine,
  inlineEngine,
  threadEngine,
} from '../../src/reconciliation/runs/matching-engine';
import { type RunTask } from '../../src/reconciliation/runs/run-computation';
import { type Compiled, compile } from '../support/compile';
import { bank } from '../support/match-lines';
import { ReconDesk, statementOf } from '../support/recon-desk';

describe('a run in a thread of its own', () => {
  let desk: ReconDesk;
  let worker: Compiled;
  let inThread: MatchingEngine;
  let here: MatchingEngine;
  const task: RunTask = {
    definition: bank,
    cutoff: '2026-12-31',
    decisions: { confirmed: [], rejected: [] },
  };
  const watch = (signal = new AbortController().signal, steps: string[] = []) => ({
    signal,
    onStep: (step: string) => void steps.push(step),
  });

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.pay('PAY-1', '50.00');
    await desk.pay('PAY-2', '60.00');
    await desk.upload(
      statementOf('S-1', { amount: '50.00', endToEndId: 'PAY-1' }, { amount: '61.00' }),
    );
    await desk.app.settle();
    worker = compile('src/matching.worker.ts');
    const { readModel, store, blobs } = desk.app.runtime;
    const population = new BoardReader(readModel, store);
    here = inlineEngine(population, blobs);
    const blobFolder = join(desk.app.dataDir, 'ledgers', 'acme', 'blobs');
    inThread = threadEngine({
      file: worker.file,
      population,
      modelPath: () => readModel.path(),
      blobFolder,
    });
  }, 60_000);
  afterAll(async () => {
    worker.remove();
    await desk.close();
  });

  it('gives what this thread gives, and says its steps', async () => {
    const steps: string[] = [];
    const computed = await inThread.compute(task, watch(undefined, steps));
    expect(computed).toEqual(await here.compute(task, watch()));
    expect(computed.result.groups).toBe(1);
    expect(steps).toEqual(['reading', 'lines', ...bank.passes.map(({ id }) => id), 'breaks']);
  });

  it('ends when it is told to, and gives the reason', async () => {
    const abort = new AbortController();
    const ended = inThread.compute(task, {
      signal: abort.signal,
      onStep: () => abort.abort(new TieoutError('state-conflict', 'Enough.')),
    });
    await expect(ended).rejects.toMatchObject({ code: 'state-conflict', message: 'Enough.' });
  });

  it('hands on what goes wrong in it', async () => {
    const { readModel, store } = desk.app.runtime;
    const broken = threadEngine({
      file: worker.file,
      population: new BoardReader(readModel, store),
      modelPath: () => join(desk.app.dataDir, 'no-such-file.db'),
      blobFolder: desk.app.dataDir,
    });
    const error: unknown = await broken.compute(task, watch()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'SQLITE_CANTOPEN' });
    expect(isTieoutError(error)).toBe(false);
  });

  it('gives a dry run that nobody waited for to who looks it up', async () => {
    const body = { definition: 'bank', cutoff: '2026-12-31', mode: 'dry-run' };
    const { id } = (await desk.post('runs', body).set('Prefer', 'respond-async')).body as {
      id: string;
    };
    let found = await desk.get(`/v1/recon/runs/${id}`);
    while ('state' in found) found = await desk.get(`/v1/recon/runs/${id}`);
    expect(found).toMatchObject({ id, mode: 'dry-run', result: { groups: 1 } });
  });

  it('can be asked for without waiting, looked at, and stopped only while it is in work', async () => {
    const answer = await desk
      .post('runs', { definition: 'bank', cutoff: '2026-12-31', mode: 'commit' }, 'async-1')
      .set('Prefer', 'respond-async');
    expect(answer.status).toBe(202);
    const { id } = answer.body as { id: string };
    expect(answer.headers.location).toBe(`/v1/recon/runs/${id}`);
    const again = await desk.post(
      'runs',
      { definition: 'bank', cutoff: '2026-12-31', mode: 'commit' },
      'async-1',
    );
    expect(again.body).toMatchObject({ id, mode: 'commit', result: { groups: 1 } });
    expect(await desk.get(`/v1/recon/runs/${id}`)).toMatchObject({ id, result: { groups: 1 } });
    expect((await desk.preparer.delete(`/v1/recon/runs/${id}`)).status).toBe(404);
  });
});
