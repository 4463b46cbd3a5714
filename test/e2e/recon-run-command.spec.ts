import { reconRun, reconStatus } from '../../src/cli/recon-run';
import { type Output } from '../../src/cli/output';
import { type BulkTarget } from '../../src/client/bulk';
import { ReconDesk, statementOf } from '../support/recon-desk';

describe('tieout recon run and status', () => {
  let desk: ReconDesk;
  let target: BulkTarget;
  let told: string[] = [];
  const output = (json = false): Output => ({
    json,
    quiet: false,
    out: (text) => void told.push(text),
    note: (text) => void told.push(`(${text})`),
  });

  beforeAll(async () => {
    desk = await ReconDesk.open();
    await desk.app.app.listen(0, '127.0.0.1');
    const key = await desk.app.issueKey('controller', ['recon.work', 'ledger.read']);
    target = { baseUrl: await desk.app.app.getUrl(), key };
    await desk.pay('PAY-1', '50.00');
    await desk.upload(statementOf('S-1', { amount: '50.00', endToEndId: 'PAY-1' }));
  });
  afterAll(() => desk.close());
  beforeEach(() => {
    told = [];
  });

  const run = (definition = 'bank', command: object = {}) =>
    reconRun(definition, { cutoff: '2026-12-31', ...command }, target, output());
  const status = (definition?: string) => reconStatus(definition, target, output());

  it('waits for a run, tells its steps, and says that both sides agree', async () => {
    expect(await run()).toBe(0);
    expect(told[0]).toMatch(/^\(\w+ \(\d+ of \d+ steps\)\)$/);
    expect(told).toContainEqual(
      expect.stringMatching(/^bank version 2, up to 2026-12-31, commit: agrees; run /),
    );
    expect(told).toContain('1 groups, 0 ambiguities, 0 suggestions; breaks: none');
    expect(await desk.get('/v1/recon/runs?definition=bank')).toMatchObject({
      items: [{ result: { status: 'agrees' } }],
    });
    told = [];
    expect(await status('bank')).toBe(0);
    expect(told).toEqual([
      'bank (bank): agrees up to 2026-12-31 by version 2; 1 groups, 0 open breaks; in the last run: none',
    ]);
  });

  it('answers 1 when they differ, and lists the breaks by type', async () => {
    await desk.pay('PAY-2', '60.00');
    expect(await run('bank', { dryRun: true })).toBe(1);
    expect(told).toContainEqual(expect.stringContaining('dry-run: differs; run '));
    expect(told).toContain('1 groups, 0 ambiguities, 0 suggestions; breaks: UNMATCHED_A 1');
  });

  it('answers 1 for a side that is behind, and says which', async () => {
    expect(await run('subledger-gl')).toBe(1);
    expect(told).toContain('side B tells of nothing, more than 31 days before the cut-off');
  });

  it('answers 1 where there is nothing to compare, and never that it agrees', async () => {
    expect(await run('three-way')).toBe(1);
    expect(told).toContainEqual(expect.stringContaining('commit: empty; run '));
  });

  it('repeats a run under its key, and says what is wrong with another', async () => {
    expect(await run('bank', { key: 'month-end' })).toBe(1);
    const [first] = told.filter((line) => line.includes('; run '));
    told = [];
    expect(await run('bank', { key: 'month-end' })).toBe(1);
    expect(told.filter((line) => line.includes('; run '))).toEqual([first]);
    await expect(run('guess')).rejects.toThrow(/guess in force on 2026-12-31/);
    expect(await status('guess')).toBe(3);
  });

  it('lists every definition, and prints JSON for machines', async () => {
    expect(await reconStatus(undefined, target, output(true))).toBe(1);
    const { items } = JSON.parse(told[0]!) as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toEqual([
      'balance',
      'bank',
      'budget',
      'intercompany',
      'source-to-target',
      'subledger-gl',
      'three-way',
    ]);
  });
});
