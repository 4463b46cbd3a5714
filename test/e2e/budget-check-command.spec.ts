import { type BudgetQuestion, checkBudget } from '../../src/cli/check';
import { type Output } from '../../src/cli/output';
import { ApiClient } from '../../src/client/api-client';
import { BudgetDesk } from '../support/budget-desk';

describe('tieout check budget', () => {
  let desk: BudgetDesk;
  let client: ApiClient;
  const told: string[] = [];
  const output: Output = {
    ...{ json: false, quiet: false },
    out: (text) => void told.push(text),
    note: (text) => void told.push(text),
  };

  beforeAll(async () => {
    desk = await BudgetDesk.open();
    await desk.app.app.listen(0, '127.0.0.1');
    const key = await desk.app.issueKey('procurement', ['controls.check']);
    client = new ApiClient(await desk.app.app.getUrl(), key);
  });
  afterAll(() => desk.app.stop());

  async function run(amount: string, more: Partial<BudgetQuestion> = {}) {
    told.length = 0;
    const place = { entity: 'E_DE', date: '2026-03-15', costCenter: 'CC1', account: '6000' };
    const exitCode = await checkBudget({ ...place, amount, ...more }, client, output);
    return { exitCode, told: [...told] };
  }

  it('says what is left and ends with 1 unless it is allowed', async () => {
    expect(await run('400.00 EUR', { dryRun: true })).toEqual({
      exitCode: 0,
      told: [
        'allow: within_budget',
        '1000.00 - 0.00 - 600.00 - 0.00 - 0.00 = 400.00; 400.00 - 400.00 = 0.00 EUR',
      ],
    });
    expect(await run('400.01 EUR', { dryRun: true })).toMatchObject({ exitCode: 1 });
    const foreign = await run('1.00 USD', { dryRun: true });
    expect(foreign.exitCode).toBe(1);
    expect(foreign.told.at(-1)).toContain('USD-EUR-2026-03-15');
  });

  it('holds an amount under the key that is given', async () => {
    const first = await run('400.00 EUR', { reserve: 'PT1H', key: 'one' });
    expect(first.told.slice(2)).toEqual([
      'held until 2026-11-02T09:00:00.000Z',
      expect.stringMatching(/^check [0-9a-f-]{36}$/),
    ]);
    expect(await run('400.00 EUR', { reserve: 'PT1H', key: 'one' })).toEqual(first);
    expect(await run('1.00 EUR', { reserve: 'PT1H' })).toMatchObject({ exitCode: 1 });
  });

  it('wants an amount with its currency', async () => {
    await expect(run('400.00')).rejects.toThrow('An amount has its currency');
  });
});
